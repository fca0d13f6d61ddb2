"""Stories of nouns that are served by their shape: what is kept, what moves on, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.connecting import payee
from tests.uploads import CONTENT_TYPE, multipart

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe_contracts.fair.connect import BANK_ACCOUNT
from pinstripe_contracts.fair.money_movement import AT_ONCE

DAY = 86_400


@pytest.fixture
def client() -> Client:
    """An account of its own, on Sunday 31 January 2027 at noon."""
    return Client()


def turn(client: Client, to: int) -> None:
    """Turn the account's clock."""
    client.simulator.accounts.of(client.key).set_clock(to)


def types(client: Client) -> list[str]:
    """What happened, oldest first."""
    return [event["type"] for event in client.events()]


def fund(client: Client, amount: int) -> None:
    """A payment with the test card that fills the available balance; Stripe keeps 2.9 % and 30 cents of it."""
    card = {"payment_method": "pm_card_bypassPending", "confirm": True}
    client.post("/v1/payment_intents", {"amount": amount, "currency": "usd", **card, **AT_ONCE})


def available(client: Client) -> int:
    """What can be spent."""
    return int(client.get("/v1/balance")["available"][0]["amount"])


# --- money movement --------------------------------------------------------------------------------------------------


def test_a_payout_is_paid_on_the_second_business_day(client: Client) -> None:
    """Asked for on a Sunday, it arrives on Tuesday 2 February at midnight UTC; a paid one is no longer canceled."""
    fund(client, 2000)  # 2000 - 58 - 30 = 1912
    assert (
        client.refused("POST", "/v1/payouts", {"amount": 1913, "currency": "usd"})[1]["code"] == "balance_insufficient"
    )
    payout = client.post("/v1/payouts", {"amount": 1000, "currency": "usd"})
    assert (payout["status"], payout["arrival_date"]) == ("pending", NOW - DAY // 2 + 2 * DAY)
    booked = client.get(f"/v1/balance_transactions/{payout['balance_transaction']}")
    assert (booked["type"], booked["amount"], available(client)) == ("payout", -1000, 912)
    turn(client, payout["arrival_date"] - 1)
    assert client.get(f"/v1/payouts/{payout['id']}")["status"] == "pending"
    turn(client, payout["arrival_date"])
    assert client.get(f"/v1/payouts/{payout['id']}")["status"] == "paid"
    status, error = client.refused("POST", f"/v1/payouts/{payout['id']}/cancel")
    assert (status, error["message"]) == (
        400,
        f"You cannot cancel this payout ({payout['id']}) because its status is paid; it must be pending.",
    )
    assert types(client)[-2:] == ["payout.created", "payout.paid"]


def test_what_a_payout_by_hand_holds_is_not_told(client: Client) -> None:
    """Stripe tells it of automatic payouts only."""
    fund(client, 2000)
    payout = client.post("/v1/payouts", {"amount": 1000, "currency": "usd"})["id"]
    status, error = client.refused("GET", "/v1/balance_transactions", {"payout": payout})
    assert (status, error["message"]) == (
        400,
        "Balance transaction history can only be filtered on automatic transfers, not manual.",
    )


def test_a_canceled_payout_comes_back(client: Client) -> None:
    """The whole amount is available again."""
    fund(client, 2000)
    payout = client.post("/v1/payouts", {"amount": 1912, "currency": "usd"})["id"]
    assert available(client) == 0
    canceled = client.post(f"/v1/payouts/{payout}/cancel")
    assert (canceled["status"], available(client)) == ("canceled", 1912)
    back = client.get(f"/v1/balance_transactions/{canceled['failure_balance_transaction']}")
    assert (back["type"], back["source"]) == ("payout_cancel", payout)


def test_a_paid_payout_is_reversed_once(client: Client) -> None:
    """The reversal is a payout the other way, and the two name each other."""
    fund(client, 2000)
    payout = client.post("/v1/payouts", {"amount": 1000, "currency": "usd"})
    turn(client, payout["arrival_date"])
    reversed_ = client.post(f"/v1/payouts/{payout['id']}/reverse")
    back = client.get(f"/v1/payouts/{reversed_['reversed_by']}")
    assert (back["amount"], back["original_payout"], back["status"]) == (-1000, payout["id"], "pending")
    assert client.refused("POST", f"/v1/payouts/{payout['id']}/reverse")[0] == 400


def test_transfers_are_reversed_in_parts(client: Client) -> None:
    """400 of 1000, then the 600 that are left; more than that is refused and changes nothing."""
    fund(client, 2000)
    account = payee(client)
    transfer = client.post("/v1/transfers", {"amount": 1000, "currency": "usd", "destination": account})["id"]
    path = f"/v1/transfers/{transfer}"
    assert client.post(f"{path}/reversals", {"amount": 400})["amount"] == 400
    assert client.refused("POST", f"{path}/reversals", {"amount": 601})[1]["param"] == "amount"
    shown = client.get(path)
    assert (shown["amount_reversed"], shown["reversed"], len(shown["reversals"]["data"])) == (400, False, 1)
    assert client.post(f"{path}/reversals")["amount"] == 600
    shown = client.get(path)
    assert (shown["amount_reversed"], shown["reversed"]) == (1000, True)
    assert client.refused("POST", f"{path}/reversals")[0] == 400
    assert (types(client)[-3:], available(client)) == (
        ["transfer.created", "transfer.reversed", "transfer.reversed"],
        1912,
    )


def test_balance_settings_are_there_unmade(client: Client) -> None:
    """There is one in every account; a delay that is chosen shows twice, and one change is one event."""
    assert client.get("/v1/balance_settings")["payments"]["settlement_timing"]["delay_days"] == 2
    client.post("/v1/balance_settings", {"payments": {"settlement_timing": {"delay_days_override": 7}}})
    timing = client.get("/v1/balance_settings")["payments"]["settlement_timing"]
    assert (timing["delay_days"], timing["delay_days_override"]) == (7, 7)
    assert types(client) == ["balance_settings.updated"]


# --- treasury --------------------------------------------------------------------------------------------------------


def test_the_ledger_of_a_financial_account(client: Client) -> None:
    """100 dollars come in, 10 are sent, posted and returned; 100.01 are too much."""
    account = client.post("/v1/treasury/financial_accounts", {"supported_currencies": ["usd"]})["id"]
    money = {"financial_account": account, "currency": "usd"}
    client.post("/v1/test_helpers/treasury/received_credits", {**money, "amount": 10_000, "network": "ach"})

    def balance() -> tuple[int, int]:
        """Cash, and what is on its way out."""
        parts = client.get(f"/v1/treasury/financial_accounts/{account}")["balance"]
        return parts["cash"]["usd"], parts["outbound_pending"]["usd"]

    bank = {"account_number": "000123456789", "routing_number": "110000000"}
    to = {"destination_payment_method_data": {"type": "us_bank_account", "us_bank_account": bank}}
    status, error = client.refused("POST", "/v1/treasury/outbound_payments", {**money, **to, "amount": 10_001})
    assert (status, error["code"], balance()) == (400, "insufficient_funds", (10_000, 0))
    sent = client.post("/v1/treasury/outbound_payments", {**money, **to, "amount": 1000})
    assert (sent["status"], balance()) == ("processing", (9000, 1000))
    helper = f"/v1/test_helpers/treasury/outbound_payments/{sent['id']}"
    posted = client.post(f"{helper}/post")
    assert (posted["status"], posted["status_transitions"]["posted_at"], balance()) == ("posted", NOW, (9000, 0))
    assert client.refused("POST", f"/v1/treasury/outbound_payments/{sent['id']}/cancel")[0] == 400
    assert (client.post(f"{helper}/return")["status"], balance()) == ("returned", (10_000, 0))
    moved = client.get("/v1/treasury/transactions", {"financial_account": account})["data"]
    assert [(row["flow_type"], row["amount"], row["status"]) for row in moved] == [
        ("outbound_payment", 1000, "posted"),
        ("outbound_payment", -1000, "posted"),
        ("received_credit", 10_000, "posted"),
    ]
    assert client.refused("POST", f"/v1/treasury/financial_accounts/{account}/close")[0] == 400


def test_a_debit_of_more_than_there_is_fails(client: Client) -> None:
    """It is there, failed, and took nothing; one that succeeded can be reversed once, within two business days."""
    account = client.post("/v1/treasury/financial_accounts", {"supported_currencies": ["usd"]})["id"]
    money = {"financial_account": account, "currency": "usd", "network": "ach"}
    debits = "/v1/test_helpers/treasury/received_debits"
    failed = client.post(debits, {**money, "amount": 1})
    assert (failed["status"], failed["failure_code"], failed["transaction"]) == ("failed", "insufficient_funds", None)
    client.post("/v1/test_helpers/treasury/received_credits", {**money, "amount": 500})
    debit = client.post(debits, {**money, "amount": 500})["id"]
    client.post("/v1/treasury/debit_reversals", {"received_debit": debit})
    again = client.refused("POST", "/v1/treasury/debit_reversals", {"received_debit": debit})
    assert again[1]["message"].endswith("already_reversed.")


# --- terminal --------------------------------------------------------------------------------------------------------


def test_a_reader_does_one_thing_at_a_time(client: Client) -> None:
    """Busy until its question is answered, times out or is canceled."""
    reader = client.post("/v1/terminal/readers", {"registration_code": "simulated-wpe"})
    assert (reader["device_type"], reader["label"]) == ("simulated_wisepos_e", "simulated-wpe")
    path = f"/v1/terminal/readers/{reader['id']}"
    question = {"inputs": [{"type": "email", "custom_text": {"title": "Your email"}}]}
    assert client.post(f"{path}/collect_inputs", question)["action"]["status"] == "in_progress"
    assert client.refused("POST", f"{path}/collect_inputs", question)[1]["code"] == "terminal_reader_busy"
    over = client.post(f"/v1/test_helpers/terminal/readers/{reader['id']}/timeout_input_collection")["action"]
    assert (over["status"], over["failure_code"]) == ("failed", "collect_inputs_timeout")
    client.post(f"{path}/collect_inputs", question)
    assert client.post(f"{path}/cancel_action")["action"] is None
    assert types(client) == ["terminal.reader.action_failed"]


@pytest.mark.parametrize(
    "path, params, where",
    [
        (
            "/v1/terminal/readers/{reader}/collect_inputs",
            {"inputs": [{"type": "email", "custom_text": {"title": "Your email"}}]},
            ("action", "collect_inputs"),
        ),
        ("/v1/accounts/{account}/external_accounts", {"external_account": BANK_ACCOUNT}, ()),
    ],
    ids=["reader", "external account"],
)
def test_metadata_that_is_unset_from_the_start_is_not_there(
    client: Client, path: str, params: dict[str, Any], where: tuple[str, ...]
) -> None:
    """An empty value unsets a key, also of what is just being made: no metadata is null."""
    ids = {
        "reader": client.post("/v1/terminal/readers", {"registration_code": "simulated-wpe"})["id"],
        "account": client.post("/v1/accounts", {"type": "custom"})["id"],
    }
    made = client.post(path.format(**ids), {**params, "metadata": {"a": "", "b": "c"}})
    for name in where:
        made = made[name]
    assert made["metadata"] == {"b": "c"}


def test_what_may_be_absent_goes_when_it_is_unset(client: Client) -> None:
    """Tips that are unset are no longer there, which is not the same as null."""
    made = client.post("/v1/terminal/configurations", {"tipping": {"usd": {"fixed_amounts": [100]}}})
    assert made["tipping"]["usd"]["fixed_amounts"] == [100]
    changed = client.post(f"/v1/terminal/configurations/{made['id']}", {"tipping": ""})
    assert "tipping" not in changed


# --- platform --------------------------------------------------------------------------------------------------------


def test_a_file_is_uploaded_and_linked(client: Client) -> None:
    """What is known of a file is kept; its link leads nowhere once it has expired."""
    form = multipart({"purpose": "dispute_evidence", "file": b"%PDF-1.7 ..."}, filename="receipt")
    headers = {"authorization": f"Bearer {client.key}", "content-type": CONTENT_TYPE}
    answer = client.simulator.handle(Request("POST", "/v1/files", "", headers, form))
    file = json.loads(answer.body)
    assert (answer.status, file["size"], file["type"], file["filename"]) == (200, 12, "pdf", "receipt")
    link = client.post("/v1/file_links", {"file": file["id"], "expires_at": NOW + 60})
    assert (link["expired"], link["url"].startswith("https://files.stripe.com/links/")) == (False, True)
    turn(client, NOW + 60)
    links = client.get(f"/v1/files/{file['id']}")["links"]
    shown = links["data"][0]
    assert (shown["id"], shown["expired"], shown["url"]) == (link["id"], True, None)
    assert links.keys() == {"object", "data", "has_more", "url"}  # uncounted, unlike those of fees [sample]


def test_an_upload_that_is_cut_off_is_refused(client: Client) -> None:
    """A body without its last boundary leaves no file."""
    form = multipart({"purpose": "dispute_evidence", "file": b"x"})[:-6]
    headers = {"authorization": f"Bearer {client.key}", "content-type": CONTENT_TYPE}
    assert client.simulator.handle(Request("POST", "/v1/files", "", headers, form)).status == 400
    assert client.get("/v1/files")["data"] == []


def test_secrets_are_found_by_name_and_scope(client: Client) -> None:
    """Setting a name again replaces it, and the payload shows only when asked."""
    mine = {"name": "token", "scope": {"type": "user", "user": "usr_1"}}
    client.post("/v1/apps/secrets", {**mine, "payload": "old"})
    made = client.post("/v1/apps/secrets", {**mine, "payload": "new", "expires_at": NOW + 60})
    assert "payload" not in made
    found = client.get("/v1/apps/secrets/find", {**mine, "expand": ["payload"]})
    assert (found["id"], found["payload"]) == (made["id"], "new")
    assert len(client.get("/v1/apps/secrets", {"scope": mine["scope"]})["data"]) == 1
    assert client.refused("GET", "/v1/apps/secrets/find", {"name": "token", "scope": {"type": "account"}})[0] == 404
    turn(client, NOW + 60)
    assert client.refused("GET", "/v1/apps/secrets/find", mine)[0] == 404


def test_value_lists_hold_a_value_once(client: Client) -> None:
    """A list goes with its items."""
    made = client.post("/v1/radar/value_lists", {"alias": "cities", "name": "Cities"})["id"]
    body = {"value_list": made, "value": "Atlantis"}
    item = client.post("/v1/radar/value_list_items", body)["id"]
    assert client.refused("POST", "/v1/radar/value_list_items", body)[0] == 400
    assert client.refused("POST", "/v1/radar/value_lists", {"alias": "cities", "name": "More"})[0] == 400
    assert (
        client.get("/v1/radar/value_lists", {"contains": "Atlantis"})["data"][0]["list_items"]["data"][0]["id"] == item
    )
    assert client.get("/v1/radar/value_lists", {"contains": "Paris"})["data"] == []
    client.delete(f"/v1/radar/value_lists/{made}")
    assert client.refused("GET", f"/v1/radar/value_list_items/{item}")[0] == 404


def test_a_verification_is_canceled_once(client: Client) -> None:
    """Its secret and its page are gone; redaction of another cancels it on the way."""
    path = "/v1/identity/verification_sessions"
    made = client.post(path, {"type": "document"})
    assert made["client_secret"].startswith(f"{made['id']}_secret_")
    canceled = client.post(f"{path}/{made['id']}/cancel")
    assert (canceled["status"], canceled["url"], canceled["client_secret"]) == ("canceled", None, None)
    assert client.refused("POST", f"{path}/{made['id']}/cancel")[0] == 400
    other = client.post(path, {"type": "id_number"})["id"]
    redacted = client.post(f"{path}/{other}/redact")
    assert (redacted["status"], redacted["redaction"]) == ("canceled", {"status": "processing"})


REFUSED = [
    # what nobody can know, name or find is refused, whatever else is right
    ("POST", "/v1/transfers", {"amount": 1, "currency": "usd", "destination": "acct_none"}, 400, "resource_missing"),
    ("POST", "/v1/issuing/cards", {"currency": "usd", "type": "virtual"}, 400, "parameter_missing"),
    ("POST", "/v1/terminal/readers", {"registration_code": "a-b-c"}, 400, None),
    ("POST", "/v1/accounts", {"country": "ZZ"}, 501, "unsupported_parameter"),
    ("POST", "/v1/apps/installs", {"app": "com.example"}, 501, "unsupported_operation"),
    ("GET", "/v1/tax_codes", {}, 501, "unsupported_operation"),
    ("GET", "/v1/reviews/prv_none", {}, 404, "resource_missing"),
    ("GET", "/v1/issuing/cards", {"limit": 1, "starting_after": "ic_none"}, 400, "resource_missing"),
]


@pytest.mark.parametrize("method, path, params, status, code", REFUSED)
def test_what_cannot_be_known_is_refused(
    client: Client, method: str, path: str, params: Any, status: int, code: str | None
) -> None:
    """With Stripe's error, or pinstripe's own; nothing is kept and nothing is told."""
    answered, error = client.refused(method, path, params)
    assert (answered, error.get("code")) == (status, code)
    assert client.events() == []


def test_the_same_seed_makes_the_same_objects() -> None:
    """Ids, secrets and numbers come from the seed alone."""
    twins = [Client(Simulator(seed="twin", now=NOW)) for _ in range(2)]
    reader = {"registration_code": "simulated-wpe"}
    made = [[client.post("/v1/accounts"), client.post("/v1/terminal/readers", reader)] for client in twins]
    assert made[0] == made[1]
