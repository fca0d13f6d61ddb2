"""One choke point below the real SDK: which HTTP client answers is decided for each call, not when a client is made.

Module-style calls, a `StripeClient` made at import or late, one with an HTTP client of its own, async, v2, the meter
event stream and `raw_request` all ask `_APIRequestor._get_http_client` for whoever sends their bytes. The SDK is never
imported here: where nobody imported it there is nothing to catch, and the moment somebody does, it is caught.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from pinstripe_scenarios.guard import HOSTS, Guard

Undo = Callable[[], None]

NAME = "pinstripe"
"""What our own HTTP clients call themselves; a call that chose one of them knows where it goes."""
SENDING = ("request", "request_stream", "request_async", "request_stream_async")


class Router:
    """Says which HTTP client a call goes to."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def client_for(self, url: str, headers: Mapping[str, str] | None, own: Callable[[], Any]) -> Any:
        """The client of the running test's account for Stripe's hosts, the caller's `own` for any other address.

        Without an account the SDK's own clients are refused. A client that somebody wrote is most likely a fake; what
        it passes on to one of the SDK's is refused there, and what it opens itself at the socket.
        """
        self.guard.check_key(str((headers or {}).get("Authorization", "")))
        host = urlsplit(url).hostname or ""
        if host not in HOSTS:
            return own()
        if self.guard.account is not None:
            return self.guard.account.http_client
        client = own()
        if is_stock(client) and not self.guard.below_the_sdk_only:
            self.guard.refuse(host)
        return client


class Switch:
    """Stands where the SDK's HTTP client stood and hands each call to the one that answers."""

    name = NAME

    def __init__(self, router: Router, own: Callable[[], Any]) -> None:
        self._router = router
        self._own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own(), name)

    def _to(self, url: str, headers: Mapping[str, str] | None) -> Any:
        """Who answers this call."""
        return self._router.client_for(url, headers, self._own)

    def request_with_retries(self, method: str, url: str, headers: Any, *args: Any, **kwargs: Any) -> Any:
        """A call."""
        return self._to(url, headers).request_with_retries(method, url, headers, *args, **kwargs)

    def request_stream_with_retries(self, method: str, url: str, headers: Any, *args: Any, **kwargs: Any) -> Any:
        """A call whose answer is read bit by bit."""
        return self._to(url, headers).request_stream_with_retries(method, url, headers, *args, **kwargs)

    async def request_with_retries_async(self, method: str, url: str, headers: Any, *args: Any, **kwargs: Any) -> Any:
        """An awaited call."""
        return await self._to(url, headers).request_with_retries_async(method, url, headers, *args, **kwargs)

    async def request_stream_with_retries_async(
        self, method: str, url: str, headers: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """An awaited call whose answer is read bit by bit."""
        return await self._to(url, headers).request_stream_with_retries_async(method, url, headers, *args, **kwargs)


def is_stock(client: object) -> bool:
    """Whether an HTTP client, or a class of them, is the SDK's own."""
    cls = client if isinstance(client, type) else type(client)
    return cls.__module__.partition(".")[0] == "stripe"


def patch(stripe: ModuleType, router: Router) -> Undo:
    """Put the choke point into an imported SDK, and a fence behind it; what is returned takes them out again."""
    undone = [patch_clients(stripe, router)]
    try:
        requestor: Any = importlib.import_module("stripe._api_requestor")._APIRequestor  # noqa: SLF001 - as below
    except (ImportError, AttributeError):
        requestor = None
    if hasattr(requestor, "_get_http_client"):
        undone.append(patch_requestor(stripe, requestor, router))

    def undo() -> None:
        """Take out what was put in last first."""
        for one in reversed(undone):
            one()

    return undo


def patch_requestor(stripe: ModuleType, requestor: Any, router: Router) -> Undo:
    """Patch the one place where the SDK chooses its HTTP client."""
    original = requestor._get_http_client  # noqa: SLF001 - private, hence the fence behind it

    def _get_http_client(self: Any) -> Any:
        """One of ours if the caller chose it, else the switch."""
        chosen = getattr(self, "_client", None) or getattr(stripe, "default_http_client", None)
        if getattr(chosen, "name", None) == NAME:
            return chosen
        return Switch(router, lambda: original(self))

    requestor._get_http_client = _get_http_client  # noqa: SLF001 - the same

    def undo() -> None:
        """Put the original back."""
        requestor._get_http_client = original  # noqa: SLF001 - the same

    return undo


def patch_clients(stripe: ModuleType, router: Router) -> Undo:
    """Patch what is public: every HTTP client class of the SDK. It is enough where the private place is gone."""
    stock = [cls for cls in _subclasses(stripe.HTTPClient) if is_stock(cls)]
    undone = [_patch_method(cls, method, router) for cls in stock for method in SENDING if method in vars(cls)]

    def undo() -> None:
        """Put the originals back."""
        for one in undone:
            one()

    return undo


def _patch_method(cls: type, method: str, router: Router) -> Undo:
    """Patch one way of sending of one client class; awaitables pass through as they are."""
    original = vars(cls)[method]

    def send(self: Any, verb: str, url: str, headers: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Send with whoever answers."""
        answers = router.client_for(url, headers, lambda: self)
        if answers is self:
            return original(self, verb, url, headers, *args, **kwargs)
        return getattr(answers, method)(verb, url, headers, *args, **kwargs)

    setattr(cls, method, send)
    return lambda: setattr(cls, method, original)


def _subclasses(cls: type) -> Iterator[type]:
    """Every class below one."""
    children: list[type] = cls.__subclasses__()
    for child in children:
        yield child
        yield from _subclasses(child)
