"""No test reaches Stripe by accident: a call to one of its hosts that nobody answers here fails, naming its line.

The SDK is stopped before it opens a connection (`intercept.py`); every other HTTP stack when it looks up the host.
"""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pinstripe_scenarios.account import Account
    from pinstripe_scenarios.refusals import BlockedCallError

HOSTS = frozenset({"api.stripe.com", "files.stripe.com", "connect.stripe.com", "meter-events.stripe.com"})


class Guard:
    """Knows which account answers now, and refuses what nobody answers."""

    def __init__(self, *, below_the_sdk_only: bool = False) -> None:
        self.account: Account | None = None
        """The account of the running test, while one of its fixtures is in use."""
        self.below_the_sdk_only = below_the_sdk_only
        """Let the SDK run when no fixture is in use, for suites that fake HTTP beneath it; sockets stay guarded."""
        self.running: str | None = None
        """The id of the running test."""
        self.elsewhere: list[BlockedCallError] = []
        """Refusals in threads, where an exception is easily lost."""
        self._originals: tuple[Any, Any] | None = None

    def install(self) -> None:
        """Watch over the look-up of hosts until `remove`."""
        if self._originals:
            return
        look_up, connect = self._originals = socket.getaddrinfo, socket.socket.connect

        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            """Look a host up, unless it is Stripe's."""
            self._check_host(host)
            return look_up(host, *args, **kwargs)

        def guarded_connect(sock: socket.socket, address: Any) -> None:
            """Connect, unless to a host of Stripe's."""
            if isinstance(address, tuple) and address:
                self._check_host(address[0])
            connect(sock, address)

        socket.getaddrinfo = getaddrinfo
        socket.socket.connect = guarded_connect  # type: ignore[method-assign,assignment]  # a patch

    def remove(self) -> None:
        """Put everything back."""
        if self._originals:
            socket.getaddrinfo, socket.socket.connect = self._originals  # type: ignore[method-assign]  # as it was
            self._originals = None

    def check_key(self, authorization: str) -> None:
        """Raise LiveKeyError for a live key, wherever the call was going."""
        from pinstripe_scenarios import refusals  # noqa: PLC0415 - for those who make calls

        if refusal := refusals.live_key(authorization):
            self._refuse(refusal)

    def refuse(self, host: str) -> None:
        """Raise BlockedCallError for a call to a host of Stripe's that nobody answers."""
        from pinstripe_scenarios import refusals  # noqa: PLC0415 - for those who make calls

        self._refuse(refusals.unanswered(host, self.running))

    def _check_host(self, host: Any) -> None:
        """Refuse a host of Stripe's, unless the test runs against real test mode."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower().rstrip(".") in HOSTS:
            if self.account is None:
                self.refuse(name)
            elif not self.account.reaches_stripe:
                from pinstripe_scenarios import refusals  # noqa: PLC0415 - for those who make calls

                self._refuse(refusals.not_the_sdk(name))

    def _refuse(self, error: BlockedCallError) -> None:
        """Raise, and remember what is raised where a test cannot see it."""
        if threading.current_thread() is not threading.main_thread():
            self.elsewhere.append(error)
        raise error
