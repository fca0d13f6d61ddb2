"""No test reaches Stripe by accident: a call to one of its hosts that nobody answers here fails, naming its line.

The SDK is stopped before it opens a connection (`intercept.py`); every other HTTP stack when it looks up the host.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from _pytest.outcomes import Failed  # pytest's own name for it is an attribute, pytest.fail.Exception

if TYPE_CHECKING:
    from pinstripe_scenarios.account import Account

HOSTS = frozenset({"api.stripe.com", "files.stripe.com", "connect.stripe.com", "meter-events.stripe.com"})
LIVE_KEY = re.compile(r"\b(sk|rk|pk)_live_\w*")
OUR_PACKAGES = frozenset({"stripe", "pinstripe", "pinstripe_contracts", "pinstripe_scenarios"})


class BlockedCallError(Failed):
    """A call that would have reached Stripe; like a failed assertion it passes through `except Exception`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, pytrace=False)


class LiveKeyError(BlockedCallError):
    """A live key was about to be used; nothing allows that."""


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
        self._undo: list[Callable[[], None]] = []

    def install(self) -> None:
        """Watch over the look-up of hosts until `remove`."""
        if self._undo:
            return
        look_up, connect = socket.getaddrinfo, socket.socket.connect

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
        socket.socket.connect = guarded_connect  # type: ignore[method-assign,assignment]

        def undo() -> None:
            """Put the originals back."""
            socket.getaddrinfo = look_up
            socket.socket.connect = connect  # type: ignore[method-assign]

        self._undo.append(undo)

    def remove(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()

    def check_key(self, authorization: str) -> None:
        """Raise LiveKeyError for a live key, wherever the call was going."""
        if found := LIVE_KEY.search(authorization):
            kind = found[0].partition("_live_")[0]
            self._refuse(
                LiveKeyError(
                    f"A live Stripe key ({kind}_live_…) was used at {call_site()}. "
                    "Tests never use live keys, and no option allows it: give your app a key that begins with sk_test_."
                )
            )

    def refuse(self, host: str) -> None:
        """Raise BlockedCallError for a call to a host of Stripe's that nobody answers."""
        when = f"in {self.running}" if self.running else "outside of any test, while tests were being collected"
        self._refuse(
            BlockedCallError(
                f"A call to {host} was stopped at {call_site()}, {when}.\n"
                "Nothing left this machine. No stripe fixture is in use here: let the test take stripe_account, "
                "stripe_client, stripe_clock or subscribe, or mark it with @pytest.mark.stripe."
            )
        )

    def _check_host(self, host: Any) -> None:
        """Refuse a host of Stripe's, unless the test runs against real test mode."""
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if isinstance(name, str) and name.lower().rstrip(".") in HOSTS:
            if self.account is not None and self.account.reaches_stripe:
                return
            if self.account is None:
                self.refuse(name)
            self._refuse(
                BlockedCallError(
                    f"A call to {name} that did not go through the stripe SDK was stopped at {call_site()}. "
                    "The plugin answers the SDK only; for other clients there is the fixture stripe_server."
                )
            )

    def _refuse(self, error: BlockedCallError) -> None:
        """Raise, and remember what is raised where a test cannot see it."""
        if threading.current_thread() is not threading.main_thread():
            self.elsewhere.append(error)
        raise error


def call_site() -> str:
    """The innermost line of the user's own code that led here, as `file:line in function`."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - inspect.stack() reads every source file on the way
    outermost = None
    while frame is not None:
        if _is_user_code(frame):
            return _place(frame)
        if _is_imported(frame):
            outermost = outermost or frame
        frame = frame.f_back
    return _place(outermost) if outermost is not None else "an unknown place"


def _is_imported(frame: FrameType) -> bool:
    """Whether the frame is code of a file, and not ours."""
    return not frame.f_code.co_filename.startswith("<") and _package(frame) not in OUR_PACKAGES


def _is_user_code(frame: FrameType) -> bool:
    """Whether the frame is neither ours, nor installed, nor Python's own."""
    if not _is_imported(frame):
        return False
    path = os.path.abspath(frame.f_code.co_filename)  # noqa: PTH100 - resolving links would hide the user's own path
    return not path.startswith(_installed())


def _package(frame: FrameType) -> str:
    """The top-level package of a frame's module."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _installed() -> tuple[str, ...]:
    """Folders of Python's own and of installed packages."""
    import sysconfig  # noqa: PLC0415 - for a failure only

    paths = sysconfig.get_paths()
    return tuple({paths[name] + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def _place(frame: FrameType) -> str:
    """A frame as its file, below the current folder if it is, line and function."""
    path = os.path.relpath(frame.f_code.co_filename)
    shown = frame.f_code.co_filename if path.startswith("..") else path
    return f"{shown}:{frame.f_lineno} in {frame.f_code.co_name}"
