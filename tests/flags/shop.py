"""An application that sells plans: a simulated Stripe, a database with flags in it, a webhook, one clock for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagEvaluationDetails
from sqlalchemy import Connection, Engine, Table, select
from sqlalchemy.orm import Session

from pinstripe import Simulator
from pinstripe.http.transport import client
from pinstripe.webhooks.delivery import hand_over
from pinstripe_flags import EVENTS, Policy, Store, SubscriptionProvider, for_customer
from pinstripe_flags.tables import METADATA, OVERRIDES

START = datetime(2027, 1, 31, 12, tzinfo=UTC)
KEY = "sk_test_flags"
FEATURES: dict[str, Any] = {
    "sso": ["pro", "team"],
    "seats": {"pro": 5, "team": 50},
    "support": {"pro": "mail", "team": "phone"},
}


class Shop:
    """Sells `pro` for 20 USD and `team` for 90 USD a month.

    Time is the account's own, and events carry the moments at which things happen; or, with a test clock, the clock's,
    and then every event of a story carries the same second.
    """

    def __init__(self, database: Engine, *, policy: Policy | None = None, test_clock: bool = False) -> None:
        self.database = database
        self.now = START
        self.simulator = Simulator(now=seconds(START))
        self.stripe = client(self.simulator, KEY)
        created = self.stripe.v1.webhook_endpoints.create({"url": "https://app.test/stripe", "enabled_events": EVENTS})  # type: ignore[typeddict-item]
        self.secret = str(created.secret)
        self.test_clock: str | None = None
        if test_clock:
            clock = self.stripe.v1.test_helpers.test_clocks.create({"frozen_time": seconds(START)})
            self.test_clock = clock.id
        self.prices = {plan: self._price(plan, amount) for plan, amount in {"pro": 2000, "team": 9000}.items()}
        self.held: list[stripe.Event] | None = None
        self.store = Store(database)
        self.provider = self.sell(FEATURES, policy)

    def sell(self, features: Mapping[str, Any], policy: Policy | None = None) -> SubscriptionProvider:
        """Replace what the plans contain and when they give access."""
        self.provider = SubscriptionProvider(self.store, features=features, policy=policy, clock=lambda: self.now)
        api.set_provider_and_wait(self.provider)
        self.flags: OpenFeatureClient = api.get_client()
        return self.provider

    def _price(self, plan: str, amount: int) -> str:
        """A monthly price, known by the plan's name as lookup key."""
        product = self.stripe.v1.products.create({"name": plan.title()})
        return self.stripe.v1.prices.create(
            {
                "product": product.id,
                "currency": "usd",
                "unit_amount": amount,
                "lookup_key": plan,
                "recurring": {"interval": "month"},
            }
        ).id

    def customer(self, subject: str) -> str:
        """A customer with a card that works, linked to one of our own organizations."""
        params: Any = {
            "payment_method": "pm_card_visa",
            "invoice_settings": {"default_payment_method": "pm_card_visa"},
            **({"test_clock": self.test_clock} if self.test_clock else {}),
        }
        customer = self.stripe.v1.customers.create(params).id
        with self.session() as session:
            self.store.link(session, subject, customer)
        return customer

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction of the application's."""
        with Session(self.database) as session, session.begin():
            yield session

    def pay_with(self, customer: str, card: str) -> None:
        """Change the customer's card: `visa` pays, `chargeCustomerFail` is saved and then declines."""
        method = self.stripe.v1.payment_methods.attach(f"pm_card_{card}", {"customer": customer})
        self.stripe.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})

    def subscribe(self, customer: str, plan: str, quantity: int = 1) -> str:
        """A subscription to a plan, paid at once."""
        items: Any = [{"price": self.prices[plan], "quantity": quantity}]
        return self.stripe.v1.subscriptions.create({"customer": customer, "items": items}).id

    def turn(self, **by: float) -> None:
        """Let time pass, here and at Stripe, and hand the events over."""
        self.now += timedelta(**by)
        if self.test_clock:
            self.stripe.v1.test_helpers.test_clocks.advance(self.test_clock, {"frozen_time": seconds(self.now)})
        else:
            self.simulator.account(KEY).set_clock(seconds(self.now))
        self.deliver()

    def deliver(self) -> None:
        """Hand over what is due, signed as Stripe signs it, to the application's webhook."""
        hand_over(self.simulator.account(KEY).world, self.webhook)

    @contextmanager
    def withholding(self) -> Iterator[list[stripe.Event]]:
        """Within the block the application sees no event; they are kept, in Stripe's order."""
        held: list[stripe.Event] = []
        self.held = held
        try:
            yield held
        finally:
            self.held = None

    def withhold(self) -> list[stripe.Event]:
        """Take what is due without the application seeing it."""
        with self.withholding() as held:
            self.deliver()
        return held

    def verified(self, body: bytes, headers: dict[str, str]) -> stripe.Event:
        """The event, if the signature is Stripe's."""
        return stripe.Webhook.construct_event(body, headers["Stripe-Signature"], self.secret)  # type: ignore[no-any-return]

    def webhook(self, _url: str, body: bytes, headers: dict[str, str]) -> int:
        """What the application does with an event."""
        event = self.verified(body, headers)
        if self.held is None:
            self.take_in([event])
        else:
            self.held.append(event)
        return 200

    def take_in(self, events: Iterable[stripe.Event | Mapping[str, Any]]) -> list[bool]:
        """Apply events, each in a transaction of its own; which of them changed anything."""
        changed = []
        for event in events:
            with self.session() as session:
                changed.append(self.store.apply(session, event))
        return changed

    def ask(self, flag: str, context: EvaluationContext | str) -> FlagEvaluationDetails[Any]:
        """What OpenFeature's client says of a flag, for a context or for one of our organizations."""
        asked = for_customer(context) if isinstance(context, str) else context
        match flag:
            case "seats":
                return self.flags.get_integer_details(flag, 1, asked)
            case "support":
                return self.flags.get_string_details(flag, "forum", asked)
        return self.flags.get_boolean_details(flag, False, asked)

    def has(self, flag: str, subject: str) -> bool:
        """Whether one of our organizations has a feature."""
        return bool(self.ask(flag, subject).value)

    def status(self, subscription: str) -> str:
        """The status as Stripe itself has it."""
        return self.stripe.v1.subscriptions.retrieve(subscription).status

    def picture(self) -> dict[str, list[dict[str, Any]]]:
        """Everything the tables say about billing."""
        with self.database.connect() as connection:
            return self.picture_in(connection)

    def picture_in(self, connection: Connection, table: Table | None = None) -> dict[str, list[dict[str, Any]]]:
        """The same, as one transaction sees it; of one table only, if it is given."""
        tables = [one for one in METADATA.sorted_tables if one is not OVERRIDES] if table is None else [table]
        return {
            one.name: sorted((_row(row._asdict()) for row in connection.execute(select(one))), key=str)
            for one in tables
        }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as it compares: a lineage is a set, so its order says nothing."""
    return {name: sorted(value, key=str) if name == "lineage" else value for name, value in row.items()}


def seconds(at: datetime) -> int:
    """A moment as Stripe writes it."""
    return int(at.timestamp())
