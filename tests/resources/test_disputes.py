"""Disputes: several of one charge, inquiries that escalate, enhanced evidence, early fraud warnings."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import Client
from tests.resources.paying import pay, turn

ALIKE = {"customer_purchase_ip": "1.2.3.4", "customer_email_address": "ada@example.com", "product_description": "Book"}


@pytest.fixture
def client() -> Client:
    """A fresh account."""
    return Client()


def charged(client: Client, card: str, **params: Any) -> Any:
    """The charge of 20.00 USD with a card."""
    status, intent = pay(client, f"pm_card_{card}", capture_method="automatic", **params)
    assert status == 200
    return client.get(f"/v1/charges/{intent['latest_charge']}")


def balance(client: Client) -> int:
    """What the account has, available or not."""
    shown = client.get("/v1/balance")
    return sum(row["amount"] for when in ("available", "pending") for row in shown[when])


@pytest.mark.parametrize(
    "card, reason, case_type, code, eligible",
    [
        ("createDispute", "fraudulent", "chargeback", "10.4", []),
        ("createDisputeProductNotReceived", "product_not_received", "chargeback", "13.1", []),
        ("createDisputeInquiry", "fraudulent", "inquiry", "10", []),
        ("createCe3EligibleDispute", "fraudulent", "chargeback", "10.4", ["visa_compelling_evidence_3"]),
        ("createComplianceDispute", "noncompliant", "compliance", None, ["visa_compliance"]),
        ("createMastercardComplianceDispute", "noncompliant", "compliance", None, ["mastercard_compliance"]),
        ("createAutoRepresentmentEligibleDispute", "fraudulent", "chargeback", "10.4", []),
        ("createRapidDisputeResolutionDispute", "fraudulent", "chargeback", "10.4", []),
        ("createCe3BlockDispute", "fraudulent", "chargeback", "10.4", []),
        ("createEthocaAlert", "fraudulent", "chargeback", None, []),
    ],
)
def test_a_disputed_card_says_why(
    client: Client, card: str, reason: str, case_type: str, code: str | None, eligible: list[str]
) -> None:
    """Each of them succeeds first. [documented]"""
    assert charged(client, card)["disputed"] is True
    (dispute,) = client.get("/v1/disputes")["data"]
    details = dispute["payment_method_details"]["card"]
    assert (dispute["reason"], details["case_type"], details["network_reason_code"]) == (reason, case_type, code)
    assert (dispute["enhanced_eligibility_types"], list(dispute["evidence"]["enhanced_evidence"])) == (
        eligible,
        eligible,
    )


def test_what_is_only_held_is_disputed_when_it_is_taken(client: Client) -> None:
    """[second-hand: nothing while it is authorized; at once after the capture]"""
    _, intent = pay(client, "pm_card_createDispute", capture_method="manual")
    assert client.get("/v1/disputes")["data"] == []
    client.post(f"/v1/payment_intents/{intent['id']}/capture", {"amount_to_capture": 1500})
    (dispute,) = client.get("/v1/disputes")["data"]
    assert (dispute["amount"], dispute["status"]) == (1500, "needs_response")


def test_a_charge_can_be_disputed_twice(client: Client) -> None:
    """20.00 less 0.88 fee; two disputes over 10.00 with 15.00 fee each: 1912 - 2000 - 3000."""
    charge = charged(client, "createMultipleDisputes")
    disputes = client.get("/v1/disputes", {"charge": charge["id"]})["data"]
    assert [dispute["amount"] for dispute in disputes] == [1000, 1000]
    assert (charge["dispute"], balance(client)) == (disputes[0]["id"], -3088)
    path = f"/v1/disputes/{disputes[1]['id']}"
    assert client.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}})["status"] == "under_review"
    turn(client, 3600)
    assert client.get(path)["status"] == "won"
    assert (client.get(f"/v1/disputes/{disputes[0]['id']}")["status"], balance(client)) == ("needs_response", -2088)
    assert client.refused("POST", "/v1/refunds", {"charge": charge["id"]})[1]["code"] == "charge_disputed"


@pytest.mark.parametrize(
    "text, status", [("winning_evidence", "warning_closed"), ("losing_evidence", "warning_closed")]
)
def test_evidence_closes_an_inquiry_without_a_chargeback(client: Client, text: str, status: str) -> None:
    """No money moves. [documented]"""
    charged(client, "createDisputeInquiry")
    (dispute,) = client.get("/v1/disputes")["data"]
    asked = client.post(f"/v1/disputes/{dispute['id']}", {"evidence": {"uncategorized_text": text}})
    assert asked["status"] == "warning_under_review"
    turn(client, 3600)
    closed = client.get(f"/v1/disputes/{dispute['id']}")
    assert (closed["status"], closed["balance_transactions"], balance(client)) == (status, [], 1912)


@pytest.mark.parametrize("wait, refund, left", [(0, "failed", -1588), (300, "succeeded", -2088)])
def test_an_inquiry_escalates_and_catches_a_refund_under_way(client: Client, wait: int, refund: str, left: int) -> None:
    """1912, less 20.00 and 15.00; 5.00 that were refunded long before are lost too. [second-hand]"""
    charge = charged(client, "createDisputeInquiry")
    made = client.post("/v1/refunds", {"charge": charge["id"], "amount": 500})
    turn(client, wait)
    (dispute,) = client.get("/v1/disputes")["data"]
    path = f"/v1/disputes/{dispute['id']}"
    asked = client.post(path, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    assert (asked["status"], asked["is_charge_refundable"]) == ("warning_under_review", True)
    turn(client, wait + 5)
    now = client.get(path)
    assert (now["status"], now["payment_method_details"]["card"]["case_type"]) == ("needs_response", "chargeback")
    after = client.get(f"/v1/refunds/{made['id']}")
    reason = "charge_for_pending_refund_disputed" if refund == "failed" else None
    assert (after["status"], after.get("failure_reason"), balance(client)) == (refund, reason, left)
    assert client.refused("POST", "/v1/refunds", {"charge": charge["id"]})[1]["code"] == "charge_disputed"
    told = [event["type"] for event in client.events() if event["type"].startswith("charge.dispute")]
    assert told[-2:] == ["charge.dispute.updated", "charge.dispute.funds_withdrawn"]


def test_an_inquiry_about_what_was_refunded_takes_nothing_more(client: Client) -> None:
    """The money is back with the customer already. [documented]"""
    charge = charged(client, "createDisputeInquiry")
    client.post("/v1/refunds", {"charge": charge["id"]})
    (dispute,) = client.get("/v1/disputes")["data"]
    turn(client, 300)
    evidence = {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}}
    client.post(f"/v1/disputes/{dispute['id']}", evidence)
    turn(client, 305)
    assert (client.get(f"/v1/disputes/{dispute['id']}")["balance_transactions"], balance(client)) == ([], -88)


def test_a_dispute_that_nobody_answers_in_time_is_lost(client: Client) -> None:
    """31 January: eight days to the end of 8 February; a second later the bank has decided. [documented: that it is]"""
    charged(client, "createDispute")
    (dispute,) = client.get("/v1/disputes")["data"]
    due = dispute["evidence_details"]["due_by"] - dispute["created"]
    assert due == 8 * 86_400 + 12 * 3_600 - 1  # noon, and the last second of the eighth day
    turn(client, due)
    assert client.get(f"/v1/disputes/{dispute['id']}")["status"] == "needs_response"
    turn(client, due + 1)
    assert client.get(f"/v1/disputes/{dispute['id']}")["status"] == "lost"
    assert [event["type"] for event in client.events()][-1] == "charge.dispute.closed"


def test_evidence_that_is_staged_counts_once_it_is_submitted(client: Client) -> None:
    """Not by another change; by `submit` without a word more. [documented: staged by `submit=false`]"""
    charged(client, "createDispute")
    (dispute,) = client.get("/v1/disputes")["data"]
    path = f"/v1/disputes/{dispute['id']}"
    client.post(path, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": False})
    changed = client.post(path, {"metadata": {"case": "7"}})
    assert (changed["status"], changed["evidence_details"]["submission_count"]) == ("needs_response", 0)
    client.post(path, {"submit": True})
    turn(client, 3600)
    won = client.get(path)
    assert (won["status"], won["evidence_details"]["submission_count"]) == ("won", 1)


def test_an_inquiry_may_be_answered_late(client: Client) -> None:
    """It stays open, and the late answer says so. [documented: what `past_due` says]"""
    charged(client, "createDisputeInquiry")
    (dispute,) = client.get("/v1/disputes")["data"]
    turn(client, 10 * 86_400)
    path = f"/v1/disputes/{dispute['id']}"
    assert client.get(path)["evidence_details"]["past_due"] is False
    late = client.post(path, {"evidence": {"customer_name": "Ada"}})
    assert (late["status"], late["evidence_details"]["past_due"]) == ("warning_under_review", True)


def test_compelling_evidence_qualifies_by_what_payments_have_in_common(client: Client) -> None:
    """Two earlier payments, described, with the same address on the net and mail address. [documented]"""
    first, second = charged(client, "visa")["id"], charged(client, "visa")["id"]
    charged(client, "createCe3EligibleDispute")
    (dispute,) = client.get("/v1/disputes")["data"]
    path = f"/v1/disputes/{dispute['id']}"

    def said(submit: bool, merchandise: bool = True, **last: Any) -> Any:
        """What Visa makes of it."""
        disputed = {**ALIKE, **({"merchandise_or_services": "merchandise"} if merchandise else {})}
        prior = [{"charge": first, **ALIKE}, {"charge": second, **ALIKE, **last}]
        ce3 = {"disputed_transaction": disputed, "prior_undisputed_transactions": prior}
        given = {"evidence": {"enhanced_evidence": {"visa_compelling_evidence_3": ce3}}, "submit": submit}
        shown = client.post(path, given)["evidence_details"]["enhanced_eligibility"]["visa_compelling_evidence_3"]
        return shown["status"], shown["required_actions"]

    assert dispute["evidence_details"]["enhanced_eligibility"]["visa_compelling_evidence_3"] == {
        "required_actions": [
            "missing_prior_undisputed_transactions",
            "missing_disputed_transaction_description",
            "missing_merchandise_or_services",
        ],
        "status": "requires_action",
    }
    assert said(False, merchandise=False) == ("requires_action", ["missing_merchandise_or_services"])
    assert said(False, customer_email_address="bob@example.com") == (
        "requires_action",
        ["missing_customer_identifiers"],
    )
    assert said(False) == ("qualified", [])
    assert said(True, customer_purchase_ip="4.3.2.1") == ("not_qualified", ["missing_customer_identifiers"])


def test_a_compliance_case_costs_before_evidence_counts(client: Client) -> None:
    """The fee is agreed to first; then evidence may be submitted. [documented]"""
    charged(client, "createComplianceDispute")
    (dispute,) = client.get("/v1/disputes")["data"]
    path = f"/v1/disputes/{dispute['id']}"
    details = dispute["evidence_details"]["enhanced_eligibility"]
    assert details == {"visa_compliance": {"status": "requires_fee_acknowledgement"}}
    evidence: dict[str, Any] = {"uncategorized_text": "winning_evidence"}
    assert client.refused("POST", path, {"evidence": evidence})[0] == 400
    agreed = {**evidence, "enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}
    assert client.post(path, {"evidence": agreed})["status"] == "under_review"
    _, error = client.refused("POST", path, {"evidence": agreed})
    assert "already closed or under review" in error["message"]


def test_a_dispute_takes_no_evidence_of_another_kind(client: Client) -> None:
    """Visa's compelling evidence is for disputes that are eligible."""
    charged(client, "createDispute")
    (dispute,) = client.get("/v1/disputes")["data"]
    given = {"evidence": {"enhanced_evidence": {"visa_compliance": {"fee_acknowledged": True}}}}
    status, error = client.refused("POST", f"/v1/disputes/{dispute['id']}", given)
    assert (status, error["param"]) == (400, "evidence[enhanced_evidence][visa_compliance]")
    assert client.get(f"/v1/disputes/{dispute['id']}") == dispute


def test_an_issuer_warns_of_fraud_until_the_charge_is_refunded(client: Client) -> None:
    """A warning is no dispute, and nothing is left to do once all of it went back. [documented]"""
    charge = charged(client, "createIssuerFraudRecord")
    (warning,) = client.get("/v1/radar/early_fraud_warnings", {"charge": charge["id"]})["data"]
    assert (warning["actionable"], warning["payment_intent"], charge["disputed"]) == (
        True,
        charge["payment_intent"],
        False,
    )
    client.post("/v1/refunds", {"charge": charge["id"], "amount": 500})
    path = f"/v1/radar/early_fraud_warnings/{warning['id']}"
    assert client.get(path)["actionable"] is True
    client.post("/v1/refunds", {"charge": charge["id"]})
    assert client.get(path)["actionable"] is False
    told = [event["type"] for event in client.events() if event["type"].startswith("radar.")]
    assert told == ["radar.early_fraud_warning.created", "radar.early_fraud_warning.updated"]


def test_evidence_is_150_000_characters_at_most(client: Client) -> None:
    """All fields together, with those of before: 7 of 20,000 and one of 10,000 fit, one more character does not."""
    charged(client, "createDispute")
    path = f"/v1/disputes/{client.get('/v1/disputes')['data'][0]['id']}"
    long = ("access_activity_log", "cancellation_rebuttal", "duplicate_charge_explanation")
    more = ("product_description", "refund_policy_disclosure", "refund_refusal_explanation")
    client.post(path, {"evidence": dict.fromkeys((*long, *more), "x" * 20_000), "submit": False})
    rest = {"uncategorized_text": "x" * 20_000, "service_date": "x" * 5_000, "shipping_date": "x" * 5_000}
    client.post(path, {"evidence": rest, "submit": False})
    status, error = client.refused("POST", path, {"evidence": {"customer_name": "A"}, "submit": False})
    assert (status, error["param"]) == (400, "evidence")
