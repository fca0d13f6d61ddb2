"""What a platform keeps of its connected accounts: the account, its bank accounts, people and capabilities."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client
from tests.resources.connecting import Acting

from pinstripe.http.control import ControlError
from pinstripe_contracts.fair.connect import BANK_ACCOUNT


@pytest.fixture
def client() -> Client:
    """A platform of its own."""
    return Client()


def test_a_connected_account_and_what_belongs_to_it(client: Client) -> None:
    """Capabilities wait, numbers are not shown, and one external account of a currency is the default."""
    account = client.post(
        "/v1/accounts",
        {
            "type": "custom",
            "country": "DE",
            "capabilities": {"card_payments": {"requested": True}},
            "company": {"name": "Tee GmbH", "tax_id": "DE123"},
            "external_account": BANK_ACCOUNT,
        },
    )
    path = f"/v1/accounts/{account['id']}"
    assert (account["default_currency"], account["charges_enabled"]) == ("eur", False)
    assert account["capabilities"] == {"card_payments": "inactive"}
    assert (account["company"]["tax_id_provided"], "tax_id" in account["company"]) == (True, False)
    assert account["controller"]["fees"] == {"payer": "application_custom"}
    first = account["external_accounts"]["data"][0]
    assert (first["last4"], first["bank_name"], first["default_for_currency"]) == ("6789", "STRIPE TEST BANK", True)

    body = {"external_account": BANK_ACCOUNT, "default_for_currency": True}
    second = client.post(f"{path}/external_accounts", body)
    rows = client.get(f"{path}/external_accounts")["data"]
    assert [(row["id"], row["default_for_currency"]) for row in rows] == [(second["id"], True), (first["id"], False)]

    person = client.post(f"{path}/persons", {"first_name": "Ada", "id_number": "000000000"})
    assert (person["id_number_provided"], person["ssn_last_4_provided"], person["account"]) == (
        True,
        True,
        account["id"],
    )
    given_back = client.post(f"{path}/capabilities/card_payments", {"requested": False})
    assert (given_back["status"], client.get(path)["capabilities"]) == ("unrequested", {})

    assert client.delete(path) == {"id": account["id"], "object": "account", "deleted": True}
    assert client.refused("GET", f"{path}/persons/{person['id']}")[0] == 403


def test_standard_accounts_have_no_login_link_and_are_not_rejected(client: Client) -> None:
    """Both are for accounts that the platform answers for."""
    account = client.post("/v1/accounts")["id"]
    assert client.refused("POST", f"/v1/accounts/{account}/login_links")[0] == 400
    assert client.refused("POST", f"/v1/accounts/{account}/reject", {"reason": "other"})[0] == 400
    mine = client.post("/v1/accounts", {"type": "express"})["id"]
    rejected = client.post(f"/v1/accounts/{mine}/reject", {"reason": "fraud_other"})
    assert rejected["requirements"]["disabled_reason"] == "rejected.platform_fraud"
    assert client.post(f"/v1/accounts/{mine}/unreject")["requirements"]["disabled_reason"] is None


@pytest.mark.parametrize("type_, is_told", [("standard", True), ("express", False), ("custom", False)])
def test_a_deleted_account_with_the_dashboard_is_told_that_it_is_free(
    client: Client, type_: str, is_told: bool
) -> None:
    """In its own world, and so to the platform's endpoints for connected accounts."""
    listening = {"url": "https://app.invalid/", "enabled_events": ["*"], "connect": True}
    client.post("/v1/webhook_endpoints", listening)
    account = client.post("/v1/accounts", {"type": type_})
    client.delete(f"/v1/accounts/{account['id']}")
    platform = client.simulator.account(client.key)
    told = platform.connected[account["id"]].world.tables["event"].objects.values()
    assert [event["type"] for event in told] == ["account.application.deauthorized"] * is_told
    owed = platform.world.tables["delivery"].objects.values()
    assert [row["_account"] for row in owed] == [account["id"]] * is_told
    assert [event["data"]["object"]["object"] for event in told] == ["application"] * is_told
    assert client.get("/v1/events")["data"] == []


def test_an_individual_is_a_person_said_with_the_account(client: Client) -> None:
    """Whole on the account, among its people, and changed with it; what is told of holds what it was."""
    ada: dict[str, Any] = {"first_name": "Ada", "dob": {"day": 10, "month": 12, "year": 1980}, "ssn_last_4": "0000"}
    made = client.post("/v1/accounts", {"type": "custom", "business_type": "individual", "individual": ada})
    path, person = f"/v1/accounts/{made['id']}", made["individual"]
    assert (person["first_name"], person["dob"]["year"], person["ssn_last_4_provided"]) == ("Ada", 1980, True)
    assert client.get(f"{path}/persons")["data"] == [person]
    changed = client.post(path, {"individual": {"last_name": "Lovelace", "dob": {**ada["dob"], "day": 11}}})[
        "individual"
    ]
    assert (changed["id"], changed["first_name"], changed["last_name"], changed["dob"]) == (
        person["id"],
        "Ada",
        "Lovelace",
        {"day": 11, "month": 12, "year": 1980},
    )
    (told,) = Acting(client, made["id"]).events()
    assert (told["type"], told["data"]["previous_attributes"]["individual"]["dob"]) == ("account.updated", {"day": 10})
    assert "individual" not in client.post("/v1/accounts", {"type": "custom"})


def onboard(client: Client, account: str) -> dict[str, Any]:
    """Let the holder of an account come through onboarding."""
    return client.simulator.control.handle("POST", f"/_pinstripe/accounts/{account}/onboard", client.key, b"")


def test_accepted_terms_make_what_was_asked_for_active(client: Client) -> None:
    """Where the platform collects what Stripe asks; it is paid out once it says where to, until it is rejected."""
    accepted = {"tos_acceptance": {"date": NOW, "ip": "203.0.113.7"}}
    asked = {"card_payments": {"requested": True}}
    express = client.post("/v1/accounts", {"type": "express", "capabilities": asked})
    assert express["capabilities"] == {"card_payments": "inactive"}
    made = client.post("/v1/accounts", {"type": "custom", "capabilities": asked})
    path = f"/v1/accounts/{made['id']}"
    assert made["capabilities"] == {"card_payments": "inactive"}
    known = client.post(path, accepted)
    assert (known["capabilities"], known["charges_enabled"], known["payouts_enabled"], known["details_submitted"]) == (
        {"card_payments": "active"},
        True,
        False,
        True,
    )
    assert client.post(f"{path}/capabilities/transfers", {"requested": True})["status"] == "active"
    assert client.post(path, {"external_account": BANK_ACCOUNT})["payouts_enabled"] is True
    rejected = client.post(f"{path}/reject", {"reason": "other"})
    assert (rejected["charges_enabled"], rejected["payouts_enabled"]) == (False, False)
    assert client.post(f"{path}/unreject")["charges_enabled"] is True


def test_the_holder_of_an_account_comes_through_onboarding(client: Client) -> None:
    """A standard account may then take cards and be paid; its own events tell of each capability."""
    account = client.post("/v1/accounts", {"type": "standard"})["id"]
    shown = onboard(client, account)
    assert (shown["capabilities"], shown["charges_enabled"]) == (
        {"card_payments": "active", "transfers": "active"},
        True,
    )
    types = [event["type"] for event in Acting(client, account).events()]
    assert types == ["account.updated", "capability.updated", "capability.updated"]
    with pytest.raises(ControlError):
        onboard(client, "acct_none")


def test_the_last_external_account_of_a_currency_stays(client: Client) -> None:
    """The default is not deleted: of the account's own currency never, of another one only if it is alone."""
    account = client.post("/v1/accounts", {"type": "custom", "external_account": BANK_ACCOUNT})
    path = f"/v1/accounts/{account['id']}/external_accounts"
    (first,) = account["external_accounts"]["data"]
    assert "default external account" in client.refused("DELETE", f"{path}/{first['id']}")[1]["message"]
    euros = [{**BANK_ACCOUNT, "currency": "eur", "account_number": f"00012345678{digit}"} for digit in (1, 2)]
    one, two = (client.post(path, {"external_account": bank})["id"] for bank in euros)
    assert client.refused("DELETE", f"{path}/{one}")[0] == 400
    for gone in (two, one):
        assert client.delete(f"{path}/{gone}")["deleted"] is True
    assert [row["id"] for row in client.get(path)["data"]] == [first["id"]]


def test_an_account_tells_what_an_external_account_changes_of_it(client: Client) -> None:
    """It is not asked for one any more; once it is known, it is paid out."""
    standard = client.post("/v1/accounts", {"type": "standard"})["id"]
    client.post(f"/v1/accounts/{standard}/external_accounts", {"external_account": BANK_ACCOUNT})
    created, updated = Acting(client, standard).events()
    assert (created["type"], updated["type"]) == ("account.external_account.created", "account.updated")
    assert "external_account" in updated["data"]["previous_attributes"]["requirements"]["currently_due"]
    assert "external_account" not in updated["data"]["object"]["requirements"]["currently_due"]

    terms = {"tos_acceptance": {"date": NOW, "ip": "203.0.113.7"}}
    known = client.post("/v1/accounts", {"type": "custom", **terms})
    path = f"/v1/accounts/{known['id']}"
    assert known["payouts_enabled"] is False
    client.post(f"{path}/external_accounts", {"external_account": BANK_ACCOUNT})
    assert client.get(path)["payouts_enabled"] is True
    assert Acting(client, known["id"]).events()[-1]["data"]["previous_attributes"]["payouts_enabled"] is False
    more = {"external_account": {**BANK_ACCOUNT, "account_number": "000111111116"}}
    client.post(f"{path}/external_accounts", more)
    assert Acting(client, known["id"]).events()[-1]["type"] == "account.external_account.created"


def test_the_key_s_own_account_tells_its_settings(client: Client) -> None:
    """As recorded of new sandboxes, whose members client programs read without looking whether they are there."""
    own = client.get("/v1/account")
    settings = own["settings"]
    assert settings["dashboard"] == {"display_name": None, "timezone": "Etc/UTC"}
    assert settings["branding"] == dict.fromkeys(("icon", "logo", "primary_color", "secondary_color"))
    assert settings["payouts"] == {
        "debit_negative_balances": True,
        "schedule": {"delay_days": 2, "interval": "daily"},
        "statement_descriptor": None,
    }
    assert "decline_on" not in settings["card_payments"]
    assert own["business_profile"]["name"] is None
    assert not {"created", "external_accounts", "metadata", "requirements"} & own.keys()
    path = f"/v1/accounts/{own['id']}/external_accounts"
    assert client.get(path, {"object": "card"}) == {"object": "list", "data": [], "has_more": False, "url": path}


def test_test_names_of_tokens_are_paid_out_to(client: Client) -> None:
    """The names of Stripe's testing page stand for a new account or card at each use; another token is used once."""
    account = client.post("/v1/accounts", {"type": "custom", "country": "US", "external_account": "btok_us_verified"})
    path = f"/v1/accounts/{account['id']}/external_accounts"
    (bank,) = account["external_accounts"]["data"]
    assert (bank["object"], bank["bank_name"], bank["last4"]) == ("bank_account", "STRIPE TEST BANK", "6789")
    assert (bank["routing_number"], bank["status"], bank["currency"]) == ("110000000", "new", "usd")
    gone = client.post(path, {"external_account": "btok_us_verified_noAccount"})
    assert (gone["last4"], gone["id"] == bank["id"]) == ("1116", False)
    card = client.post(path, {"external_account": "tok_visa_debit"})
    assert (card["object"], card["brand"], card["funding"], card["last4"]) == ("card", "Visa", "debit", "5556")

    described = {name: value for name, value in BANK_ACCOUNT.items() if name != "object"}
    token = client.post("/v1/tokens", {"bank_account": described})["id"]
    client.post(path, {"external_account": token})
    assert client.refused("POST", path, {"external_account": token})[1]["code"] == "token_already_used"
    assert client.refused("POST", path, {"external_account": "btok_none"})[1]["code"] == "resource_missing"
