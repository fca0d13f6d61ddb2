"""2023: 2023-10-16 and 2023-08-16."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Release, Rung
from pinstripe.wire.versions.of_their_day import CheckCodesOfNamedCards


class PayWithAnythingEnabled(Rung):
    """An intent that names no ways to pay takes all that are enabled; before, only cards.

    [documented: changelog of 2023-08-16; recorded: `["card"]` and no automatic payment methods at 2022-11-15]
    """

    OPERATIONS = ("POST /v1/payment_intents", "POST /v1/setup_intents")
    SAID = ("automatic_payment_methods", "payment_method_types", "allowed_payment_method_types")

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Turn automatic payment methods off where nothing is said of any."""
        if operation not in self.OPERATIONS or any(name in params for name in self.SAID):
            return params
        return {**params, "automatic_payment_methods": {"enabled": "false"}}


RELEASES = (
    Release("2023-10-16", (CheckCodesOfNamedCards(),)),
    Release("2023-08-16", (PayWithAnythingEnabled(),)),
)
