"""What a platform keeps of its connected accounts: the account, its bank accounts, people and capabilities."""

from __future__ import annotations

import pytest
from tests.client import Client

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
