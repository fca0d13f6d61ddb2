"""The story of one customer, a licensed plan and metered usage: told by calls of the official SDK, beat by beat.

31 January 2027, noon: ada subscribes and pays for February. On three days she uses the API, on the 14th she doubles her
quantity. On 28 February the renewal is drafted; usage that arrives within the hour still counts; then it is finalized
and paid. Thirteen more renewals follow, each on the month's last day, through the leap year 2028.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import stripe

from pinstripe.demo.inbox import Inbox

PRODUCT = "Weather API"
METER = "api_calls"
PLAN_PRICE = 2000
"""Cents for each unit of the plan, each month."""
FREE_CALLS = 1000
CALL_PRICE = 2
"""Cents for each call beyond the free ones."""


def moment(year: int, month: int, day: int, hour: int = 12, minute: int = 0, second: int = 0) -> int:
    """A UTC moment as Stripe counts it; noon, unless said otherwise."""
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


BEGINS = moment(2027, 1, 31)
QUANTITY_DOUBLES = moment(2027, 2, 14)
RENEWS = moment(2027, 2, 28)
ENDS = moment(2028, 3, 31)
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happened: when by the story's clock, in words, the calls that did it, and what it came to."""

    at: int
    text: str
    calls: tuple[str, ...]
    invoice: stripe.Invoice | None = None
    error: stripe.StripeError | None = None
    told: tuple[stripe.Event, ...] = ()


class Story:
    """The story, and what is known of it so far.

    `quantity_doubles` moves the change of quantity to another moment between 12 and 20 February.
    """

    def __init__(
        self,
        client: stripe.StripeClient,
        inbox: Inbox,
        webhook_url: str,
        *,
        quantity_doubles: int = QUANTITY_DOUBLES,
    ) -> None:
        self.client = client
        self.inbox = inbox
        self.webhook_url = webhook_url
        self.quantity_doubles = quantity_doubles
        self.now = BEGINS
        self.calls: list[str] = []
        self.anchors: list[tuple[int, int]] = []
        """The period after each renewal."""
        self.first: stripe.Invoice
        self.duplicate: stripe.StripeError
        self.draft: stripe.Invoice
        self.renewal: stripe.Invoice

    def beats(self) -> Iterator[Beat]:
        """The whole story."""
        yield from self.first_month()
        yield from self.leap_year()

    def first_month(self) -> Iterator[Beat]:
        """From the empty account to the first renewal, paid."""
        yield from self._prepare()
        yield from self._subscribe()
        yield from self._use()
        yield from self._renew()

    # --- chapters ----------------------------------------------------------------------------------------------------

    def _prepare(self) -> Iterator[Beat]:
        """Somebody who listens, a clock, a meter and two prices."""
        v1 = self.client.v1
        endpoint = v1.webhook_endpoints.create({"url": self.webhook_url, "enabled_events": ["*"]})
        assert endpoint.secret is not None
        self.inbox.secret = endpoint.secret
        yield self._beat("a webhook endpoint that is told everything", "POST /v1/webhook_endpoints")

        self.clock = v1.test_helpers.test_clocks.create({"frozen_time": BEGINS, "name": "pinstripe demo"})
        yield self._beat("a clock of our own, which we turn", "POST /v1/test_helpers/test_clocks")

        self.meter = v1.billing.meters.create(
            {"display_name": "API calls", "event_name": METER, "default_aggregation": {"formula": "sum"}}
        )
        yield self._beat(f"a meter that sums {METER}", "POST /v1/billing/meters")

        self.product = v1.products.create({"name": PRODUCT})
        self.plan = v1.prices.create(
            {
                "product": self.product.id,
                "currency": "usd",
                "unit_amount": PLAN_PRICE,
                "recurring": {"interval": "month"},
            }
        )
        self.metered = v1.prices.create(
            {
                "product": self.product.id,
                "currency": "usd",
                "billing_scheme": "tiered",
                "tiers_mode": "graduated",
                "tiers": [{"up_to": FREE_CALLS, "unit_amount": 0}, {"up_to": "inf", "unit_amount": CALL_PRICE}],
                "recurring": {"interval": "month", "usage_type": "metered", "meter": self.meter.id},
            }
        )
        yield self._beat(
            f"{PRODUCT}: $20.00 a month; {FREE_CALLS:,} calls free, then $0.02 each",
            "POST /v1/products",
            "POST /v1/prices",
            "POST /v1/prices",
        )

    def _subscribe(self) -> Iterator[Beat]:
        """Ada subscribes and pays in advance for what is licensed."""
        v1 = self.client.v1
        self.customer = v1.customers.create(
            {
                "name": "Ada",
                "email": "ada@example.com",
                "test_clock": self.clock.id,
                "payment_method": "pm_card_visa",
                "invoice_settings": {"default_payment_method": "pm_card_visa"},
            }
        )
        yield self._beat("Ada, who pays by pm_card_visa", "POST /v1/customers")

        self.subscription = v1.subscriptions.create(
            {
                "customer": self.customer.id,
                "items": [{"price": self.plan.id}, {"price": self.metered.id}],
                "expand": ["latest_invoice"],
            }
        )
        first = self.subscription.latest_invoice
        assert isinstance(first, stripe.Invoice)
        self.first = first
        yield self._beat("Ada subscribes to both; February is paid in advance", "POST /v1/subscriptions", invoice=first)

    def _use(self) -> Iterator[Beat]:
        """Usage on three days, one fact sent twice, and a second unit in the middle of the month."""
        yield self._used(moment(2027, 2, 5), 400, "usage-0205")
        yield self._used(moment(2027, 2, 12), 900, "usage-0212")
        try:
            self._record(900, self.now, "usage-0212")
        except stripe.StripeError as error:
            self.duplicate = error
            yield self._beat("the same fact, sent again", "POST /v1/billing/meter_events", error=error)
        yield self._doubled()
        yield self._used(moment(2027, 2, 20), 250, "usage-0220")

    def _doubled(self) -> Beat:
        """Ada wants two units from now on."""
        calls = self._advance(self.quantity_doubles)
        item = self.subscription["items"].data[0]
        self.client.v1.subscriptions.update(
            self.subscription.id,
            {"items": [{"id": item.id, "quantity": 2}], "proration_behavior": "create_prorations"},
        )
        return self._beat(
            "Ada wants 2 units; the difference waits for the renewal",
            *calls,
            f"POST /v1/subscriptions/{self.subscription.id}",
        )

    def _renew(self) -> Iterator[Beat]:
        """The month is over: a draft, an hour of grace for late usage, then the money."""
        calls = self._advance(RENEWS)
        self.draft, call = self._latest_invoice()
        yield self._beat("the renewal is drafted, and stays a draft for an hour", *calls, call, invoice=self.draft)

        self._record(50, RENEWS - 60, "usage-late")
        yield self._beat("50 late calls, made a minute before the month ended", "POST /v1/billing/meter_events")

        beat = self._renewed(RENEWS + HOUR, "the renewal is finalized, late calls included, and paid")
        assert beat.invoice is not None
        self.renewal = beat.invoice
        yield beat

    def leap_year(self) -> Iterator[Beat]:
        """Every renewal until the end of March 2028: each falls on the last day of its month, 29 February too."""
        while self.anchors[-1][1] <= ENDS:
            yield self._renewed(self.anchors[-1][1] + HOUR, "paid, renewed")

    # --- calls -------------------------------------------------------------------------------------------------------

    def _advance(self, to: int) -> tuple[str, ...]:
        """Turn the clock, and see that it has arrived."""
        clocks = self.client.v1.test_helpers.test_clocks
        clocks.advance(self.clock.id, {"frozen_time": to})
        clock = clocks.retrieve(self.clock.id)
        assert (clock.status, clock.frozen_time) == ("ready", to)
        self.now = to
        path = f"/v1/test_helpers/test_clocks/{self.clock.id}"
        return f"POST {path}/advance", f"GET {path}"

    def _used(self, at: int, calls: int, identifier: str) -> Beat:
        """So many calls, recorded when they were made."""
        advanced = self._advance(at)
        self._record(calls, at, identifier)
        return self._beat(f"{calls} calls", *advanced, "POST /v1/billing/meter_events")

    def _record(self, calls: int, at: int, identifier: str) -> None:
        """Tell the meter."""
        self.client.v1.billing.meter_events.create(
            {
                "event_name": METER,
                "payload": {"stripe_customer_id": self.customer.id, "value": str(calls)},
                "identifier": identifier,
                "timestamp": at,
            }
        )

    def _latest_invoice(self) -> tuple[stripe.Invoice, str]:
        """The newest invoice of the subscription."""
        invoices = self.client.v1.invoices.list({"subscription": self.subscription.id, "limit": 1})
        return invoices.data[0], "GET /v1/invoices"

    def _renewed(self, at: int, text: str) -> Beat:
        """An hour after the end of a period: the next one has begun, and its invoice is no draft any more."""
        calls = self._advance(at)
        items = self.client.v1.subscriptions.retrieve(self.subscription.id)["items"]
        (period,) = {(item.current_period_start, item.current_period_end) for item in items.data}
        self.anchors.append(period)
        invoice, call = self._latest_invoice()
        return self._beat(text, *calls, f"GET /v1/subscriptions/{self.subscription.id}", call, invoice=invoice)

    def _beat(
        self,
        text: str,
        *calls: str,
        invoice: stripe.Invoice | None = None,
        error: stripe.StripeError | None = None,
    ) -> Beat:
        """What happened, once everything it caused has been delivered."""
        self.calls += calls
        return Beat(self.now, text, calls, invoice, error, tuple(self.inbox.settle()))
