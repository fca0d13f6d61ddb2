"""2024 before releases had names: 2024-06-20, which changed nothing of billing, and 2024-04-10."""

from __future__ import annotations

from collections.abc import Mapping

from pinstripe.wire.forms import Tree
from pinstripe.wire.versions.ladder import Members, Release, Rung
from pinstripe.wire.versions.of_their_day import AskForCapabilities

CREATE_INTENT = "POST /v1/payment_intents"


class RenameRenderingOptions(Rung):
    """How an invoice is printed is its `rendering`; before, its `rendering_options`, which knew only amounts and tax.

    [documented: changelog of 2024-04-10; recorded: null at 2020-08-27 to 2023-10-16]
    """

    objects = frozenset({"invoice"})
    OPERATIONS = ("POST /v1/invoices", "POST /v1/invoices/{invoice}")

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`rendering_options` becomes `rendering`."""
        if operation not in self.OPERATIONS or "rendering_options" not in params:
            return params
        return {("rendering" if key == "rendering_options" else key): value for key, value in params.items()}

    def reshaped(self, members: Members) -> Members:
        """What was said of amounts and tax, null where nothing was."""
        display = (members.get("rendering") or {}).get("amount_tax_display")
        options = None if display is None else {"amount_tax_display": display}
        return {**members, "rendering_options": options}

    def param(self, operation: str, name: str) -> str:
        """The options under their old name."""
        if operation in self.OPERATIONS and name.split("[", maxsplit=1)[0] == "rendering":
            return name.replace("rendering", "rendering_options", 1)
        return name


class RenameFeaturesOfProducts(Rung):
    """What a product is praised for are its `marketing_features`; before, its `features`. [documented: 2024-04-10]"""

    objects = frozenset({"product"})
    OPERATIONS = ("POST /v1/products", "POST /v1/products/{id}")

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """`features` becomes `marketing_features`."""
        if operation not in self.OPERATIONS or "features" not in params:
            return params
        return {("marketing_features" if key == "features" else key): value for key, value in params.items()}

    def reshaped(self, members: Members) -> Members:
        """The same list under its old name."""
        if "marketing_features" not in members:
            return members
        return {**members, "features": members["marketing_features"]}

    def param(self, operation: str, name: str) -> str:
        """The list under its old name."""
        if operation in self.OPERATIONS and name.split("[", maxsplit=1)[0] == "marketing_features":
            return name.replace("marketing_features", "features", 1)
        return name


class CaptureAsynchronously(Rung):
    """An intent that does not say how it is captured is captured asynchronously; before, it was `automatic`.

    [documented: changelog of 2024-04-10; recorded: `automatic` at 2023-10-16, `automatic_async` at 2025-02-24.acacia]
    """

    def lift(self, operation: str, params: Mapping[str, Tree]) -> Mapping[str, Tree]:
        """Say `automatic` where nothing is said."""
        if operation == CREATE_INTENT and "capture_method" not in params:
            return {**params, "capture_method": "automatic"}
        return params


RELEASES = (
    Release("2024-06-20"),
    Release(
        "2024-04-10",
        (RenameRenderingOptions(), RenameFeaturesOfProducts(), CaptureAsynchronously(), AskForCapabilities()),
    ),
)
