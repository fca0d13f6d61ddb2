"""How a page asks the API: by requests, as the customer's app would make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from pinstripe.http.accounts import Account
from pinstripe.http.message import Request, Response
from pinstripe.wire import versions

Handle = Callable[[Request], Response]


class Asking:
    """Asks the API for one account, in the newest version's words, and remembers the first refusal."""

    def __init__(self, account: Account, handle: Handle) -> None:
        key, _, connected = account.key.partition("/")
        self.headers = {
            "authorization": f"Bearer {key}",
            "stripe-version": versions.DEFAULT,
            **({"stripe-account": connected} if connected else {}),
        }
        self.handle = handle
        self.wrong: str | None = None
        self.leads: str | None = None
        """Where the customer has to go before it is done."""

    def __call__(self, method: str, path: str, params: Mapping[str, str]) -> Any:
        """The body of an answer; nothing is asked any more after a refusal."""
        if self.wrong is not None:
            return {}
        form = urlencode(params)
        query, body = (form, b"") if method in ("DELETE", "GET") else ("", form.encode())
        response = self.handle(Request(method, path, query, self.headers, body))
        answer = orjson.loads(response.body)
        if response.status >= 300:
            self.wrong = answer["error"]["message"]
        return answer
