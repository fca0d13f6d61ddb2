"""The PostgreSQL of a run ends with the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import make_url

from tests.postgres import PROJECT

RUN = """
import sys
from tests import postgres
with postgres.running() as url:
    print(url.render_as_string(hide_password=False), flush=True)
    sys.stdin.read()
"""


def test_a_run_that_is_killed_leaves_no_server_behind() -> None:
    """Its keeper notices, stops the server and removes the files."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", RUN]
    with subprocess.Popen(command, cwd=PROJECT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) as run:
        assert run.stdout is not None, "it is a pipe"
        assert run.stderr is not None, "it is a pipe"
        socket = make_url(run.stdout.readline().strip()).query["host"]
        assert isinstance(socket, str)
        assert Path(socket).exists()
        run.kill()
        run.stderr.read()  # the keeper writes there too: this ends when it has ended
    assert not Path(socket).exists()
    assert not list(Path(socket).parent.glob("data"))
