"""What happens to invoices and to money: made by hand, edited, settled, credited, given back, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from tests.laws import terms

if TYPE_CHECKING:
    from tests.laws.life import Life

WAYS: tuple[Mapping[str, float], ...] = (
    {},
    {"refund_amount": 1},
    {"credit_amount": 1},
    {"out_of_band_amount": 1},
    {"refund_amount": 0.5, "credit_amount": 0.5},
)
"""How a credit is given after the payment, in shares of it."""


PLACES: tuple[Mapping[str, Any], ...] = (
    {"address": {"country": "DE", "postal_code": "10115", "line1": "Torstr. 1", "city": "Berlin"}},
    {"address": {"country": "US", "state": "CA", "postal_code": "94107", "line1": "1 King St"}},
    {"tax_exempt": "exempt"},
    {"tax_exempt": "reverse"},
    {"tax_exempt": "none"},
)
"""Where customers live, and what they are spared."""
SELLER: Mapping[str, Any] = {
    "defaults": {"tax_behavior": "exclusive", "tax_code": "txcd_10000000"},
    "head_office": {"address": {"country": "DE", "postal_code": "10117", "line1": "Linden 1", "city": "Berlin"}},
}


def extra(life: Life, which: int, amount: int, on_draft: bool) -> None:
    """Something extra for the next invoice, or for the newest draft."""
    if life.customers:
        customer = life.somebody(which)
        drafts = [
            id_
            for id_ in life.ids("invoice")
            if (invoice := life.world.get("invoice", id_))
            and (invoice["status"], invoice["customer"]) == ("draft", customer)
        ]
        draft = drafts[-1] if on_draft and drafts else None
        life.ask("POST", "/v1/invoiceitems", customer=customer, amount=amount, currency="usd", invoice=draft)


def by_hand(life: Life, which: int, include: bool, auto_advance: bool) -> None:
    """An invoice by hand."""
    if life.customers:
        life.ask(
            "POST",
            "/v1/invoices",
            customer=life.somebody(which),
            auto_advance=auto_advance,
            pending_invoice_items_behavior="include" if include else "exclude",
        )


def settle(life: Life, which: int, how: str) -> None:
    """Finalize, pay, void, give up or delete an invoice, in whatever state it is."""
    invoice = life.pick("invoice", which)
    if invoice is None:
        return
    path = f"/v1/invoices/{invoice.id}"
    match how:
        case "delete":
            life.ask("DELETE", path)
        case "pay elsewhere":
            life.ask("POST", f"{path}/pay", paid_out_of_band=True)
        case "pay with visa":
            life.ask("POST", f"{path}/pay", payment_method="pm_card_visa")
        case _:
            life.ask("POST", f"{path}/{how}")


def credit(life: Life, which: int, share: int, way: int, by_line: bool) -> None:
    """A credit note over a share of an invoice, in hundredths, or over its first line."""
    invoice = life.pick("invoice", which)
    if invoice is None or not invoice["lines"]:
        return
    shares = WAYS[way % len(WAYS)]
    if by_line:
        shown = life.ask("GET", f"/v1/invoices/{invoice.id}/lines")["data"][0]
        rows = [{"type": "invoice_line_item", "invoice_line_item": shown["id"], "quantity": shown["quantity"] or 1}]
        off = sum(row["amount"] for row in shown["pretax_credit_amounts"])
        tax = sum(row["amount"] for row in shown["taxes"] if row["tax_behavior"] == "exclusive")
        parts = {name: round((shown["amount"] - off + tax) * part) for name, part in shares.items()}
        life.ask("POST", "/v1/credit_notes", invoice=invoice.id, lines=rows, **parts)
        return
    amount = max(1, invoice["total"] * share // 100)
    parts = {name: round(amount * part) for name, part in shares.items()}
    life.ask("POST", "/v1/credit_notes", invoice=invoice.id, amount=amount, **parts)


def take_back(life: Life, which: int) -> None:
    """Void a credit note."""
    life.act("credit_note", which, "void")


def refund(life: Life, which: int, amount: int | None) -> None:
    """Give back what a charge took, or some of it."""
    charge = life.pick("charge", which)
    if charge is not None:
        life.ask("POST", "/v1/refunds", charge=charge.id, amount=amount)


def edit(life: Life, which: int, how: str, amount: int) -> None:
    """Add a line to an invoice, change its first line, or take that away."""
    invoice = life.pick("invoice", which)
    if invoice is None:
        return
    path = f"/v1/invoices/{invoice.id}"
    first = invoice["lines"][0]["id"] if invoice["lines"] else None
    match how:
        case "add":
            life.ask("POST", f"{path}/add_lines", lines=[{"amount": amount, "description": "Extra"}])
        case "change" if first:
            life.ask("POST", f"{path}/lines/{first}", amount=amount)
        case "remove" if first:
            life.ask("POST", f"{path}/remove_lines", lines=[{"id": first, "behavior": "delete"}])
        case "text":
            life.ask("POST", path, description="As agreed", footer="Thanks", metadata={"order": "7"})
        case "discount":
            life.ask("POST", path, discounts=[{"coupon": terms.coupon(life, "once")}])
        case "tax":
            life.ask("POST", path, default_tax_rates=[terms.tax(life, "on top")])
        case "send":
            life.ask("POST", f"{path}/send")
        case "hold":
            life.ask("POST", path, auto_advance=False)
        case _:
            life.ask("POST", path, auto_advance=True)


def drop_pending(life: Life, which: int, amount: int | None) -> None:
    """Change or delete what waits for the next invoice."""
    item = life.pick("invoiceitem", which)
    if item is not None and amount is None:
        life.ask("DELETE", f"/v1/invoiceitems/{item.id}")
    elif item is not None:
        life.ask("POST", f"/v1/invoiceitems/{item.id}", amount=amount)


def promise(life: Life, which: int, coupon: str) -> None:
    """A promotion code for a customer's newest subscription."""
    subscription = life.pick("subscription", which)
    if subscription is not None:
        promotion = {"type": "coupon", "coupon": terms.coupon(life, coupon)}
        code = life.ask("POST", "/v1/promotion_codes", promotion=promotion)
        if "id" in code:
            asked = [{"promotion_code": code["id"]}]
            life.ask("POST", f"/v1/subscriptions/{subscription.id}", discounts=asked)


def withdraw(life: Life, what: int) -> None:
    """Delete a coupon, a discount or a plan's price from the shelf."""
    if what % 3 == 0 and life.ids("coupon"):
        life.ask("DELETE", f"/v1/coupons/{life.ids('coupon')[-1]}")
    elif what % 3 == 1 and life.ids("subscription"):
        life.ask("DELETE", f"/v1/subscriptions/{life.ids('subscription')[-1]}/discount")
    elif life.ids("price"):
        life.ask("POST", f"/v1/prices/{life.ids('price')[-1]}", active=False)


def unsay(life: Life, number: int) -> None:
    """Cancel a usage fact by its identifier."""
    cancel = {"identifier": f"fact {number}"}
    life.ask("POST", "/v1/billing/meter_event_adjustments", event_name="calls", type="cancel", cancel=cancel)


def stop_clock(life: Life, which: int) -> None:
    """Delete a test clock with everything that lives on it."""
    if life.clocks:
        clock = life.clocks.pop(-1 - which % len(life.clocks))
        on_it = set(life.world.filed("customer", "test_clock", clock))
        life.ask("DELETE", f"/v1/test_helpers/test_clocks/{clock}")
        life.customers = [customer for customer in life.customers if customer not in on_it]


def authenticate(life: Life, which: int, succeed: bool) -> None:
    """The customer acts on a payment that waits for it, or does not."""
    found = life.pick("payment_intent", which)
    if found is not None and (found["next_action"] or {}).get("type") in ("use_stripe_sdk", "redirect_to_url"):
        body: dict[str, Any] = {} if succeed else {"succeed": False}
        life.control(f"payment_intents/{found.id}/authenticate", body)


def locate(life: Life, which: int, number: int) -> None:
    """Say where a customer lives, or that nobody taxes them; the first time, where the seller is and collects."""
    if life.customers:
        if not life.ids("tax.registration"):
            life.ask("POST", "/v1/tax/settings", **SELLER)
            germany = {"de": {"type": "standard", "standard": {"place_of_supply_scheme": "standard"}}}
            asked = {"country": "DE", "active_from": "now", "country_options": germany}
            life.ask("POST", "/v1/tax/registrations", **asked)
        path = f"/v1/customers/{life.somebody(which)}"
        life.ask("POST", path, **PLACES[number % len(PLACES)])


def note_down(life: Life, which: int, balance: int) -> None:
    """An entry in a customer's ledger, by hand."""
    if life.customers:
        path = f"/v1/customers/{life.somebody(which)}/balance_transactions"
        life.ask("POST", path, amount=balance, currency="usd")


MOVES: Mapping[str, Callable[..., None]] = {
    "invoice_item": extra,
    "invoice": by_hand,
    "settle": settle,
    "credit": credit,
    "take_back": take_back,
    "refund": refund,
    "edit": edit,
    "drop_pending": drop_pending,
    "promise": promise,
    "withdraw": withdraw,
    "unsay": unsay,
    "stop_clock": stop_clock,
    "authenticate": authenticate,
    "locate": locate,
    "note_down": note_down,
}
