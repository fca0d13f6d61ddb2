"""What Stripe answered about refunds and disputes in September 2026, at 2026-08-26.dahlia. [recorded]"""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

DAY = 86_400
CARD = {"payment_method_types": ["card"]}
PAID = {"currency": "usd", "confirm": True, **CARD}


@pytest.fixture
def client() -> Client:
    """An account that speaks the version the answers were seen at."""
    return Client(version="2026-08-26.dahlia")


def turn(client: Client, seconds: int) -> None:
    """Let so much time pass since the beginning."""
    client.simulator.control.handle("POST", "/_pinstripe/clock", client.key, b'{"now": %d}' % (NOW + seconds))


def paid(client: Client, token: str = "tok_visa", **terms: Any) -> dict[str, Any]:
    """An intent of 50 dollars for a desk, paid by a customer's card."""
    customer = client.post("/v1/customers", {"email": "a@example.com", "description": "Ada"})["id"]
    card = client.post("/v1/payment_methods", {"type": "card", "card": {"token": token}})["id"]
    bought = {"amount": 5000, "description": "Desk", "customer": customer, "payment_method": card}
    return dict(client.post("/v1/payment_intents", {**PAID, **bought, **terms}))


def disputed(client: Client, charge: str) -> dict[str, Any]:
    """The one dispute of a charge."""
    (dispute,) = client.get("/v1/disputes", {"charge": charge})["data"]
    return dict(dispute)


def test_pages_of_refunds_and_disputes_are_counted(client: Client) -> None:
    """Each by what is on it; a list at the charge's own path is not."""
    charge = paid(client)["latest_charge"]
    assert client.get("/v1/disputes", {"charge": charge})["count"] == 0
    for amount in (1500, 3500):
        client.post("/v1/refunds", {"charge": charge, "amount": amount})
    assert client.get("/v1/refunds", {"charge": charge})["count"] == 2
    page = client.get("/v1/refunds", {"limit": 1})
    assert (page["count"], page["has_more"]) == (1, True)
    assert list(page) == ["object", "count", "data", "has_more", "url"]
    assert "count" not in client.get(f"/v1/charges/{charge}/refunds")


@pytest.mark.parametrize(
    "params, status, said",
    [
        (
            {"amount": 100},
            400,
            {"message": "One of the following params should be provided for this request: payment_intent or charge."},
        ),
        (
            {"charge": "ch_unknown"},
            404,
            {"message": "No such charge: 'ch_unknown'", "param": "id", "code": "resource_missing"},
        ),
    ],
)
def test_a_refund_of_what_is_not_there(
    client: Client, params: dict[str, Any], status: int, said: dict[str, str]
) -> None:
    """It names the charge as if it had been in the path."""
    got, error = client.refused("POST", "/v1/refunds", params)
    names = ("message", "param", "code")
    assert (got, {name: error[name] for name in names if name in error}) == (status, said)


def test_a_refund_of_a_card_cannot_be_canceled(client: Client) -> None:
    """Its number is there within two seconds."""
    refund = client.post("/v1/refunds", {"payment_intent": paid(client)["id"], "amount": 700})
    _, error = client.refused("POST", f"/v1/refunds/{refund['id']}/cancel")
    assert error["message"] == "Canceling this refund is unsupported."
    assert refund["destination_details"]["card"]["reference_status"] == "pending"
    turn(client, 1)
    known = client.post(f"/v1/refunds/{refund['id']}", {"metadata": {"k": "v"}})["destination_details"]["card"]
    assert (known["reference_status"], len(known["reference"])) == ("available", 16)


def test_what_an_intent_holds_is_not_let_go_by_its_charge(client: Client) -> None:
    """The intent has to be canceled."""
    held = paid(client, capture_method="manual")
    _, error = client.refused("POST", "/v1/refunds", {"charge": held["latest_charge"], "amount": 100})
    assert error["message"] == (
        f"This uncaptured Charge was created by a PaymentIntent ({held['id']}). You must cancel the PaymentIntent to "
        "reverse the authorization instead of refunding the Charge directly. For more information, see "
        "https://stripe.com/docs/payments/place-a-hold-on-a-payment-method"
    )
    assert client.get(f"/v1/payment_intents/{held['id']}")["status"] == "requires_capture"


def test_the_oldest_way_to_refund_answers_the_charge(client: Client) -> None:
    """Its refunds are found at its path; one of another charge is missed by name."""
    charge, other = paid(client)["latest_charge"], paid(client)["latest_charge"]
    after = client.post(f"/v1/charges/{charge}/refund", {"amount": 800})
    assert (after["id"], after["amount_refunded"], after["refunded"]) == (charge, 800, False)
    (refund,) = client.get(f"/v1/charges/{charge}/refunds")["data"]
    status, error = client.refused("GET", f"/v1/charges/{other}/refunds/{refund['id']}")
    assert (status, error["param"]) == (404, "refund")


def test_a_refund_counts_with_the_money_it_gives_back(client: Client) -> None:
    """Not before the charge does, on the seventh midnight; it says what was bought."""
    refund = client.post("/v1/refunds", {"charge": paid(client)["latest_charge"], "amount": 1400})
    (moved,) = client.get("/v1/balance_transactions", {"source": refund["id"]})["data"]
    assert (moved["amount"], moved["status"], moved["description"]) == (-1400, "pending", "REFUND FOR CHARGE (Desk)")
    assert moved["available_on"] == (NOW // DAY + 7) * DAY


def test_a_dispute_that_was_won_leaves_the_charge_refundable(client: Client) -> None:
    """Taken at once, of money not entered yet; what comes back takes the days a payment does."""
    charge = paid(client, "tok_visa_createDispute")["latest_charge"]
    dispute = disputed(client, charge)
    assert dispute["evidence_details"]["due_by"] == (NOW // DAY + 9) * DAY - 1  # the end of the eighth day after
    known = ("customer_email_address", "customer_name", "product_description")
    assert [dispute["evidence"][name] for name in known] == ["a@example.com", "Ada", "Desk"]
    path = f"/v1/disputes/{dispute['id']}"
    client.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}})
    turn(client, 8)
    won = client.get(path)
    assert (won["status"], won["is_charge_refundable"]) == ("won", True)
    moved = [(row["amount"], row["fee"], row["status"]) for row in won["balance_transactions"]]
    assert moved == [(-5000, 1500, "available"), (5000, 0, "pending")]
    assert won["balance_transactions"][1]["available_on"] == (NOW // DAY + 7) * DAY
    assert client.post("/v1/refunds", {"charge": charge, "amount": 100})["status"] == "succeeded"


def test_a_dispute_of_what_was_captured_counts_with_its_charge(client: Client) -> None:
    """It begins with the capture, and its money was entered then."""
    held = paid(client, "tok_visa_createDispute", capture_method="manual")
    assert client.get("/v1/disputes", {"charge": held["latest_charge"]})["data"] == []
    client.post(f"/v1/payment_intents/{held['id']}/capture")
    (taken,) = disputed(client, held["latest_charge"])["balance_transactions"]
    assert (taken["status"], taken["available_on"]) == ("pending", (NOW // DAY + 7) * DAY)


def test_an_inquiry_is_not_told_what_was_bought(client: Client) -> None:
    """It knows only of whom it is."""
    evidence = disputed(client, paid(client, "tok_visa_createDisputeInquiry")["latest_charge"])["evidence"]
    assert (evidence["customer_name"], evidence["product_description"]) == ("Ada", None)


def test_a_closed_dispute_stays_so(client: Client) -> None:
    """The same sentence for evidence and for another close; what is not disputed has no code."""
    dispute = disputed(client, paid(client, "tok_visa_createDispute")["latest_charge"])
    path = f"/v1/disputes/{dispute['id']}"
    assert client.post(f"{path}/close")["status"] == "lost"
    late = {"evidence": {"uncategorized_text": "winning_evidence"}}
    for action, params in ((path, late), (f"{path}/close", {})):
        assert client.refused("POST", action, params)[1]["message"] == "This dispute is already closed"
    charge = paid(client)["latest_charge"]
    status, error = client.refused("GET", f"/v1/charges/{charge}/dispute")
    assert (status, error["message"]) == (404, f"No dispute for charge: {charge}")
    assert not {"code", "param"} & set(error)
    status, error = client.refused("GET", "/v1/disputes/du_nope")
    assert (status, error["message"], error["param"]) == (404, "No such dispute: 'du_nope'", "dispute")


def test_a_dispute_is_answered_at_the_path_of_its_charge(client: Client) -> None:
    """As older libraries do: evidence, and giving in."""
    charge = paid(client, "tok_visa_createDispute")["latest_charge"]
    dispute = disputed(client, charge)
    path = f"/v1/charges/{charge}/dispute"
    said = client.post(path, {"evidence": {"customer_name": "Ada"}, "submit": False})
    assert (said["id"], said["evidence"]["customer_name"]) == (dispute["id"], "Ada")
    assert client.post(f"{path}/close")["status"] == "lost"
    status, error = client.refused("POST", "/v1/charges/ch_nope/dispute/close")
    assert (status, error["message"], error["param"]) == (404, "No such charge: 'ch_nope'", "charge")
