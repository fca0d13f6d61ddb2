"""A Stripe at a base URL."""

from __future__ import annotations

from typing import Self

import httpx

from pinstripe.http.message import Request, Response

TIMEOUT_SECONDS = 30.0
NOT_FORWARDED = frozenset({"host", "content-length", "connection", "accept-encoding"})


class Remote:
    """Sends requests to a base URL; proxies of the environment are for Stripe, not for this machine."""

    def __init__(self, base_url: str, *, through_proxies: bool = False) -> None:
        self.base_url = base_url.rstrip("/")
        self.client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=through_proxies, follow_redirects=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def send(self, request: Request) -> Response:
        """One exchange."""
        url = f"{self.base_url}{request.path}" + (f"?{request.query}" if request.query else "")
        headers = {name: value for name, value in request.headers.items() if name not in NOT_FORWARDED}
        answer = self.client.request(request.method, url, headers=headers, content=request.body)
        return Response(answer.status_code, dict(answer.headers), answer.content)
