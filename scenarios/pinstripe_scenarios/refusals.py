"""What a refused call says: which line of the user's own code made it, and what to do.

Loaded when the first call is refused or judged; the guard, which is part of every run, is small without it.
"""

from __future__ import annotations

import os
import re
import sys
from types import FrameType

from _pytest.outcomes import Failed  # pytest's own name for it is an attribute, pytest.fail.Exception

LIVE_KEY = re.compile(r"\b(sk|rk|pk)_live_\w*")
OUR_PACKAGES = frozenset({"stripe", "pinstripe", "pinstripe_contracts", "pinstripe_scenarios"})


class BlockedCallError(Failed):
    """A call that would have reached Stripe; like a failed assertion it passes through `except Exception`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, pytrace=False)


class LiveKeyError(BlockedCallError):
    """A live key was about to be used; nothing allows that."""


def live_key(authorization: str) -> LiveKeyError | None:
    """The refusal of a live key, wherever the call was going; None for any other key."""
    found = LIVE_KEY.search(authorization)
    if found is None:
        return None
    kind = found[0].partition("_live_")[0]
    return LiveKeyError(
        f"A live Stripe key ({kind}_live_…) was used at {call_site()}. "
        "Tests never use live keys, and no option allows it: give your app a key that begins with sk_test_."
    )


def unanswered(host: str, running: str | None) -> BlockedCallError:
    """The refusal of a call to a host of Stripe's, where no fixture is in use."""
    when = f"in {running}" if running else "outside of any test, while tests were being collected"
    return BlockedCallError(
        f"A call to {host} was stopped at {call_site()}, {when}.\n"
        "Nothing left this machine. No stripe fixture is in use here: let the test take stripe_account, "
        "stripe_client, stripe_clock or subscribe, or mark it with @pytest.mark.stripe."
    )


def not_the_sdk(host: str) -> BlockedCallError:
    """The refusal of a call that another HTTP client makes, while a fixture is in use."""
    return BlockedCallError(
        f"A call to {host} that did not go through the stripe SDK was stopped at {call_site()}. "
        "The plugin answers the SDK only; for other clients there is the fixture stripe_server."
    )


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
