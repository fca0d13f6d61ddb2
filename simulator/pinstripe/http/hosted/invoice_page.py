"""The page of an invoice, `hosted_invoice_url`: what it is for, how it stands, and a form with test cards."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from pinstripe.http.accounts import Account
from pinstripe.http.hosted import html
from pinstripe.http.hosted.asking import Asking, Handle
from pinstripe.resources.invoices import invoice_pdf
from pinstripe.world import Object, World

ENDED = {"paid": "This invoice is paid. Thank you.", "void": "This invoice is void: nothing is due."}
ON_ITS_WAY = "A payment is on its way."


def show(world: World, invoice: Object, wrong: str = "") -> str:
    """The page as it is now; `wrong` is what went wrong last."""
    currency = invoice["currency"]
    lines = [(line["description"] or "", html.money(line["amount"], currency)) for line in invoice["lines"]]
    sums = [(words, html.money(amount, currency)) for words, amount in invoice_pdf.sums(invoice)]
    due = invoice["due_date"]
    return html.page(
        f"Invoice {invoice['number']}",
        html.wrong(wrong),
        html.paragraph(invoice["customer_name"] or invoice["customer_email"] or ""),
        html.paragraph("" if due is None else f"Due on {invoice_pdf.day(due)}"),
        html.paragraph(invoice["description"] or ""),
        html.section("Items", html.rows([*lines, *sums], sums=True)),
        html.section("Payment", _paying(world, invoice)),
        html.link("Download", invoice["invoice_pdf"]),
        html.paragraph(invoice.get("footer") or "", "hint"),
    )


def _paying(world: World, invoice: Object) -> str:
    """The form that pays, or why there is none."""
    intent = None if invoice["_intent"] is None else world.get("payment_intent", invoice["_intent"])
    if invoice["status"] in ENDED or intent is None:
        return html.paragraph(ENDED.get(invoice["status"], "Nothing is due."))
    if intent["status"] == "processing":
        return html.paragraph(ON_ITS_WAY)
    if "card" not in intent["payment_method_types"]:
        types = ", ".join(intent["payment_method_types"])
        return html.paragraph(f"This page takes cards only, and the invoice takes {types}.", "hint")
    amount = html.money(invoice["amount_remaining"], invoice["currency"])
    return html.form(
        f"Pay {amount}",
        html.choice("Test card", "number", html.TEST_CARDS),
        html.field("or the number of another test card", "other", inputmode="numeric"),
    )


def act(account: Account, invoice: Object, typed: Mapping[str, str], handle: Handle) -> Response:
    """Pay by card, with the invoice's own intent; a card that asks for its holder leads to the bank. [documented]"""
    ask = Asking(account, handle)
    if invoice["status"] not in ("open", "uncollectible") or invoice["_intent"] is None:
        return html.answer_to_form(show(account.world, invoice), 409)
    card = {
        "type": "card",
        "card[number]": typed.get("other") or typed.get("number", ""),
        "card[exp_month]": "12",
        "card[exp_year]": "2099",
        "card[cvc]": "123",
    }
    method = ask("POST", "/v1/payment_methods", card).get("id", "")
    said = {"payment_method": method, "return_url": invoice["hosted_invoice_url"]}
    intent = ask("POST", f"/v1/payment_intents/{invoice['_intent']}/confirm", said)
    if intent.get("status") == "requires_action":
        return html.lead(intent["next_action"]["redirect_to_url"]["url"])
    after = account.world.get("invoice", invoice.id) or invoice
    return html.answer_to_form(show(account.world, after, ask.wrong or ""), 402 if ask.wrong else 200)


def returned(account: Account, invoice: Object, query: Mapping[str, str]) -> str:
    """What went wrong with the bank that a customer comes back from, if anything did."""
    intent = account.world.get("payment_intent", query.get("payment_intent", ""))
    if intent is None or intent.id != invoice["_intent"] or query.get("redirect_status") != "failed":
        return ""
    return str((intent["last_payment_error"] or {}).get("message") or "")
