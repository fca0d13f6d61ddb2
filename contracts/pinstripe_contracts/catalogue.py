"""A small catalogue, made through the API before a run, so that the ids in its requests exist.

Somebody who pays by card, something to sell by quantity and by usage, and one of each thing that billing makes of it.
"""

from __future__ import annotations

from typing import Any

from pinstripe_contracts.exchange import Caller, Request
from pinstripe_contracts.stock import Stock

CARD = "pm_card_visa"
NOWHERE = "http://127.0.0.1:9/"
"""The address of webhook endpoints: the discard port of this machine, where nobody listens."""


class Catalogue:
    """What a run sells and to whom; each filling makes fresh objects, for a run uses them up."""

    def __init__(self, caller: Caller, stock: Stock) -> None:
        self.caller = caller
        self.stock = stock
        self.fillings = 0
        self.now = 0
        self.run = ""

    def fill(self) -> None:
        """Make one of everything; raises LookupError where a server refuses the very basics."""
        meter = self._meter()
        clock = self._make("/v1/test_helpers/test_clocks", frozen_time=self.now)
        self._make("/v1/customers", name="Bob", test_clock=clock["id"])
        self._indebted()
        product = self._make("/v1/products", name="Gold")
        feature = self._make(
            "/v1/entitlements/features", name="Export", lookup_key=f"export_{self.run}_{self.fillings}"
        )
        attached = self._make(f"/v1/products/{product['id']}/features", entitlement_feature=feature["id"])
        self._call("attached_feature", attached["id"])
        self._call("featured_product", product["id"])
        sold: dict[str, Any] = {"product": product["id"], "currency": "usd", "unit_amount": 2000}
        self._make("/v1/prices", **sold)
        metered = {"interval": "month", "usage_type": "metered", "meter": meter["id"]}
        monthly = {"interval": "month"}
        terms = (metered, monthly, monthly, monthly)
        prices = [self._make("/v1/prices", **sold, recurring=recurring)["id"] for recurring in terms]
        for price in prices:
            self._call("recurring_price", price)
        self._make("/v1/products", name="Silver")
        customer = self._make("/v1/customers", name="Ada", email="ada@example.com")["id"]
        card = self._make(f"/v1/payment_methods/{CARD}/attach", customer=customer)["id"]
        self.caller.create(f"/v1/customers/{customer}", invoice_settings={"default_payment_method": card})
        self._call("paying_customer", customer)
        self._call("attached_payment_method", card)
        self._make("/v1/subscriptions", customer=customer, items=[{"price": price} for price in prices[:3]])
        self._call("draft_invoice", self._invoice(customer, auto_advance=False)["id"])
        due = self._invoice(customer, collection_method="send_invoice", days_until_due=30)
        self.caller.create(f"/v1/invoices/{due['id']}/finalize", auto_advance=False)
        self._call("open_invoice", due["id"])
        self._make("/v1/invoiceitems", customer=customer, amount=500, currency="usd")

    def begin(self) -> None:
        """Learn what time it is there, and a word that no earlier run has used."""
        first = self._make("/v1/customers", name="Run")
        self.now = int(first["created"])
        self.run = first["id"].removeprefix("cus_")
        self.fill()
        self._endpoint()

    def _endpoint(self) -> None:
        """A webhook endpoint, disabled because nobody listens; Stripe itself takes no address of this machine."""
        body = {"url": NOWHERE, "enabled_events": ["invoice.paid"]}
        made = self.caller.call(Request("POST", "/v1/webhook_endpoints", body=body))
        if made.status == 200:
            self.stock.note(made.json)
            self.caller.create(f"/v1/webhook_endpoints/{made.json['id']}", disabled=True)

    def _meter(self) -> dict[str, Any]:
        self.fillings += 1
        name = f"calls_{self.run}_{self.fillings}".lower()
        self._call("event_name", name)
        summed = {"formula": "sum"}
        return self._make("/v1/billing/meters", display_name="Calls", event_name=name, default_aggregation=summed)

    def _invoice(self, customer: str, **how: Any) -> dict[str, Any]:
        self._make("/v1/invoiceitems", customer=customer, amount=500, currency="usd")
        return self._make("/v1/invoices", customer=customer, pending_invoice_items_behavior="include", **how)

    def _indebted(self) -> None:
        customer = self._make("/v1/customers", name="Eve", balance=500)["id"]
        self._call("indebted_customer", customer)
        self.stock.note(self.caller.call(Request("GET", f"/v1/customers/{customer}/balance_transactions")).json)

    def _call(self, kind: str, id_: str) -> None:
        """Remember an object by what is particular about it."""
        self.stock.note({"object": kind, "id": id_})

    def _make(self, path: str, **body: Any) -> dict[str, Any]:
        made = self.caller.create(path, **body)
        self.stock.note(made)
        return made
