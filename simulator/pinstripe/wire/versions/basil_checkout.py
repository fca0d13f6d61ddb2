"""What basil, and 2022-08-01 before it, changed about where a Checkout Session ships to."""

from __future__ import annotations

from pinstripe.wire.versions.ladder import Descent, Members, Rung


class CollectShippingDetails(Rung):
    """A session says in `collected_information` where it ships to; before, in `shipping_details`.

    [documented: changelog of 2025-03-31.basil]
    """

    objects = frozenset({"checkout.session"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The name and address in their older place."""
        del descent
        return {**members, "shipping_details": (members["collected_information"] or {}).get("shipping_details")}


class RenameShippingOfSessions(Rung):
    """Where a session ships to is `shipping_details`, and how its `shipping_cost`; before, `shipping`, `shipping_rate`.

    [documented: changelog of 2022-08-01; recorded: both at 2020-08-27]
    """

    objects = frozenset({"checkout.session"})

    def lower(self, members: Members, descent: Descent) -> Members:
        """The same under their first names."""
        del descent
        others = {key: value for key, value in members.items() if key != "shipping_details"}
        rate = (members.get("shipping_cost") or {}).get("shipping_rate")
        return {**others, "shipping": members["shipping_details"], "shipping_rate": rate}


RUNGS: tuple[Rung, ...] = (CollectShippingDetails(),)
