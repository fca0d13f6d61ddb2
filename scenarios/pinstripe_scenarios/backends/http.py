"""The simulator behind a real socket of this machine: the same answers, by the way a server takes."""

from __future__ import annotations

from pinstripe_scenarios.account import Account
from pinstripe_scenarios.backends.fake import Fresh, Local
from pinstripe_scenarios.backends.remote import Remote


class HTTPBackend(Local):
    """The simulator, called over HTTP."""

    name = "http"

    def __init__(self) -> None:
        super().__init__()
        self.remote: Remote | None = None

    def account(self, key: str) -> Account:
        """An account behind the socket."""
        if self.remote is None:
            self.remote = self.stack.enter_context(Remote(self.server_url()))
        control = self.control(key)
        return Account(key, self.remote.send, now=lambda: self.now(key), news=Fresh(self, key), control=control)
