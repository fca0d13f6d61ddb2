"""What basil changed about credit notes: several refunds, and taxes with the rates they were taken by."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.basil_lines import inside, rates_of, tax_amounts
from pinstripe.wire.versions.ladder import Descent, Members, Rung

OPERATIONS = ("POST /v1/credit_notes", "GET /v1/credit_notes/preview", "GET /v1/credit_notes/preview/lines")


class LinkSeveralRefunds(Rung):
    """A credit note lists its `refunds`; before, there was one, its `refund`.

    [documented: changelog of 2025-03-31.basil; SDK types of the time] Of several the first is shown. [inferred]
    """

    objects = frozenset({"credit_note"})

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`refund=X` becomes `refunds[0][refund]=X`."""
        if operation not in OPERATIONS or "refund" not in params or "refunds" in params:
            return params
        others = {key: value for key, value in params.items() if key != "refund"}
        return {**others, "refunds": [{"refund": params["refund"]}]}

    def reshaped(self, members: Members) -> Members:
        """The one refund there is."""
        first = next(iter(members.get("refunds") or []), None)
        return {**members, "refund": None if first is None else first["refund"]}

    def param(self, operation: str, name: str) -> str:
        """The refund under its old name."""
        return "refund" if operation in OPERATIONS and name == "refunds[0][refund]" else name


class NameTaxesOfCreditNotes(Rung):
    """Taxes come in `total_taxes` and in `taxes` of lines; before, in `tax_amounts`, beside the whole rates of a line.

    [documented: changelog of 2025-03-31.basil; SDK types of the time]
    """

    objects = frozenset({"credit_note", "credit_note_line_item"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The taxes in the older words, and what a line comes to without those it includes."""
        if members["object"] == "credit_note":
            return {**members, "tax_amounts": tax_amounts(members.get("total_taxes") or [])}
        taxes = members.get("taxes") or []
        net, quantity = members["amount"] - inside(members["amount"], taxes, descent), members.get("quantity")
        return {
            **members,
            "amount_excluding_tax": net,
            "tax_amounts": tax_amounts(taxes),
            "tax_rates": rates_of(taxes, descent),
            "unit_amount_excluding_tax": str(net // quantity) if quantity and net % quantity == 0 else None,
        }


RUNGS: tuple[Rung, ...] = (LinkSeveralRefunds(), NameTaxesOfCreditNotes())
