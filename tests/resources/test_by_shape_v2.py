"""Accounts of API v2 that are served by shape, their people and tokens, and links to onboarding."""

from __future__ import annotations

from typing import Any

import pytest
import stripe
from tests.resources.v2.calls import ACCOUNTS, SHOP, TRANSFERS, account, included, refused, told, types
from tests.surface.driver import Driver

from pinstripe.http import transport

WAITING = {
    "status": "restricted",
    "status_details": [{"code": "requirements_past_due", "resolution": "provide_info"}],
}


@pytest.fixture
def api() -> Driver:
    """An empty platform on 31 January 2027, noon."""
    return Driver([])


# --- accounts --------------------------------------------------------------------------------------------------------


def test_an_account_shows_what_is_included_and_null_for_the_rest(api: Driver) -> None:
    """The SDK reads None where nothing is asked for, and the value where it is. [documented]"""
    made = api.ok("POST", ACCOUNTS, {**SHOP, "metadata": {"a": "b"}, "include": ["configuration.merchant"]})
    assert made["created"] == "2027-01-31T12:00:00.000Z"
    assert (made["applied_configurations"], made["closed"], made["metadata"]) == (["recipient"], False, {"a": "b"})
    assert made["configuration"] == {"customer": None, "merchant": None, "recipient": None}
    plain = api.ok("GET", f"{ACCOUNTS}/{made['id']}")
    parts = ("configuration", "defaults", "display_name", "future_requirements", "identity", "requirements")
    assert {part: plain[part] for part in parts} == dict.fromkeys(parts)
    asked = included(api, made["id"], "identity", "defaults")
    assert asked["identity"] == {
        "attestations": {"persons_provided": {"directors": False, "executives": False, "owners": False}},
        "business_details": None,
        "country": "de",
        "individual": None,
    }
    # the euro is Germany's, and without a dashboard of "none" Stripe collects what it asks for
    assert asked["defaults"] == {"currency": "eur", "responsibilities": {"requirements_collector": "stripe"}}


def test_what_is_asked_for_waits_for_requirements(api: Driver) -> None:
    """Capabilities of a merchant and a recipient are restricted, and payouts come with them. [second-hand]"""
    merchant = {"capabilities": {"card_payments": {"requested": True}}, "support": {"email": "help@example.com"}}
    made = account(api, configuration={"merchant": merchant, **TRANSFERS})
    shown = included(api, made, "configuration.merchant", "configuration.recipient")
    assert shown["applied_configurations"] == ["merchant", "recipient"]
    assert shown["configuration"]["merchant"] == {
        "applied": True,
        "capabilities": {"card_payments": WAITING, "stripe_balance": {"payouts": WAITING}},
        "card_payments": {"decline_on": {"avs_failure": False, "cvc_failure": False}},
        "statement_descriptor": {"descriptor": None, "prefix": None},
        "support": {
            "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state", "town")),
            "email": "help@example.com",
            "phone": None,
            "url": None,
        },
    }
    assert shown["configuration"]["recipient"] == {
        "applied": True,
        "capabilities": {"stripe_balance": {"payouts": WAITING, "stripe_transfers": WAITING}},
    }


def test_a_customers_tax_is_located_by_its_address(api: Driver) -> None:
    """Restricted without an address, active with one. [documented sample]"""
    asked = {"customer": {"capabilities": {"automatic_indirect_tax": {"requested": True}}}}
    made = api.ok("POST", ACCOUNTS, {"configuration": asked, "include": ["configuration.customer"]})
    customer = made["configuration"]["customer"]
    assert customer["capabilities"]["automatic_indirect_tax"] == WAITING
    assert customer["automatic_indirect_tax"] == {"exempt": "none"}
    invoice = customer["billing"]["invoice"]
    assert (invoice["next_sequence"], invoice["custom_fields"], len(invoice["prefix"])) == (1, [], 8)
    address = {"country": "US", "state": "NY", "postal_code": "10001"}
    api.ok("POST", f"{ACCOUNTS}/{made['id']}", {"identity": {"business_details": {"address": address}}})
    customer = included(api, made["id"], "configuration.customer")["configuration"]["customer"]
    assert customer["capabilities"]["automatic_indirect_tax"] == {"status": "active", "status_details": []}
    assert customer["automatic_indirect_tax"] == {
        "exempt": "none",
        "location": {"country": "US", "state": "NY"},
        "location_source": "identity_address",
    }
    assert customer["billing"]["invoice"]["prefix"] == invoice["prefix"]


def test_an_update_merges_and_tells_what_changed(api: Driver) -> None:
    """Capabilities are given back, a configuration is laid down, and each part has its event."""
    made = account(api, metadata={"a": "b", "c": "d"})
    api.ok("POST", f"{ACCOUNTS}/{made}", {"display_name": "Shop", "metadata": {"a": None, "e": "f"}})
    withdrawn = {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": False}}}}}
    api.ok("POST", f"{ACCOUNTS}/{made}", {"configuration": withdrawn})
    shown = included(api, made, "configuration.recipient")
    assert (shown["display_name"], shown["metadata"]) == ("Shop", {"c": "d", "e": "f"})
    assert shown["configuration"]["recipient"] == {"applied": True}
    api.ok("POST", f"{ACCOUNTS}/{made}", {"configuration": {"recipient": {"applied": False}}})
    assert included(api, made)["applied_configurations"] == []
    assert types(api) == [
        "v2.core.account.created",
        "v2.core.account.updated",
        *("v2.core.account.updated", "v2.core.account[configuration.recipient].updated"),
        *("v2.core.account.updated", "v2.core.account[configuration.recipient].updated"),
    ]
    related = {"id": made, "type": "v2.core.account", "url": f"/v2/core/accounts/{made}"}
    assert {str(event["related_object"]) for event in told(api)} == {str(related)}


@pytest.mark.parametrize(
    "body, code, param",
    [
        ({"configuration": TRANSFERS}, "parameter_missing", "contact_email"),
        ({"configuration": {"customer": {"test_clock": "clock_1"}}}, "unsupported_parameter", "test_clock"),
        ({**SHOP, "include": ["requirements"]}, "unsupported_parameter", "requirements"),
        ({**SHOP, "account_token": "accttok_none"}, "not_found", "accttok_none"),
    ],
)
def test_an_account_that_cannot_be_is_not_kept(api: Driver, body: Any, code: str, param: str) -> None:
    """What is missing, what is not modelled and what Stripe would ask for is refused, and nothing happens."""
    answer = api.ask("POST", ACCOUNTS, body)
    assert answer.body["error"]["code"] == code
    assert param in answer.body["error"]["message"]
    assert (api.ok("GET", ACCOUNTS)["data"], types(api)) == ([], [])


def test_nothing_is_asked_of_a_customer(api: Driver) -> None:
    """Requirements are empty where no configuration has any. [inferred]"""
    made = api.ok("POST", ACCOUNTS, {"display_name": "Ada", "include": ["requirements", "future_requirements"]})
    assert (made["requirements"], made["future_requirements"]) == ({"entries": []}, {"entries": []})


def test_a_closed_account_can_only_be_looked_at(api: Driver) -> None:
    """All its configurations are named, and then it is left out of lists and cannot be acted for. [documented]"""
    made, other = account(api), account(api)
    assert refused(api, "POST", f"{ACCOUNTS}/{made}/close")[0] == 400
    assert api.ok("POST", f"{ACCOUNTS}/{made}/close", {"applied_configurations": ["recipient"]})["closed"] is True
    assert [row["id"] for row in api.ok("GET", ACCOUNTS)["data"]] == [other]
    assert [row["id"] for row in api.ok("GET", ACCOUNTS, {"closed": True})["data"]] == [made]
    assert api.ok("GET", f"{ACCOUNTS}/{made}")["closed"] is True
    assert refused(api, "POST", f"{ACCOUNTS}/{made}", {"display_name": "Again"})[0] == 400
    assert refused(api, "POST", f"{ACCOUNTS}/{made}/persons", {"given_name": "Ada"})[0] == 400
    assert types(api)[-1] == "v2.core.account.closed"


def test_accounts_are_found_by_their_configurations(api: Driver) -> None:
    """Those that have all of the ones asked for. [documented]"""
    recipient = account(api)
    both = account(api, configuration={**TRANSFERS, "customer": {}})
    rows = api.ok("GET", ACCOUNTS, {"applied_configurations": ["recipient"]})["data"]
    assert [row["id"] for row in rows] == [both, recipient]
    rows = api.ok("GET", ACCOUNTS, {"applied_configurations": ["customer", "recipient"]})["data"]
    assert [row["id"] for row in rows] == [both]


def test_an_account_can_be_acted_for_until_it_is_closed(api: Driver) -> None:
    """`Stripe-Account` and `Stripe-Context` know an account that API v2 made."""
    client = transport.client(api.simulator, api.key)
    made = client.v2.core.accounts.create({"contact_email": "a@example.com", "configuration": {"recipient": {}}})
    assert made.configuration is None
    customer = client.v1.customers.create({"name": "Theirs"}, {"stripe_account": made.id})
    assert client.v1.customers.retrieve(customer.id, options={"stripe_context": made.id}).name == "Theirs"
    assert client.v1.customers.list().data == []
    client.v2.core.accounts.close(made.id, {"applied_configurations": ["recipient"]})
    with pytest.raises(stripe.PermissionError):
        client.v1.customers.list(options={"stripe_account": made.id})


def test_a_recipient_is_paid_once_it_was_onboarded(api: Driver) -> None:
    """What waited for Stripe's questions is active, each told of by its name; then a transfer arrives."""
    asked = {"stripe_balance": {"stripe_transfers": {"requested": True}}}
    made = account(api, configuration={"recipient": {"capabilities": asked}})
    pays: dict[str, Any] = {
        "amount": 1000,
        "currency": "usd",
        "allowed_payment_method_types": ["card"],
        "capture_method": "automatic",
        "payment_method": "pm_card_visa",
        "confirm": True,
    }
    pays["transfer_data"] = {"destination": made}
    assert refused(api, "POST", "/v1/payment_intents", pays)[1] == "insufficient_capabilities_for_transfer"
    api.simulator.control.handle("POST", f"/_pinstripe/accounts/{made}/onboard", api.key, b"")
    held = api.ok("GET", f"{ACCOUNTS}/{made}", {"include": ["configuration.recipient"]})["configuration"]["recipient"]
    assert held["capabilities"]["stripe_balance"]["stripe_transfers"] == {"status": "active", "status_details": []}
    changed = [event["id"] for event in told(api) if "capability_status" in event["type"]]
    shown = [api.ok("GET", f"/v2/core/events/{id_}")["data"]["updated_capability"] for id_ in changed]
    assert sorted(shown) == ["stripe_balance.payouts", "stripe_balance.stripe_transfers"]
    assert api.ok("POST", "/v1/payment_intents", pays)["transfer_data"] == {"destination": made}


def test_api_v1_knows_the_account_and_does_not_make_up_how_it_looks(api: Driver) -> None:
    """It can be named where an account is wanted; shown it would have to be made up."""
    made = account(api)
    assert refused(api, "POST", "/v1/transfers", {"amount": 100, "currency": "usd", "destination": "acct_none"}) == (
        *(400, "resource_missing"),
    )
    assert refused(api, "POST", "/v1/transfers", {"amount": 100, "currency": "usd", "destination": made}) == (
        *(400, "insufficient_capabilities_for_transfer"),
    )
    assert refused(api, "GET", f"/v1/accounts/{made}") == (501, "unsupported_parameter")
    assert refused(api, "GET", f"/v1/accounts/{made}/persons") == (501, "unsupported_parameter")


def test_destinations_for_connected_accounts_hear_of_accounts(api: Driver) -> None:
    """Stripe calls the choice "Connected and v2 accounts". [second-hand]"""
    for source in ("@self", "@accounts"):
        body = {
            "name": source,
            "type": "webhook_endpoint",
            "webhook_endpoint": {"url": f"https://example.com/{source}"},
            "event_payload": "thin",
            "enabled_events": ["*"],
            "events_from": [source],
        }
        api.ok("POST", "/v2/core/event_destinations", body)
    account(api)
    world = api.simulator.accounts.of(api.key).world
    tx = world.transaction()
    listeners = [tx.read("delivery", id_)["endpoint"] for id_ in world.ids("delivery")]
    names = [tx.read("v2.core.event_destination", id_)["name"] for id_ in listeners]
    assert names == ["@accounts"]


# --- people and tokens -----------------------------------------------------------------------------------------------


def test_people_of_an_account(api: Driver) -> None:
    """An identity number is hidden, a change is dated, and each step is told with the account. [documented]"""
    shop = account(api)
    path = f"{ACCOUNTS}/{shop}/persons"
    number = {"type": "us_ssn_last_4", "value": "0000"}
    ada = api.ok("POST", path, {"given_name": "Ada", "id_numbers": [number], "relationship": {"owner": True}})
    assert ada["id"].startswith("person_test_61")
    assert (ada["account"], ada["id_numbers"], ada["nationalities"]) == (shop, [{"type": "us_ssn_last_4"}], [])
    api.advance(1_801_396_800 + 60)
    changed = api.ok("POST", f"{path}/{ada['id']}", {"relationship": {"title": "CEO"}})
    assert changed["relationship"] == {"owner": True, "title": "CEO"}
    assert (changed["created"], changed["updated"]) == ("2027-01-31T12:00:00.000Z", "2027-01-31T12:01:00.000Z")
    assert [row["id"] for row in api.ok("GET", path)["data"]] == [ada["id"]]
    assert api.ok("GET", f"{ACCOUNTS}/{account(api)}/persons")["data"] == []
    assert api.ok("DELETE", f"{path}/{ada['id']}") == {"id": ada["id"], "object": "v2.core.account_person"}
    assert refused(api, "GET", f"{path}/{ada['id']}") == (404, "not_found")
    steps = [event for event in told(api) if event["type"].startswith("v2.core.account_person")]
    assert [event["type"].rpartition(".")[2] for event in steps] == ["created", "updated", "deleted"]
    assert steps[0]["data"] == {"account_id": shop}
    assert steps[0]["related_object"]["url"] == f"{path}/{ada['id']}"


def test_an_individual_is_one_of_the_people(api: Driver) -> None:
    """What is said of them inside the account is theirs, and merges. [inferred]"""
    made = account(api, identity={"entity_type": "individual", "individual": {"given_name": "Ada"}})
    api.ok("POST", f"{ACCOUNTS}/{made}", {"identity": {"individual": {"surname": "Lovelace"}}})
    shown = included(api, made, "identity")["identity"]["individual"]
    assert (shown["given_name"], shown["surname"], shown["object"]) == ("Ada", "Lovelace", "v2.core.account_person")
    rows = api.ok("GET", f"{ACCOUNTS}/{made}/persons")["data"]
    assert [(row["id"], row["account"]) for row in rows] == [(shown["id"], made)]
    assert types(api)[-1] == "v2.core.account[identity].updated"


def test_a_token_is_good_once_and_for_ten_minutes(api: Driver) -> None:
    """It stands for what it was made with. [documented]"""
    said = {
        "display_name": "By token",
        "identity": {"attestations": {"representative_declaration": {"attested": True}}},
    }
    token = api.ok("POST", "/v2/core/account_tokens", said)
    assert token["id"].startswith("accttok_61")
    assert (token["used"], token["expires_at"]) == (False, "2027-01-31T12:10:00.000Z")
    made = api.ok("POST", ACCOUNTS, {"account_token": token["id"], "include": ["identity"]})
    assert made["display_name"] == "By token"
    declared = made["identity"]["attestations"]["representative_declaration"]
    assert declared == {"date": "2027-01-31T12:00:00.000Z"}
    assert api.ok("GET", f"/v2/core/account_tokens/{token['id']}")["used"] is True
    assert refused(api, "POST", ACCOUNTS, {"account_token": token["id"]})[0] == 400
    path = f"{ACCOUNTS}/{made['id']}"
    late = api.ok("POST", f"{path}/person_tokens", {"given_name": "Ada"})["id"]
    good = api.ok("POST", f"{path}/persons", {"person_token": late, "surname": "Byron"})
    assert (good["given_name"], good["surname"]) == ("Ada", "Byron")
    late = api.ok("POST", f"{path}/person_tokens", {"given_name": "Ada"})["id"]
    api.advance(1_801_396_800 + 600)
    assert refused(api, "POST", f"{path}/persons", {"person_token": late})[0] == 400
    assert api.ok("GET", f"{path}/person_tokens/{late}")["used"] is False


def test_a_link_leads_to_an_open_account_for_five_minutes(api: Driver) -> None:
    """Its address names the account. [second-hand]"""
    shop = account(api)
    use = {"type": "account_onboarding", "account_onboarding": {"refresh_url": "https://example.com/again"}}
    link = api.ok("POST", "/v2/core/account_links", {"account": shop, "use_case": use})
    assert (link["account"], link["use_case"], link["created"]) == (shop, use, "2027-01-31T12:00:00.000Z")
    assert link["expires_at"] == "2027-01-31T12:05:00.000Z"
    assert link["url"].startswith(f"https://connect.stripe.com/setup/e/{shop}/")
    assert refused(api, "POST", "/v2/core/account_links", {"account": "acct_none", "use_case": use})[1] == "not_found"
