"""What the sample's tests stand on: what it sells, its database, its app, a user's browser."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import stripe
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from sqlalchemy import Engine, create_engine
from starlette.applications import Starlette
from tests.sample.app import PLAN, USAGE, WEBHOOK_SECRET, create_app, migrate, new_pump

from pinstripe_metering import Pump
from pinstripe_scenarios import Catalog, Clock, Meter, Price, Shelf

HOOK = "/webhooks/stripe"


class Browser:
    """Makes requests of the app, without a port."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self.headers: dict[str, str] = {}

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return asyncio.run(self._request("GET", path))

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Send something, as JSON unless it is text."""
        content = body if isinstance(body, str) else json.dumps(body)
        return asyncio.run(self._request("POST", path, content=content, headers=headers))

    async def _request(self, *args: Any, **more: Any) -> httpx.Response:
        """One request."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="https://sample.test", headers=self.headers
        ) as client:
            return await client.request(*args, **more)


@dataclass(frozen=True)
class User:
    """Somebody who signed up, with a browser that is logged in."""

    id: int
    customer: str
    subscription: str
    browser: Browser

    def job(self, number: int, text: str = "to be or not to be") -> int:
        """Have the words of a text counted; the status of the answer."""
        return self.browser.post("/jobs", {"number": number, "text": text}).status_code

    def export(self) -> int:
        """Ask for the export; the status of the answer."""
        return self.browser.get("/export").status_code


@pytest.fixture(scope="session")
def stripe_catalog() -> Catalog:
    """20 dollars a month, and 5 cents a job."""
    return Catalog(
        prices=[Price(PLAN, amount=2000), Price(USAGE, amount=5, meter="sample_jobs")], meters=[Meter("sample_jobs")]
    )


@pytest.fixture
def stripe_now() -> str:
    """The tests begin at the end of January: the next month is a short one."""
    return "2027-01-31T12:00Z"


@pytest.fixture(scope="session")
def stripe_webhook_secret() -> str:
    """The secret that the app verifies with."""
    return WEBHOOK_SECRET


@pytest.fixture
def stripe_webhook_target(app: Starlette) -> tuple[str, Starlette, str]:
    """Webhooks go into the app."""
    return ("asgi", app, HOOK)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database without rows; migrations run once."""
    path = tmp_path_factory.mktemp("sample") / "empty.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Engine]:
    """The test's own database."""
    shutil.copy(migrated, tmp_path / "app.db")
    engine = create_engine(f"sqlite:///{tmp_path}/app.db")
    yield engine
    engine.dispose()


@pytest.fixture
def app(database: Engine, stripe_clock: Clock) -> Iterator[Starlette]:
    """The app, living by the test clock; OpenFeature, which is global, is left as it was."""
    with stripe_clock.app_time():
        yield create_app(database)
    api.shutdown()
    api.set_evaluation_context(EvaluationContext())


@pytest.fixture
def browser(app: Starlette) -> Browser:
    """A browser in which nobody is logged in."""
    return Browser(app)


@pytest.fixture
def sign_up(app: Starlette, stripe_shelf: Shelf) -> Callable[..., User]:
    """Signs somebody up, by a form in a browser; everything in the catalogue is for sale."""
    stripe_shelf.stock()

    def signed_up(email: str = "ada@example.com") -> User:
        """One who signed up."""
        browser = Browser(app)
        answer = browser.post("/signup", {"email": email, "payment_method": "pm_card_visa"})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        browser.headers["Authorization"] = f"Bearer {made['token']}"
        return User(made["id"], made["customer"], made["subscription"], browser)

    return signed_up


@pytest.fixture
def ada(sign_up: Callable[..., User]) -> User:
    """Ada, who has just signed up; Stripe has not told the app yet."""
    return sign_up()


@pytest.fixture
def pump(database: Engine) -> Pump:
    """The app's own pump, which brings usage to Stripe."""
    return new_pump(database)


@pytest.fixture
def renewal(stripe_client: stripe.StripeClient) -> Callable[[User], dict[str, Any]]:
    """The newest invoice of a user: its reason, its status, what was paid, and the quantity of jobs on it."""

    def newest(user: User) -> dict[str, Any]:
        """That invoice."""
        invoice = stripe_client.v1.invoices.list({"subscription": user.subscription, "limit": 1}).data[0]
        used = [line.quantity for line in invoice.lines.data if USAGE in (line.description or "")]
        return {
            "reason": invoice.billing_reason,
            "status": invoice.status,
            "paid": invoice.amount_paid,
            "jobs": sum(quantity or 0 for quantity in used),
        }

    return newest
