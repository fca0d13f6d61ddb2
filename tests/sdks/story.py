"""The story as stripe-python tells it: run by the interpreter of one release's environment, whatever its age.

`python -I story.py URL KEY` prints one JSON object: the version of the SDK and of the API, and what came of each step.
Releases before 8 speak through classes (`stripe.Customer.create`), later ones through a `StripeClient`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import stripe

LOOSE: Any = stripe
"""The package as releases have it that nobody's types describe."""
APRIL, HALF, MAY, JUNE = 1806537600, 1807833600, 1809129600, 1811808000
"""The first of April 2027, the middle of that month of thirty days, and the firsts of the next two."""
SETTLED = 2 * 3600
CLASSES = {
    "customers": "Customer",
    "products": "Product",
    "prices": "Price",
    "payment_methods": "PaymentMethod",
    "subscriptions": "Subscription",
    "invoices": "Invoice",
    "payment_intents": "PaymentIntent",
    "events": "Event",
}


class Classes:
    """How releases before 8 are spoken to."""

    def __init__(self, url: str, key: str) -> None:
        stripe.api_base, stripe.api_key = url, key
        self.version: str = LOOSE.api_version or LOOSE.version.API_VERSION

    def call(self, noun: str, verb: str, id_: str | None = None, *, key: str | None = None, **params: Any) -> Any:
        """One call of one noun."""
        holder: Any = LOOSE.test_helpers.TestClock if noun == "test_clocks" else getattr(stripe, CLASSES[noun])
        method = getattr(holder, {"update": "modify"}.get(verb, verb))
        options = {} if key is None else {"idempotency_key": key}
        return method(*([] if id_ is None else [id_]), **params, **options)

    def other_key(self, key: str) -> Any:
        """A call with another key."""
        return LOOSE.Customer.list(api_key=key)


class Client:
    """How releases from 8 on are spoken to."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.client: Any = LOOSE.StripeClient(key, base_addresses={"api": url})
        self.root: Any = getattr(self.client, "v1", self.client)
        self.version: str = LOOSE.api_version or LOOSE._api_version._ApiVersion.CURRENT

    def call(self, noun: str, verb: str, id_: str | None = None, *, key: str | None = None, **params: Any) -> Any:
        """One call of one noun."""
        holder = self.root.test_helpers if noun == "test_clocks" else self.root
        options = {} if key is None else {"options": {"idempotency_key": key}}
        method = getattr(getattr(holder, noun), verb)
        return method(*([] if id_ is None else [id_]), params=params, **options)

    def other_key(self, key: str) -> Any:
        """A call with another key."""
        other: Any = LOOSE.StripeClient(key, base_addresses={"api": self.url})
        return getattr(other, "v1", other).customers.list()


def error(name: str) -> Any:
    """An exception by its name; before 8 they had a module of their own."""
    return getattr(LOOSE, name, None) or getattr(LOOSE.error, name)


def refused(name: str, action: Any) -> Any:
    """The error that an action raises, of the class named."""
    try:
        action()
    except error(name) as refusal:
        return refusal
    raise AssertionError(f"no {name}")


def usage(api: Any) -> float:
    """What a meter has counted of one event by each way that the release has, 7.0 in all; 7.0 where it has none."""
    billing: Any = getattr(getattr(api, "root", None), "billing", None)
    if not hasattr(billing, "meter_events"):
        return 7.0
    formula = {"formula": "sum"}
    meter = billing.meters.create({"display_name": "Calls", "event_name": "calls", "default_aggregation": formula})
    customer = api.call("customers", "create").id
    event: Any = {"event_name": "calls", "payload": {"stripe_customer_id": customer, "value": "1"}}
    two, four = ({**event, "payload": {**event["payload"], "value": value}} for value in ("2", "4"))
    now = billing.meter_events.create(event).timestamp
    if hasattr(api.client, "v2"):
        v2 = api.client.v2.billing
        v2.meter_events.create(two)
        token = v2.meter_event_session.create().authentication_token
        streaming = LOOSE.StripeClient(token, base_addresses={"api": api.url, "meter_events": api.url})
        streaming.v2.billing.meter_event_stream.create({"events": [four]})
    else:
        billing.meter_events.create(two)
        billing.meter_events.create(four)
    bounds = {"customer": customer, "start_time": now - now % 60, "end_time": now - now % 60 + 120}
    holder = billing.meters.event_summaries if hasattr(billing.meters, "event_summaries") else billing.meters
    counted: float = holder.list(meter.id, bounds).data[0].aggregated_value
    return counted


def tell(api: Any) -> dict[str, Any]:
    """The story, and what came of it."""
    came: dict[str, Any] = {}
    call = api.call
    early = api.version < "2025-03-31"
    clock = call("test_clocks", "create", frozen_time=APRIL)
    customer = call("customers", "create", email="ada@example.com", test_clock=clock.id, key=f"{clock.id}-1")
    again = call("customers", "create", email="ada@example.com", test_clock=clock.id, key=f"{clock.id}-1")
    came["repeated"] = again.id == customer.id
    mismatch = refused(
        "IdempotencyError", lambda: call("customers", "create", email="b@example.com", key=f"{clock.id}-1")
    )
    came["mismatch"] = mismatch.http_status
    good = call("payment_methods", "attach", "pm_card_visa", customer=customer.id)
    call("customers", "update", customer.id, invoice_settings={"default_payment_method": good.id})
    product = call("products", "create", name="Weather")
    small, large = (
        call(
            "prices", "create", product=product.id, currency="usd", unit_amount=amount, recurring={"interval": "month"}
        )
        for amount in (1000, 3000)
    )

    paid_by = "latest_invoice.payment_intent" if early else "latest_invoice.payments"
    subscription = call("subscriptions", "create", customer=customer.id, items=[{"price": small.id}], expand=[paid_by])
    first = subscription.latest_invoice
    if early:
        intent = first.payment_intent
        came["paid by"] = (
            first.paid,
            intent.status,
            intent.client_secret.startswith(intent.id),
            intent.invoice == first.id,
        )
    else:
        intent = call("payment_intents", "retrieve", first.payments.data[0].payment.payment_intent)
        came["paid by"] = (first.status == "paid", intent.status, intent.client_secret.startswith(intent.id), True)
    came["first"] = (subscription.status, first.amount_paid, intent.amount)
    item = subscription["items"].data[0]
    period = subscription if early else item
    came["period"] = (period.current_period_start, period.current_period_end)

    call("test_clocks", "advance", clock.id, frozen_time=HALF)
    changed = call(
        "subscriptions",
        "update",
        subscription.id,
        items=[{"id": item.id, "price": large.id}],
        proration_behavior="always_invoice",
        expand=["latest_invoice"],
    )
    lines = changed.latest_invoice.lines.data
    came["upgrade"] = (changed.latest_invoice.amount_paid, sorted(line.amount for line in lines))
    if early:
        came["upgrade lines"] = sorted(line.proration for line in lines)
    else:
        came["upgrade lines"] = sorted(line.parent.subscription_item_details.proration for line in lines)

    call("test_clocks", "advance", clock.id, frozen_time=MAY + SETTLED)
    newest = call("invoices", "list", customer=customer.id, limit=1).data[0]
    came["renewal"] = (newest.billing_reason, newest.status, newest.amount_paid)

    bad = call("payment_methods", "attach", "pm_card_chargeCustomerFail", customer=customer.id)
    call("customers", "update", customer.id, invoice_settings={"default_payment_method": bad.id})
    call("test_clocks", "advance", clock.id, frozen_time=JUNE + SETTLED)
    newest = call("invoices", "list", customer=customer.id, limit=1).data[0]
    status = call("subscriptions", "retrieve", subscription.id).status
    came["decline"] = (newest.status, newest.amount_remaining, status)
    declined = refused("CardError", lambda: call("invoices", "pay", newest.id))
    came["card error"] = (declined.http_status, declined.code)
    recovered = call("invoices", "pay", newest.id, payment_method=good.id)
    status = call("subscriptions", "retrieve", subscription.id).status
    came["recovery"] = (recovered.status, recovered.amount_paid, status)

    pages = call("invoices", "list", customer=customer.id, limit=2)
    came["pages"] = [invoice.total for invoice in pages.auto_paging_iter()]
    paid = call("events", "list", type="invoice.paid", limit=100).data
    event = call("events", "retrieve", paid[0].id)
    came["events"] = (len(paid), event.data.object.amount_paid, bool(event.api_version))
    missing = refused("InvalidRequestError", lambda: call("customers", "retrieve", "cus_none"))
    came["missing"] = (missing.http_status, missing.code)
    came["bad key"] = refused("AuthenticationError", lambda: api.other_key("nonsense")).http_status
    came["cancel"] = call("subscriptions", "cancel", subscription.id).status
    came["usage"] = usage(api)
    return came


def main() -> None:
    """Tell it, and print what came of it."""
    url, key = sys.argv[1:]
    api: Any = (Client if hasattr(stripe, "StripeClient") else Classes)(url, key)
    sdk = getattr(LOOSE, "VERSION", None) or LOOSE.version.VERSION
    sys.stdout.write(json.dumps({"sdk": sdk, "api": api.version, "came": tell(api)}))


if __name__ == "__main__":
    main()
