"""What the contract costs before anybody has asked anything: a server's start up to its first answer.

Measured by `pytest tests/benchmarks/test_start_up.py --benchmark-enable -s`; otherwise everything runs once.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROUNDS = 15
BARE = """
import uvicorn
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def answer(request):
    return JSONResponse({"ok": True})


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(f"http://127.0.0.1:{self.servers[0].sockets[0].getsockname()[1]}", flush=True)


app = Starlette(routes=[Route("/{path:path}", answer)])
Server(uvicorn.Config(app, port=0, log_level="warning")).run()
"""
PINSTRIPE = "from pinstripe.cli import main; main()"


def cpu_ms(folder: Path, script: str, *args: str) -> float:
    """The processor's milliseconds for a server that starts, answers one request and is stopped."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "pyc")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or every start would compile everything again
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen([sys.executable, "-c", script, *args], stdout=subprocess.PIPE, env=environment) as server:
        assert server.stdout is not None
        try:
            found = next(match for line in server.stdout if (match := re.search(rb"127\.0\.0\.1:(\d+)", line)))
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", int(found[1]))) as caller:
                caller.request("GET", "/v1/customers", headers={"Authorization": "Bearer sk_test_start"})
                assert caller.getresponse().read()
        finally:
            server.terminate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def test_a_server_starts_quickly(benchmark: Any, tmp_path: Path) -> None:
    """From nothing to the first answer, beside a bare uvicorn application, in turns."""
    servers: Sequence[tuple[str, ...]] = ((BARE,), (PINSTRIPE, "serve", "--port", "0"))
    for server in servers:  # these write the byte code
        cpu_ms(tmp_path, *server)

    def compare() -> list[list[float]]:
        """Each of them, so many times."""
        rounds = range(ROUNDS if benchmark.enabled else 1)
        return [[cpu_ms(tmp_path, *server) for server in servers] for _ in rounds]

    bare, ours = (min(times) for times in zip(*benchmark.pedantic(compare, rounds=1), strict=True))
    benchmark.extra_info.update(bare_ms=bare, ours_ms=ours, ratio=ours / bare)
    sys.stdout.write(f"\nto the first answer: {ours:.0f} ms, bare uvicorn {bare:.0f} ms, ratio {ours / bare:.2f}\n")
