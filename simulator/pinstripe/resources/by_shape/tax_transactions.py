"""Tax transactions: sales that have happened, recorded from a calculation, and what was taken back of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from pinstripe import errors
from pinstripe.billing.discounts import spread
from pinstripe.billing.money import round_half_up
from pinstripe.resources import refusals
from pinstripe.resources.by_shape.noun import Noun
from pinstripe.resources.by_shape.tax_calculations import CALCULATION, lines_of
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, merged_metadata, named
from pinstripe.world import Object, Transaction

RECORD, RECORDED = "tax.transaction", "tax.transaction_line_item"
AMOUNTS = ("amount", "amount_tax")

Sums = Mapping[str, tuple[int, int]]
"""An amount and its tax, in minor units, of every line by its id, and of sending by the empty one."""


class Part(NamedTuple):
    """What is taken back of a line, or of sending, as positive amounts in minor units."""

    id: str
    """The line's; empty for sending."""
    amount: int
    tax: int
    said: Mapping[str, Any] = {}
    """What else is said of it."""


def _record(call: Call) -> Answer:
    """POST /v1/tax/transactions/create_from_calculation: the sale has happened. [documented]"""
    tx, params = call.tx, call.params
    calculation = named(tx, CALCULATION, params.get("calculation"), "calculation")
    if calculation["expires_at"] <= tx.now():
        raise refusals.tax_calculation_expired(calculation.id)
    posted_at, owed_from = params.get("posted_at", tx.now()), calculation["tax_date"]
    if owed_from <= tx.now() and not owed_from <= posted_at <= tx.now():
        raise refusals.tax_posted_out_of_time()
    return record(tx, calculation, _reference(call), posted_at, _metadata(call))


def _metadata(call: Call) -> dict[str, str] | None:
    """The metadata of a request; null where it has none."""
    return merged_metadata(None, call.params) if "metadata" in call.params else None


def _reference(call: Call) -> str:
    """A reference, which comes once. [documented]"""
    reference = str(call.params.get("reference"))
    if any(row["reference"] == reference for row in call.tx.all(RECORD)):
        raise refusals.tax_reference_taken(reference)
    return reference


def record(
    tx: Transaction, calculation: Object, reference: str, posted_at: int, metadata: dict[str, str] | None
) -> Object:
    """The sale that a calculation was for."""
    names = ("currency", "customer", "customer_details", "ship_from_details", "shipping_cost", "tax_date")
    members = {
        **{name: calculation.get(name) for name in names},
        "metadata": metadata,
        "posted_at": posted_at,
        "reference": reference,
        "reversal": None,
        "type": "transaction",
        "_calculation_of": calculation.id,
    }
    return _kept(tx, members, [{**line, "reversal": None} for line in calculation["_lines"]])


def _kept(tx: Transaction, members: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> Object:
    """A transaction with its lines."""
    made = tx.new(RECORD, {**members, "created": tx.now(), "livemode": False}, id=tx.new_id("tax"))
    for line in lines:
        shown = {key: value for key, value in line.items() if key not in ("id", "object")}
        row = {**shown, "livemode": False, "type": members["type"], "_transaction": made.id}
        tx.new(RECORDED, row, id=tx.new_id("tax_li"))
    return made


# --- taking back -----------------------------------------------------------------------------------------------------


def _reverse(call: Call) -> Answer:
    """POST /v1/tax/transactions/create_reversal: all of a sale is taken back, or a part of it. [documented]

    Never more than what earlier reversals have left. [inferred]
    """
    tx, params = call.tx, call.params
    original = named(tx, RECORD, params.get("original_transaction"), "original_transaction")
    lines = _lines(tx, original)
    left = _left(tx, original, lines)
    parts: list[Part]
    if params.get("mode") == "full":
        if left != _whole(original, lines):
            raise refusals.tax_reversed_before(original.id)
        parts = [Part(id_, *left[id_]) for id_ in left]
    elif "flat_amount" in params:
        wanted = -params.get("flat_amount")
        if not 0 < wanted <= _total(original, lines, left):
            raise refusals.tax_reversed_too_much("flat_amount")
        parts = _flat(wanted, original, lines, left)
    else:
        parts = _named(params, lines, left)
    return _reversed(tx, original, parts, _reference(call), _metadata(call))


def take_back(tx: Transaction, original: Object, amount: int, reference: str) -> Object | None:
    """So much of a sale, or what is left of it; None where nothing is."""
    lines = _lines(tx, original)
    left = _left(tx, original, lines)
    wanted = min(amount, _total(original, lines, left))
    return _reversed(tx, original, _flat(wanted, original, lines, left), reference, None) if wanted > 0 else None


def put_back(tx: Transaction, reversal: Object, reference: str) -> Object:
    """A reversal, reversed."""
    whole = _whole(reversal, _lines(tx, reversal))
    return _reversed(tx, reversal, [Part(id_, *whole[id_]) for id_ in whole], reference, None)


def _lines(tx: Transaction, original: Object) -> dict[str, Object]:
    """The lines of a transaction by id."""
    return {line.id: line for line in tx.find(RECORDED, "_transaction", original.id)}


def _reversed(
    tx: Transaction, original: Object, parts: Sequence[Part], reference: str, metadata: dict[str, str] | None
) -> Object:
    """The transaction that takes these parts back."""
    lines = _lines(tx, original)
    back = [
        {
            **lines[part.id],
            "amount": -part.amount,
            "amount_tax": -part.tax,
            "reversal": {"original_line_item": part.id},
            **part.said,
        }
        for part in parts
        if part.id
    ]
    sent = next((part for part in parts if not part.id), None)
    cost = original.get("shipping_cost") or {}
    names = ("currency", "customer", "customer_details", "ship_from_details", "tax_date")
    members = {
        **{name: original.get(name) for name in names},
        "metadata": metadata,
        "posted_at": tx.now(),
        "reference": reference,
        "reversal": {"original_transaction": original.id},
        "shipping_cost": sent and {**cost, "amount": -sent.amount, "amount_tax": -sent.tax},
        "type": "reversal",
    }
    return _kept(tx, members, back)


def _whole(original: Object, lines: Mapping[str, Object]) -> Sums:
    """What a sale was, part by part."""
    cost = original.get("shipping_cost")
    sent = {} if cost is None else {"": (cost["amount"], cost["amount_tax"])}
    return {**{id_: (line["amount"], line["amount_tax"]) for id_, line in lines.items()}, **sent}


def _left(tx: Transaction, original: Object, lines: Mapping[str, Object]) -> dict[str, tuple[int, int]]:
    """What earlier reversals have left of it."""
    left = dict(_whole(original, lines))

    def less(id_: str, row: Mapping[str, Any]) -> None:
        """One part was taken back; its amounts are negative."""
        left[id_] = (left[id_][0] + row["amount"], left[id_][1] + row["amount_tax"])

    undone = {(row["reversal"] or {}).get("original_transaction") for row in tx.all(RECORD)}
    for record in tx.all(RECORD):
        if (record["reversal"] or {}).get("original_transaction") != original.id or record.id in undone:
            continue
        for line in tx.find(RECORDED, "_transaction", record.id):
            less(line["reversal"]["original_line_item"], line)
        if record.get("shipping_cost") is not None:
            less("", record["shipping_cost"])
    return left


def _named(params: Params, lines: Mapping[str, Object], left: Sums) -> list[Part]:
    """The parts that a request names, with their amounts, which are negative. [documented]"""
    rows = params.hashes("line_items")
    if not rows and "shipping_cost" not in params:
        raise errors.missing_parameter("line_items")
    parts: list[Part] = []
    still = dict(left)
    for row in rows:
        id_ = row.get("original_line_item")
        if id_ not in lines:
            raise errors.no_such("tax transaction line item", id_, param=row.name("original_line_item"))
        said = {"reference": row.get("reference"), **row.pick("metadata", "quantity")}
        amount, tax = _amounts(row, still[id_])
        parts.append(Part(id_, amount, tax, said))
        still[id_] = (still[id_][0] - amount, still[id_][1] - tax)
    if "shipping_cost" in params:
        if "" not in left:
            raise refusals.tax_reversed_too_much("shipping_cost")
        parts.append(Part("", *_amounts(params.hash("shipping_cost"), left[""])))
    return parts


def _amounts(row: Params, left: tuple[int, int]) -> tuple[int, int]:
    """What is taken back of one part, as positive amounts."""
    for name, most in zip(AMOUNTS, left, strict=True):
        if not -most <= row.get(name) <= 0:
            raise refusals.tax_reversed_too_much(row.name(name))
    return -row.get("amount"), -row.get("amount_tax")


def _inclusive(original: Object, lines: Mapping[str, Object], id_: str) -> bool:
    """Whether the tax of a part is inside its amount."""
    part: Mapping[str, Any] = lines[id_] if id_ else original["shipping_cost"]
    return bool(part["tax_behavior"] == "inclusive")


def _totals(original: Object, lines: Mapping[str, Object], left: Sums) -> list[int]:
    """What is left of every part with its tax."""
    return [amount if _inclusive(original, lines, id_) else amount + tax for id_, (amount, tax) in left.items()]


def _total(original: Object, lines: Mapping[str, Object], left: Sums) -> int:
    """What is left in all."""
    return sum(_totals(original, lines, left))


def _flat(wanted: int, original: Object, lines: Mapping[str, Object], left: Sums) -> list[Part]:
    """An amount with its tax, taken off every part in proportion, and off the tax of each in proportion. [documented]

    Rounded down, and the last part takes the rest; the tax is rounded to the nearest. [inferred]
    """
    totals = _totals(original, lines, left)
    parts: list[Part] = []
    for (id_, (_, tax)), total, gone in zip(left.items(), totals, spread(wanted, totals), strict=True):
        of_tax = round_half_up(Fraction(tax * gone, total)) if total else 0
        parts.append(Part(id_, gone if _inclusive(original, lines, id_) else gone - of_tax, of_tax))
    return parts


TRANSACTIONS = Noun(
    RECORD,
    "tax",
    "/v1/tax/transactions",
    routes={
        "POST /v1/tax/transactions/create_from_calculation": _record,
        "POST /v1/tax/transactions/create_reversal": _reverse,
    },
    includes={"line_items": lines_of(RECORDED, "_transaction", "/v1/tax/transactions")},
)
RECORDED_LINES = Noun(RECORDED, "tax_li", "/v1/tax/transactions/{}/line_items", parents={RECORD: "_transaction"})

NOUNS = (TRANSACTIONS, RECORDED_LINES)
