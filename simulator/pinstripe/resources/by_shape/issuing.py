"""Cards that an account issues: who holds them, what they look like, and their way through the mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape.noun import Members, Noun, Verb
from pinstripe.resources.resource import Answer, Call, Include, addressed, named
from pinstripe.world import Object, Transaction

YEARS = 3
"""How long a card is good for that names no end. [inferred]"""
BEGINNING = "400000999"
"""How the numbers of test cards begin that an account issues. [documented: 4000 0099 9...]"""

NO_CONTROLS: Mapping[str, Any] = {"spending_limits": []}


# --- cardholders -----------------------------------------------------------------------------------------------------


def _company(call: Call, members: Members) -> Any:
    """A company's tax id is not shown, only that it was given. [documented]"""
    company = members.get("company")
    if isinstance(call.params.peek("company"), Mapping):
        return {"tax_id_provided": bool(call.params.hash("company").get("tax_id"))}
    return company


CARDHOLDERS = Noun(
    "issuing.cardholder",
    "ich",
    "/v1/issuing/cardholders",
    starts={
        "requirements": {"disabled_reason": None, "past_due": []},
        "spending_controls": NO_CONTROLS,
        "status": "active",
        "type": "individual",
    },
    recomputed={"company": _company},
)
"""A cardholder of whom Stripe wants to know nothing more. [inferred: that nothing is past due]"""


# --- cards -----------------------------------------------------------------------------------------------------------


def _check_card(call: Call, members: Members) -> None:
    if "cardholder" not in members:
        raise errors.missing_parameter("cardholder")
    if members["type"] == "physical" and members.get("shipping") is None:
        raise errors.missing_parameter("shipping")
    replaced = members.get("replacement_for")
    if replaced is not None and call.tx.read("issuing.card", replaced)["replaced_by"] is not None:
        raise refusals.card_already_replaced(replaced)


def _today(call: Call) -> datetime:
    return datetime.fromtimestamp(call.tx.now(), UTC)


def _number(tx: Transaction, card: Mapping[str, Any]) -> str:
    """Sixteen digits that belong to one card; the last one makes Luhn's sum a multiple of ten."""
    drawn = int.from_bytes(tx.world.seed.secret(f"{card['id']}:number", 8).encode()) % 10**6
    digits = f"{BEGINNING}{drawn:06}"
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(digits)]
    total = sum(value - 9 if value > 9 else value for value in doubled)
    return f"{digits}{-total % 10}"


def _cvc(tx: Transaction, card: Object) -> str:
    return f"{int.from_bytes(tx.world.seed.secret(f'{card.id}:cvc', 8).encode()) % 1000:03}"


def _if_virtual(show: Include) -> Include:
    """Only virtual cards tell what is printed on the others. [documented]"""
    return lambda tx, card: show(tx, card) if card["type"] == "virtual" else None


def _wallets(call: Call, members: Members) -> Mapping[str, Any]:
    """A card goes into a phone's wallet once its holder can be reached. [documented]"""
    holder = call.tx.read("issuing.cardholder", members["cardholder"])
    reachable = bool(holder.get("email") or holder.get("phone_number"))
    wallet = {"eligible": reachable, "ineligible_reason": None if reachable else "missing_cardholder_contact"}
    return {"apple_pay": wallet, "google_pay": wallet, "primary_account_identifier": None}


def _shipping(_: Call, members: Members) -> Any:
    """A letter in the usual way, to one person. [documented]"""
    shipping = members.get("shipping")
    if shipping is None:
        return None
    return {"service": "standard", "type": "individual", "status": "pending", **shipping}


def _after_card(call: Call, card: Object) -> None:
    """The card it replaces names it."""
    if card.get("replacement_for") is not None:
        call.tx.put(call.tx.read("issuing.card", card["replacement_for"]), replaced_by=card.id)


def _not_canceled(_: Call, card: Object) -> None:
    if card["status"] == "canceled":
        raise refusals.wrong_state("update", card.kind, card.id, "status", "canceled", ("active", "inactive"))


def _shipped(status: str, moment: str = "") -> Verb:
    """A test helper that says where the card's letter is."""
    computed = {"shipping": lambda call, members: {**members["shipping"], moment: call.tx.now()}} if moment else {}
    return Verb({"shipping": {"status": status}}, computed=computed, only={"type": ("physical",)})


CARDS = Noun(
    "issuing.card",
    "ic",
    "/v1/issuing/cards",
    starts={"brand": "Visa", "replaced_by": None, "spending_controls": NO_CONTROLS, "status": "inactive"},
    computed={
        "exp_month": lambda call, _: _today(call).month,
        "exp_year": lambda call, _: _today(call).year + YEARS,
        "last4": lambda call, members: _number(call.tx, members)[-4:],
    },
    recomputed={"shipping": _shipping, "wallets": _wallets},
    verbs={
        f"/v1/test_helpers/issuing/cards/{{}}/shipping/{name}": rule
        for name, rule in {
            "submit": _shipped("submitted"),
            "ship": _shipped("shipped", "shipped_at"),
            "deliver": _shipped("delivered", "delivered_at"),
            "return": _shipped("returned"),
            "fail": _shipped("failure"),
        }.items()
    },
    includes={"number": _if_virtual(_number), "cvc": _if_virtual(_cvc)},
    check=_check_card,
    changing=_not_canceled,
    after=_after_card,
)
TOKENS = Noun("issuing.token", "intok", "/v1/issuing/tokens")
"""A phone's wallet makes these, which nobody here has."""

STANDARD_BUNDLE = "ics_NLuXJPDYSTjFON"
"""The one of Stripe's standard bundles whose features are known. [documented: an example; inferred: no second line]"""


def _bundle(call: Call, members: Members) -> str:
    """The bundle of a design: there is one, once anybody names it."""
    id_ = members.get("_physical_bundle") or members.get("physical_bundle")
    if id_ == STANDARD_BUNDLE and call.tx.get("issuing.physical_bundle", id_) is None:
        features = {"card_logo": "required", "carrier_text": "optional", "second_line": "unsupported"}
        known = {"features": features, "livemode": False, "name": "US Visa Credit White", "status": "active"}
        call.tx.new("issuing.physical_bundle", {**known, "type": "standard"}, id=id_)
    return named(call.tx, "issuing.physical_bundle", str(id_), "physical_bundle").id


def _retrieve_bundle(call: Call) -> Answer:
    """GET /v1/issuing/physical_bundles/{physical_bundle}."""
    id_ = call.path["physical_bundle"]
    if id_ == STANDARD_BUNDLE:
        _bundle(call, {"physical_bundle": id_})
    return addressed(call, "issuing.physical_bundle")


def _has_logo(call: Call, members: Members) -> None:
    """The standard bundle wants a logo. [documented]"""
    if members.get("card_logo") is None:
        raise errors.missing_parameter("card_logo")
    if "transfer_lookup_key" in call.params:
        raise errors.unsupported_parameter(call.operation, "transfer_lookup_key")


BUNDLES = Noun(
    "issuing.physical_bundle",
    "ics",
    routes={"GET /v1/issuing/physical_bundles/{physical_bundle}": _retrieve_bundle},
)
"""Stripe's envelopes and letters; which there are is not known, so they are not listed."""

DESIGNS = Noun(
    "issuing.personalization_design",
    "ipcd",
    "/v1/issuing/personalization_designs",
    starts={
        "preferences": {"is_default": False},
        "rejection_reasons": {"card_logo": [], "carrier_text": []},
        "status": "review",
    },
    names={"physical_bundle": "_physical_bundle"},
    aside=("physical_bundle",),
    recomputed={"physical_bundle": _bundle},
    check=_has_logo,
    verbs={
        f"/v1/test_helpers/issuing/personalization_designs/{{}}/{name}": Verb({"status": status}, events=(event,))
        for name, status, event in (
            ("activate", "active", "issuing_personalization_design.activated"),
            ("deactivate", "inactive", "issuing_personalization_design.deactivated"),
            ("reject", "rejected", "issuing_personalization_design.rejected"),
        )
    },
)
"""A new design is under review until a test helper decides."""

NOUNS = (CARDHOLDERS, CARDS, TOKENS, BUNDLES, DESIGNS)
