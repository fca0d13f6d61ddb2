"""What basil changed about payments: what is let go is no refund."""

from __future__ import annotations

from pinstripe.wire.versions.ladder import Descent, Members, Rung


class LetGoWithoutARefund(Rung):
    """What is held and not taken is let go; before, it counted as refunded, and a hold ran out `automatic`ally.

    Older versions had a refund for it too, with its own events, which is not made up for them.
    [documented: changelog of 2025-03-31.basil]
    """

    objects = frozenset({"charge", "payment_intent"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The reason of an intent; of a charge how much went back or was never taken."""
        if members["object"] == "payment_intent":
            automatic = members.get("cancellation_reason") == "expired"
            return {**members, "cancellation_reason": "automatic"} if automatic else members
        kept = descent.one("charge", members.get("id")) or {}
        if kept.get("_released"):
            return {**members, "amount_refunded": members["amount"], "refunded": True}
        if not members.get("captured") or members["status"] != "succeeded" or _in_parts(members):
            return members
        back = members["amount_refunded"] + members["amount"] - members["amount_captured"]
        return {**members, "amount_refunded": back, "refunded": back >= members["amount"]}


def _in_parts(charge: Members) -> bool:
    """Whether a charge can be captured several times: what is let go of such a one never counted."""
    card = (charge.get("payment_method_details") or {}).get("card") or {}
    return bool((card.get("multicapture") or {}).get("status") == "available")


RUNGS: tuple[Rung, ...] = (LetGoWithoutARefund(),)
