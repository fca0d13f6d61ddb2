"""What a test asks for by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pinstripe_scenarios import settings
from pinstripe_scenarios.state import STATE

if TYPE_CHECKING:
    import stripe

    from pinstripe.control import Client
    from pinstripe_scenarios.account import Account
    from pinstripe_scenarios.backends import Backend
    from pinstripe_scenarios.catalog import Catalog, Shelf
    from pinstripe_scenarios.clock import Clock
    from pinstripe_scenarios.people import Customers, Subscribe
    from pinstripe_scenarios.portal import Portal
    from pinstripe_scenarios.webhooks import Target, Webhooks


@pytest.fixture(scope="session")
def stripe_backend(pytestconfig: pytest.Config) -> Iterator[Backend]:
    """The Stripe that tests run against: its `name`, `api_version`, and what it `supports`."""
    backend = pytestconfig.stash[STATE].new_backend()
    yield backend
    backend.close()


@pytest.fixture
def stripe_account(request: pytest.FixtureRequest, stripe_backend: Backend) -> Iterator[Account]:
    """The test's own account: its `key`, its `now`. While it is in use, every call of the SDK goes there."""
    state = request.config.stash[STATE]
    for marker in request.node.iter_markers("stripe_fake_only"):
        if not stripe_backend.supports("isolation"):
            pytest.skip(f"needs the simulator: {marker.kwargs.get('reason') or ' '.join(map(str, marker.args))}")
    now = settings.seconds(settings.for_test(request, "now", "stripe_now"))
    seed = str(settings.for_test(request, "seed") or "pinstripe")
    account = stripe_backend.open(request.node.nodeid, seed=seed, now=now)
    state.finder.patch_if_imported()
    state.guard.account = account
    request.node.stash[state.account] = account
    if not stripe_backend.supports("isolation"):
        account.begin()
    yield account
    state.guard.account = None
    stripe_backend.shut(account)


@pytest.fixture
def stripe_client(stripe_account: Account) -> stripe.StripeClient:
    """The official client of the test's account."""
    return stripe_account.client


@pytest.fixture
def stripe_now() -> Any:
    """Override me: the moment at which tests begin, as a datetime, ISO text or seconds."""
    return None


@pytest.fixture(scope="session")
def stripe_catalog() -> Catalog:
    """Override me: what is for sale. The default sells anything, for 20 dollars a month."""
    from pinstripe_scenarios.catalog import Catalog  # noqa: PLC0415 - lazy, as everything here

    return Catalog()


@pytest.fixture(scope="session")
def stripe_webhook_target() -> Target:
    """Override me: `("asgi", app, "/path")`, or a function that takes the body and the headers."""
    return None


@pytest.fixture(scope="session")
def stripe_webhook_secret() -> str:
    """Override me: the secret with which your app verifies webhooks."""
    return "whsec_pinstripe"


@pytest.fixture
def stripe_clock(stripe_account: Account, stripe_backend: Backend, request: pytest.FixtureRequest) -> Iterator[Clock]:
    """A test clock that begins at the account's time; customers that name no clock live on it."""
    from pinstripe_scenarios.clock import Clock  # noqa: PLC0415 - lazy, as everything here

    begins = settings.seconds(settings.for_test(request, "now", "stripe_now"))
    clock = Clock(stripe_account, stripe_account.now if begins is None else begins, stripe_backend.pause)
    yield clock
    if not stripe_backend.supports("isolation"):
        clock.delete()


@pytest.fixture(scope="session")
def _stripe_portal() -> Iterator[Portal]:
    """The event loop in which ASGI apps are called."""
    from pinstripe_scenarios.portal import Portal  # noqa: PLC0415 - lazy, as everything here

    portal = Portal()
    yield portal
    portal.close()


@pytest.fixture
def stripe_webhooks(
    stripe_account: Account,
    stripe_backend: Backend,
    stripe_webhook_target: Target,
    stripe_webhook_secret: str,
    _stripe_portal: Portal,
) -> Webhooks:
    """The account's events: `deliver()` takes them to the app, and there are words to assert what happened."""
    from pinstripe_scenarios.feed import Feed  # noqa: PLC0415 - lazy, as everything here
    from pinstripe_scenarios.webhooks import Webhooks  # noqa: PLC0415 - the same

    feed = Feed(stripe_account, shared=not stripe_backend.supports("isolation"))
    control = stripe_backend.control_client(stripe_account)
    return Webhooks(stripe_account, feed, stripe_webhook_target, stripe_webhook_secret, _stripe_portal, control)


@pytest.fixture
def fake_stripe(stripe_account: Account, stripe_backend: Backend) -> Client:
    """The simulator's control plane for the test's account: faults, savepoints, its own clock, coverage, replay."""
    control = stripe_backend.control_client(stripe_account)
    if control is None:
        pytest.skip("needs the simulator: Stripe has no control plane")
    return control


@pytest.fixture
def stripe_shelf(stripe_account: Account, request: pytest.FixtureRequest) -> Shelf:
    """What `stripe_catalog` declares, made in the test's account: `price("pro")` and `meter("calls")` are ids."""
    from pinstripe_scenarios.catalog import Shelf  # noqa: PLC0415 - lazy, as everything here

    return Shelf(stripe_account, settings.for_test(request, "catalog", "stripe_catalog"))


@pytest.fixture
def stripe_customer(stripe_account: Account, stripe_clock: Clock, request: pytest.FixtureRequest) -> Customers:
    """Makes customers: `stripe_customer(card="visa", **params)`, with a name that is the test's own."""
    from pinstripe_scenarios.people import Customers  # noqa: PLC0415 - lazy, as everything here

    assert stripe_account.clock == stripe_clock.id, "customers live on the test's clock"
    return Customers(stripe_account, request.node.nodeid)


@pytest.fixture
def subscribe(stripe_account: Account, stripe_shelf: Shelf, stripe_customer: Customers) -> Subscribe:
    """Makes subscriptions: `subscribe("pro", card="visa", customer=None, quantity=None, **params)`."""
    from pinstripe_scenarios.people import Subscribe  # noqa: PLC0415 - lazy, as everything here

    return Subscribe(stripe_account, stripe_shelf, stripe_customer)


@pytest.fixture(scope="session")
def stripe_server(stripe_backend: Backend) -> str:
    """A base URL for other processes and other languages; `stripe_account.key` is the same account there."""
    url = stripe_backend.server_url()
    if url is None:
        pytest.skip("Stripe's own test mode has no base URL of its own: your processes call Stripe")
    return url
