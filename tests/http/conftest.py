"""A shop with pages, and somebody who looks at them."""

from __future__ import annotations

import pytest
from tests.http.surfing import Browser, shop_with_pages
from tests.resources.buying import Shop


@pytest.fixture
def shop() -> Shop:
    """A shop whose server has pages."""
    return shop_with_pages()


@pytest.fixture
def browser(shop: Shop) -> Browser:
    """Somebody who looks at the shop's pages."""
    return Browser(shop)
