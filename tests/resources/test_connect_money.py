"""Money between a platform and its connected accounts: who has how much after payments, refunds and transfers."""

from __future__ import annotations

import pytest
from tests.resources.connecting import Platform, nets, worth
from tests.resources.paying import turn


@pytest.fixture
def platform() -> Platform:
    """A platform of its own."""
    return Platform()


def test_a_destination_charge_sends_all_of_it_on_and_takes_the_fee_back(platform: Platform) -> None:
    """100.00 with a fee of 10.00: Stripe's 3.20 (2.9 % and 30 cents) are the platform's, the fee is the account's."""
    charge = platform.pay(10_000, application_fee_amount=1_000)
    assert nets(platform.stripe) == [
        ("charge", 10_000, 9_680),
        ("transfer", -10_000, -10_000),
        ("application_fee", 1_000, 1_000),
    ]
    assert nets(platform.theirs) == [("payment", 10_000, 9_000)]
    assert (worth(platform.stripe), worth(platform.theirs)) == (680, 9_000)
    assert platform.told() == [
        "payment_intent.created",
        "transfer.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "application_fee.created",
    ]
    transfer = platform.stripe.get(f"/v1/transfers/{charge['transfer']}")
    fee = platform.stripe.get(f"/v1/application_fees/{charge['application_fee']}")
    payment = platform.theirs.get(f"/v1/charges/{transfer['destination_payment']}")
    assert (transfer["source_transaction"], transfer["transfer_group"]) == (
        *(charge["id"], f"group_{charge['payment_intent']}"),
    )
    assert (payment["source_transfer"], payment["application_fee"]) == (transfer["id"], fee["id"])
    assert (fee["account"], fee["charge"], fee["originating_transaction"]) == (
        *(platform.account, payment["id"], charge["id"]),
    )
    (told,) = platform.theirs.events()
    assert (told["type"], told["data"]["object"]["application_fee"]) == ("payment.created", fee["id"])


def test_what_is_sent_on_is_available_when_the_payment_is(platform: Platform) -> None:
    """Nobody can spend anything before the card's money has come, seven midnights on."""
    platform.pay(10_000, application_fee_amount=1_000)
    balances = [client.get("/v1/balance") for client in (platform.stripe, platform.theirs)]
    assert [balance["available"][0]["amount"] for balance in balances] == [0, 0]
    turn(platform.stripe, 7 * 86_400)
    balances = [client.get("/v1/balance") for client in (platform.stripe, platform.theirs)]
    assert [balance["available"][0]["amount"] for balance in balances] == [680, 9_000]


def test_a_share_can_be_less_than_all(platform: Platform) -> None:
    """70.00 of 100.00: the platform keeps 30.00 less Stripe's 3.20, and there is no fee object."""
    charge = platform.pay(10_000, transfer_data={"destination": platform.account, "amount": 7_000})
    assert (worth(platform.stripe), worth(platform.theirs)) == (2_680, 7_000)
    assert (charge["application_fee"], charge["transfer_data"]["amount"]) == (None, 7_000)


def test_a_direct_charge_bears_both_fees_itself(platform: Platform) -> None:
    """100.00 in the account: 3.20 for Stripe, 10.00 for the platform, 86.80 are left."""
    charge = platform.direct(10_000, 1_000)
    assert nets(platform.theirs) == [("charge", 10_000, 8_680)]
    assert nets(platform.stripe) == [("application_fee", 1_000, 1_000)]
    entry = platform.theirs.get(f"/v1/balance_transactions/{charge['balance_transaction']}")
    assert [(row["type"], row["amount"]) for row in entry["fee_details"]] == [
        ("application_fee", 1_000),
        ("stripe_fee", 320),
    ]
    fee = platform.stripe.get(f"/v1/application_fees/{charge['application_fee']}")
    assert (fee["charge"], fee["originating_transaction"]) == (charge["id"], None)
    assert charge["application"] == fee["application"] == entry["fee_details"][0]["application"]
    assert platform.told() == ["application_fee.created"]


def test_a_capture_in_the_background_shares_when_it_is_through(platform: Platform) -> None:
    """Until then the charge names neither transfer nor fee; then `charge.updated` tells of both."""
    charge = platform.pay(10_000, capture_method="automatic_async", application_fee_amount=1_000)
    assert (charge.get("transfer"), charge["application_fee"]) == (None, None)
    turn(platform.stripe, 3)
    charge = platform.stripe.get(f"/v1/charges/{charge['id']}")
    assert (charge["transfer"] is None, charge["application_fee"] is None) == (False, False)
    assert platform.told()[-3:] == ["transfer.created", "charge.updated", "application_fee.created"]


def test_a_capture_may_say_anew_what_is_shared(platform: Platform) -> None:
    """Of a hold of 100.00 only 5.00 are taken: the fee of 10.00 is capped, unless the capture says another."""
    held = platform.pay(10_000, capture_method="manual", application_fee_amount=1_000)
    path = f"/v1/payment_intents/{held['payment_intent']}/capture"
    platform.stripe.post(path, {"amount_to_capture": 500})
    assert nets(platform.theirs) == [("payment", 500, 0)]
    held = platform.pay(10_000, capture_method="manual", application_fee_amount=1_000)
    path = f"/v1/payment_intents/{held['payment_intent']}/capture"
    platform.stripe.post(path, {"amount_to_capture": 5_000, "application_fee_amount": 200})
    assert nets(platform.theirs)[1:] == [("payment", 5_000, 4_800)]


def test_refunds_fetch_back_in_proportion(platform: Platform) -> None:
    """A third of 100.00 is 33.33 of the transfer and 3.33 of the fee; the rest brings the rest of both."""
    charge = platform.pay(10_000, application_fee_amount=1_000)
    both = {"charge": charge["id"], "reverse_transfer": True, "refund_application_fee": True}
    first = platform.stripe.post("/v1/refunds", {**both, "amount": 3_333})
    assert nets(platform.stripe)[3:] == [
        ("refund", -3_333, -3_333),
        ("transfer_refund", 3_333, 3_333),
        ("application_fee_refund", -333, -333),
    ]
    assert nets(platform.theirs)[1:] == [("payment_refund", -3_333, -3_333), ("adjustment", 333, 333)]
    (reversal,) = platform.stripe.get(f"/v1/transfers/{charge['transfer']}")["reversals"]["data"]
    assert (first["transfer_reversal"], reversal["source_refund"]) == (reversal["id"], first["id"])
    back = platform.theirs.get(f"/v1/refunds/{reversal['destination_payment_refund']}")
    assert (back["amount"], back["source_transfer_reversal"]) == (3_333, reversal["id"])
    platform.stripe.post("/v1/refunds", both)
    assert (worth(platform.stripe), worth(platform.theirs)) == (-320, 0)
    fee = platform.stripe.get(f"/v1/application_fees/{charge['application_fee']}")
    assert (fee["amount_refunded"], fee["refunded"], fee["refunds"]["total_count"]) == (1_000, True, 2)
    assert platform.told()[-4:] == [
        "transfer.reversed",
        "application_fee.refunded",
        "refund.created",
        "charge.refunded",
    ]


def test_a_plain_refund_leaves_the_share_where_it_is(platform: Platform) -> None:
    """The platform pays: 6.80 less 100.00."""
    charge = platform.pay(10_000, application_fee_amount=1_000)
    platform.stripe.post("/v1/refunds", {"charge": charge["id"]})
    assert (worth(platform.stripe), worth(platform.theirs)) == (-9_320, 9_000)


def test_the_fee_of_a_direct_charge_comes_back_from_the_platform(platform: Platform) -> None:
    """All of it with a whole refund; Stripe's 3.20 stay gone."""
    charge = platform.direct(10_000, 1_000)
    platform.theirs.post("/v1/refunds", {"charge": charge["id"], "refund_application_fee": True})
    assert (worth(platform.stripe), worth(platform.theirs)) == (0, -320)


def test_a_fee_is_refunded_by_hand_in_parts(platform: Platform) -> None:
    """4.00 of 10.00, then what is left; more than that is refused in Stripe's words."""
    charge = platform.direct(10_000, 1_000)
    path = f"/v1/application_fees/{charge['application_fee']}/refunds"
    part = platform.stripe.post(path, {"amount": 400, "metadata": {"why": "kindness"}})
    assert (part["fee"], part["metadata"]) == (charge["application_fee"], {"why": "kindness"})
    refused = platform.stripe.refused("POST", path, {"amount": 700})[1]["message"]
    assert refused == "Refund amount ($7.00) is greater than unrefunded amount on fee ($6.00)"
    assert platform.stripe.post(path)["amount"] == 600
    assert platform.stripe.refused("POST", path)[0] == 400
    platform.stripe.post(f"{path}/{part['id']}", {"metadata": {"why": ""}})
    assert platform.told()[-3:] == ["application_fee.refunded"] * 2 + ["application_fee.refund.updated"]
    assert (worth(platform.stripe), worth(platform.theirs)) == (0, 9_680)


def test_a_transfer_out_of_a_charge_waits_with_it(platform: Platform) -> None:
    """80.00 of 100.00, before the money is there; a second one may take 20.00 and no more."""
    charge = platform.pay(10_000, destination=False)
    body = {"currency": "usd", "destination": platform.account, "source_transaction": charge["id"]}
    sent = platform.stripe.post("/v1/transfers", {**body, "amount": 8_000})
    assert sent["transfer_group"] == f"group_{charge['id']}"
    assert platform.theirs.get("/v1/balance")["pending"][0]["amount"] == 8_000
    status, error = platform.stripe.refused("POST", "/v1/transfers", {**body, "amount": 2_001})
    sentence = (
        "Transfers using this transaction as a source must not exceed the source amount of $100.00. "
        "(There is already a transfer using this source, amounting to $80.00.)"
    )
    assert (status, error["message"]) == (400, sentence)
    reversal = platform.stripe.post(f"/v1/transfers/{sent['id']}/reversals", {"amount": 3_000})
    assert (reversal["source_refund"], worth(platform.theirs)) == (None, 5_000)


def test_a_transfer_from_the_balance_comes_back_only_if_it_is_still_there(platform: Platform) -> None:
    """10.00 are sent and paid out, so that nothing is left to fetch."""
    platform.pay(2_000, destination=False, payment_method="pm_card_bypassPending")
    sent = platform.stripe.post("/v1/transfers", {"amount": 1_000, "currency": "usd", "destination": platform.account})
    platform.theirs.post("/v1/payouts", {"amount": 1_000, "currency": "usd"})
    status, error = platform.stripe.refused("POST", f"/v1/transfers/{sent['id']}/reversals")
    assert (status, error["code"]) == (400, "balance_insufficient")


def test_charges_know_the_older_words(platform: Platform) -> None:
    """`destination` and `application_fee` of a charge do what `transfer_data` and `application_fee_amount` do."""
    body = {"amount": 10_000, "currency": "usd", "source": "tok_visa", "destination": {"account": platform.account}}
    charge = platform.stripe.post("/v1/charges", {**body, "application_fee": 1_000})
    assert (charge["transfer_group"], charge["application_fee_amount"]) == (f"group_{charge['id']}", 1_000)
    platform.stripe.post("/v1/charges", {**body, "destination": {"account": platform.account, "amount": 4_000}})
    assert worth(platform.theirs) == 9_000 + 4_000


def test_an_account_that_takes_its_payments_is_told_to_be_the_merchant(platform: Platform) -> None:
    """`on_behalf_of` shows on the intent and its charge, and moves no money by itself."""
    charge = platform.pay(10_000, destination=False, on_behalf_of=platform.account)
    assert (charge["on_behalf_of"], worth(platform.theirs)) == (platform.account, 0)


def test_each_side_can_see_what_the_other_has_of_it(platform: Platform) -> None:
    """The payment beside its transfer, the refund beside its reversal, the fee beside what has borne it."""
    charge = platform.pay(10_000, application_fee_amount=1_000)
    path = f"/v1/transfers/{charge['transfer']}"
    shown = platform.stripe.get(path, {"expand": ["destination_payment", "destination"]})
    payment = shown["destination_payment"]
    assert (payment["source_transfer"], shown["destination"]["id"]) == (shown["id"], platform.account)
    fee = platform.theirs.get(f"/v1/charges/{payment['id']}", {"expand": ["application_fee", "source_transfer"]})
    assert (fee["application_fee"]["amount"], fee["source_transfer"]["amount"]) == (1_000, 10_000)
    back = platform.stripe.post(f"{path}/reversals", {"expand": ["destination_payment_refund"]})
    assert back["destination_payment_refund"]["charge"] == payment["id"]


def test_webhooks_and_savepoints_know_both_sides(platform: Platform) -> None:
    """An endpoint for connected accounts hears of the payment; going back undoes both sides."""
    hook = {"url": "https://example.com", "enabled_events": ["*"], "connect": True}
    platform.stripe.post("/v1/webhook_endpoints", hook)
    control = platform.stripe.simulator.control
    control.handle("POST", "/_pinstripe/snapshot", platform.stripe.key, b"")
    before = [nets(platform.stripe), nets(platform.theirs)]
    platform.pay(10_000, application_fee_amount=1_000)
    owed = control.handle("GET", "/_pinstripe/deliveries", platform.stripe.key, b"")["deliveries"]
    assert [row["type"] for row in owed] == ["payment.created"]
    after = [nets(platform.stripe), nets(platform.theirs)]
    control.handle("POST", "/_pinstripe/restore", platform.stripe.key, b"")
    assert [nets(platform.stripe), nets(platform.theirs)] == before
    platform.pay(10_000, application_fee_amount=1_000)
    assert [nets(platform.stripe), nets(platform.theirs)] == after
