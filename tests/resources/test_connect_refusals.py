"""What cannot be shared or fetched back between a platform and its connected accounts, and that no cent is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.client import Client
from tests.resources.connecting import AT_ONCE, CARD, Platform, nets, stripes, worth


@pytest.fixture
def platform() -> Platform:
    """A platform of its own."""
    return Platform()


FEE = "application_fee_amount"
REFUSED = [
    # terms of a payment of 20.00, with $payee for the account -> code, param, how the sentence begins
    ({FEE: 100}, None, FEE, "Can only apply an application_fee_amount when the PaymentIntent is attempting"),
    ({"transfer_data": {"destination": "acct_none"}}, "resource_missing", "transfer_data[destination]", "No such dest"),
    ({"transfer_data": {"destination": "$own"}}, None, "transfer_data[destination]", "The 'destination' param cannot"),
    ({"transfer_data": {"destination": "$express"}}, "insufficient_capabilities_for_transfer", None, "Your destinatio"),
    ({"transfer_data": {"destination": "$payee", "amount": 2001}}, None, "transfer_data[amount]", "Transfer amount ("),
    ({FEE: 1, "transfer_data": {"destination": "$payee", "amount": 1}}, None, FEE, "You may only specify one of"),
    ({FEE: -1, "transfer_data": {"destination": "$payee"}}, "parameter_invalid_integer", FEE, "This value must be"),
    ({"on_behalf_of": "$own"}, None, "on_behalf_of", "The 'on_behalf_of' param cannot be set to your own account."),
    ({"on_behalf_of": "$express"}, None, "on_behalf_of", "The account acct_"),
]


@pytest.mark.parametrize("terms, code, param, sentence", REFUSED)
def test_terms_that_cannot_be_are_refused(
    platform: Platform, terms: Any, code: str | None, param: str | None, sentence: str
) -> None:
    """With Stripe's words where they are known; nothing is made."""
    ids = {
        "$payee": platform.account,
        "$own": platform.stripe.get("/v1/account")["id"],
        "$express": platform.stripe.post("/v1/accounts", {"type": "express"})["id"],
    }
    told = platform.told()
    said = {
        name: {key: ids.get(item, item) for key, item in value.items()}
        if isinstance(value, dict)
        else ids.get(value, value)
        for name, value in terms.items()
    }
    status, error = platform.stripe.refused("POST", "/v1/payment_intents", {"amount": 2000, **CARD, **said})
    assert (status, error.get("code"), error.get("param")) == (400, code, param)
    assert error["message"].startswith(sentence)
    assert (platform.told(), nets(platform.theirs)) == (told, [])


@pytest.mark.parametrize(
    "terms, paid",
    [
        ({"type": "standard"}, True),
        ({"type": "express", "capabilities": {"transfers": {"requested": True}}}, False),
        ({"type": "custom", "capabilities": {"transfers": {"requested": True}}}, False),
    ],
)
def test_test_mode_pays_some_that_were_never_onboarded(platform: Platform, terms: Any, *, paid: bool) -> None:
    """Those with Stripe's own dashboard; of others what they have asked for must be active."""
    account = platform.stripe.post("/v1/accounts", terms)["id"]
    body = {"amount": 2000, **CARD, **AT_ONCE, "transfer_data": {"destination": account}}
    assert platform.stripe.ask("POST", "/v1/payment_intents", body)[0] == (200 if paid else 400)


def test_refunds_that_cannot_fetch_back_are_refused(platform: Platform) -> None:
    """A charge that went to nobody has no transfer and no fee; a fee comes back with its transfer only."""
    plain = platform.pay(2_000, destination=False)["id"]
    status, error = platform.stripe.refused("POST", "/v1/refunds", {"charge": plain, "reverse_transfer": True})
    assert (status, error["message"]) == (
        400,
        f"Cannot reverse transfer on charge {plain} because it does not have an associated transfer.",
    )
    asked = {"charge": plain, "refund_application_fee": True}
    assert platform.stripe.refused("POST", "/v1/refunds", asked)[0] == 400
    shared = platform.pay(2_000, application_fee_amount=100)["id"]
    error = platform.stripe.refused("POST", "/v1/refunds", {**asked, "charge": shared})[1]
    assert error["param"] == "refund_application_fee"


def test_a_card_that_declines_shares_nothing(platform: Platform) -> None:
    """The intent stays, and neither side has moved anything."""
    terms = {"amount": 2000, **CARD, "payment_method": "pm_card_chargeDeclined", **AT_ONCE}
    platform.stripe.refused(
        "POST", "/v1/payment_intents", {**terms, "transfer_data": {"destination": platform.account}}
    )
    assert (nets(platform.stripe), nets(platform.theirs), platform.theirs.events()) == ([], [], [])


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["destination", "share", "direct", "refund", "back", "reverse", "fee"]),
        st.integers(50, 99_999),
        st.integers(0, 99_999),
    ),
    max_size=6,
)


@settings(max_examples=15, deadline=None)
@given(STEPS)
def test_no_cent_is_lost_between_the_accounts(steps: list[tuple[str, int, int]]) -> None:
    """Whatever is paid, shared and given back: both balances and Stripe's fees are what customers have paid."""
    platform = Platform()
    paid, charges = 0, list[tuple[Client, Any]]()
    for what, amount, other in steps:
        client, charge = charges[-1] if charges else (platform.stripe, None)
        match what:
            case "destination":
                charges.append((platform.stripe, platform.pay(amount, application_fee_amount=other)))
            case "share":
                to = {"destination": platform.account, "amount": min(amount, other + 1)}
                charges.append((platform.stripe, platform.pay(amount, transfer_data=to)))
            case "direct":
                charges.append((platform.theirs, platform.direct(amount, other)))
        if what in ("destination", "share", "direct"):
            paid += amount
        elif charge is not None and what in ("refund", "back"):
            shared = bool(charge.get("transfer"))
            asked: dict[str, Any] = {"charge": charge["id"], "amount": 1 + other % charge["amount"]}
            if what == "back":
                asked |= {"reverse_transfer": shared, "refund_application_fee": bool(charge["application_fee"])}
            status, _ = client.ask("POST", "/v1/refunds", asked)
            paid -= asked["amount"] if status == 200 else 0
        elif charge is not None and what == "reverse" and charge.get("transfer"):
            platform.stripe.ask("POST", f"/v1/transfers/{charge['transfer']}/reversals", {"amount": amount})
        elif charge is not None and what == "fee" and charge["application_fee"]:
            path = f"/v1/application_fees/{charge['application_fee']}/refunds"
            platform.stripe.ask("POST", path, {"amount": amount})
    both = (platform.stripe, platform.theirs)
    assert sum(worth(client) + stripes(client) for client in both) == paid
