"""A browser without scripts for tests of the hosted pages: it follows no redirect by itself."""

from __future__ import annotations

import asyncio

import httpx
from tests.resources.buying import Shop

from pinstripe.http.app import create_app

BASE = "http://testserver"


class Browser:
    """Somebody who follows no redirect by itself."""

    def __init__(self, shop: Shop) -> None:
        self.app = create_app(shop.simulator)

    def get(self, url: str) -> httpx.Response:
        """Look at a page."""
        return asyncio.run(self._ask("GET", url, None))

    def post(self, url: str, data: dict[str, str]) -> httpx.Response:
        """Send a form."""
        return asyncio.run(self._ask("POST", url, data))

    async def _ask(self, method: str, url: str, data: dict[str, str] | None) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app)) as client:
            return await client.request(method, url, data=data)


def shop_with_pages() -> Shop:
    """A shop whose server has pages."""
    shop = Shop()
    shop.simulator.accounts.pages = BASE
    return shop
