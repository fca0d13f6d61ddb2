"""Law 5, money: every cent of every invoice, balance and payment is accounted for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from pinstripe.billing.money import MINIMUM_CHARGE
from tests.laws.life import Life

Body = Mapping[str, Any]


UNOWED = ("customer_exempt", "reverse_charge")
"""Why a customer is not asked for a tax that there is."""


def discrepancies(life: Life) -> Iterator[str]:
    """What does not add up in an account; asked for over the API, as a user would."""
    invoices = [life.ask("GET", f"/v1/invoices/{id_}", expand=["payments"]) for id_ in life.ids("invoice")]
    entries = ledger(life)
    by_invoice: dict[str, list[Body]] = defaultdict(list)
    for rows in entries.values():
        for row in rows:
            by_invoice[row["invoice"]].append(row)
    for invoice in invoices:
        entered = by_invoice.get(invoice["id"], [])
        parts = of_lines(life, invoice), of_invoice(invoice, entered), of_payments(life, invoice)
        for wrong in [*chain(*parts), *of_notes(life, invoice, entered)]:
            yield f"{invoice['id']} ({invoice['status']}): {wrong}"
    for customer, rows in entries.items():
        yield from (f"{customer}: {wrong}" for wrong in of_balance(life, customer, rows))


def ledger(life: Life) -> dict[str, list[Body]]:
    """The balance transactions of every customer, oldest first; those of deleted ones are only in the world."""
    entries: dict[str, list[Body]] = {customer: [] for customer in life.ids("customer")}
    for id_ in life.ids("customer_balance_transaction"):
        entry = life.world.get("customer_balance_transaction", id_)
        assert entry is not None
        entries[entry["customer"]].append(entry)
    return entries


def of_lines(life: Life, invoice: Body) -> Iterator[str]:
    """The lines less their own discounts come to the subtotal; less the others and credits, plus tax, to the total."""
    lines = life.ask("GET", f"/v1/invoices/{invoice['id']}/lines", limit=100)["data"]
    if invoice["lines"]["total_count"] != len(lines) or invoice["lines"]["data"] != lines[:10]:
        yield "the lines inside are not the first of all lines"
    own = off = credit = tax = spared = 0
    for line in lines:
        for row in line["discount_amounts"]:
            if row["discount"] in line["discounts"]:
                own += row["amount"]
            else:
                off += row["amount"]
        credit += sum(row["amount"] for row in line["pretax_credit_amounts"] if row["type"] != "discount")
        tax += sum(row["amount"] for row in line["taxes"] if row["tax_behavior"] == "exclusive")
        spared += inside_and_not_owed(line)
        if line["amount"] != line["subtotal"] or line["currency"] != invoice["currency"]:
            yield f"{line['id']} differs from its invoice: {line['subtotal']} {line['currency']}"
        taken = sum(row["amount"] for row in line["pretax_credit_amounts"])
        if taken and not 0 < taken <= line["amount"]:
            yield f"{taken} is taken off the {line['amount']} of {line['id']}"
    subtotal = sum(line["amount"] for line in lines) - own
    if invoice["subtotal"] != subtotal:
        yield f"the lines come to {subtotal}, the subtotal is {invoice['subtotal']}"
    sent = invoice["amount_shipping"]
    if invoice["total"] != subtotal - off - credit + tax - spared + sent:
        yield f"{subtotal} - {off} - {credit} + {tax} - {spared} + {sent} is not the total {invoice['total']}"
    if invoice["total_excluding_tax"] != invoice["total"] - sum(row["amount"] for row in invoice["total_taxes"]):
        yield f"the total without tax is not {invoice['total_excluding_tax']}"


def inside_and_not_owed(line: Body) -> int:
    """What comes off a line because its tax is inside, and somebody is exempt or owes it himself. [documented]"""
    left = line["amount"] - sum(row["amount"] for row in line["pretax_credit_amounts"])
    inside = [row for row in line["taxes"] if row["tax_behavior"] == "inclusive" and row["taxability_reason"] in UNOWED]
    return int(left - inside[0]["taxable_amount"]) if inside else 0


def of_invoice(invoice: Body, entries: list[Body]) -> Iterator[str]:
    """What is due is the total with the balance, less what was credited before the payment; paid and open are due."""
    reckoned = invoice["total"] + invoice["starting_balance"]
    credited = invoice["pre_payment_credit_notes_amount"]
    due = (reckoned if reckoned >= MINIMUM_CHARGE[invoice["currency"]] else 0) - credited
    if invoice["amount_due"] != due:
        yield f"{due} should be due, not {invoice['amount_due']}"
    if invoice["amount_paid"] + invoice["amount_remaining"] != invoice["amount_due"]:
        yield f"{invoice['amount_paid']} paid and {invoice['amount_remaining']} open are not {invoice['amount_due']}"
    if invoice["status"] == "paid" and invoice["amount_remaining"]:
        yield f"paid, and {invoice['amount_remaining']} open"
    moved: defaultdict[str, int] = defaultdict(int)
    for row in entries:
        if row["type"] != "credit_note":
            moved[row["type"]] += row["amount"]
    if invoice["status"] == "draft" or invoice["status_transitions"]["finalized_at"] is None:
        if moved or invoice["ending_balance"] is not None:
            yield f"a draft moves no balance: {dict(moved)}"
        return
    used = invoice["ending_balance"] - invoice["starting_balance"]
    left_alone = invoice["status"] == "void" and not moved  # void from the first, during a pause
    if invoice["total"] != invoice["amount_due"] + credited + used and not left_alone:
        yield f"total {invoice['total']} is not {invoice['amount_due']} due and {used} on the balance"
    back = moved.pop("unapplied_from_invoice", 0)
    if set(moved) > {"applied_to_invoice", "invoice_too_small"} or sum(moved.values()) != used:
        yield f"the balance moved by {used}, the ledger says {dict(moved)}"
    if back != (-used if invoice["status"] == "void" else 0):
        yield f"{back} went back to the balance"


def of_payments(life: Life, invoice: Body) -> Iterator[str]:
    """Charges that succeeded bring what is paid, unless it came another way."""
    charged = requested = 0
    for payment in invoice["payments"]["data"]:
        intent = life.ask("GET", f"/v1/payment_intents/{payment['payment']['payment_intent']}")
        charges = life.ask("GET", "/v1/charges", payment_intent=intent["id"], limit=100)["data"]
        brought = sum(charge["amount_captured"] for charge in charges if charge["status"] == "succeeded")
        charged += brought
        if payment["status"] != "canceled" or invoice["amount_due"]:  # credited whole, nobody is asked any more
            requested += payment["amount_requested"]
        if brought != intent["amount_received"] or brought != (payment["amount_paid"] or 0):
            yield f"charges bring {brought}, {intent['id']} says {intent['amount_received']}"
        if len([charge for charge in charges if charge["status"] != "failed"]) > 1:
            yield f"{intent['id']} was charged twice"
        for charge in charges:
            before = 0 if charge["status"] != "failed" else invoice["pre_payment_credit_notes_amount"]
            if not invoice["amount_due"] <= charge["amount"] <= invoice["amount_due"] + before:
                yield f"{charge['id']} asks for {charge['amount']}"
    nobody_asked = invoice["status"] == "draft" or (invoice["status"] == "void" and not requested)
    if requested != invoice["amount_due"] and not nobody_asked:
        yield f"{requested} was asked for, {invoice['amount_due']} is due"
    elsewhere = any(
        answer.path == f"/v1/invoices/{invoice['id']}/pay" and answer.params.get("paid_out_of_band")
        for answer in life.answers
    )
    if charged != invoice["amount_paid"] and not elsewhere:
        yield f"{charged} was charged, {invoice['amount_paid']} is paid"


def of_notes(life: Life, invoice: Body, entries: list[Body]) -> Iterator[str]:
    """What was credited before and after the payment is what the notes say, and no more than there was."""
    notes = life.ask("GET", "/v1/credit_notes", invoice=invoice["id"], limit=100)["data"]
    issued = [note for note in notes if note["status"] == "issued"]
    for name in ("pre_payment", "post_payment"):
        said, summed = invoice[f"{name}_credit_notes_amount"], sum(note[f"{name}_amount"] for note in issued)
        if said != summed:
            yield f"{name} notes come to {summed}, it says {said}"
    if sum(note["total"] for note in issued) > max(invoice["total"], 0):
        yield f"notes of {sum(note['total'] for note in issued)} for {invoice['total']}"
    given = sum(-row["amount"] for row in entries if row["type"] == "credit_note")
    ways = 0
    for note in issued:
        refunded = sum(row["amount_refunded"] for row in note["refunds"])
        ways += note["post_payment_amount"] - refunded - (note["out_of_band_amount"] or 0)
    if given != ways:
        yield f"{given} went to the balance for notes, {ways} should have"


def of_balance(life: Life, customer: str, rows: list[Body]) -> Iterator[str]:
    """The ledger has no gaps and ends at the customer's balance."""
    balance = 0
    for row in rows:
        balance += row["amount"]
        if row["ending_balance"] != balance:
            yield f"{row['id']} ends at {row['ending_balance']} instead of {balance}"
    shown = life.ask("GET", f"/v1/customers/{customer}")
    if not shown.get("deleted") and shown["balance"] != balance:
        yield f"the balance is {shown['balance']}, its ledger comes to {balance}"
