"""Stories of report runs: what stands in the files, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.client import NOW, Client

from pinstripe.http.message import Request
from pinstripe_contracts.fair.money_movement import AT_ONCE

DAY = 86_400
MIDNIGHT = NOW - DAY // 2
"""31 January 2027 begins."""


@pytest.fixture
def client() -> Client:
    """An account with 100.00 paid by card, 20.00 of it refunded, and 11.00 paid out; it is tomorrow."""
    client = Client()
    card = {"payment_method": "pm_card_bypassPending", "confirm": True}
    paid = client.post("/v1/payment_intents", {"amount": 10_000, "currency": "usd", **card, **AT_ONCE})
    client.post("/v1/refunds", {"payment_intent": paid["id"], "amount": 2_000})
    client.post("/v1/payouts", {"amount": 1_100, "currency": "usd"})
    turn(client, NOW + DAY)
    return client


def turn(client: Client, to: int) -> None:
    """Turn the account's clock."""
    client.simulator.accounts.of(client.key).set_clock(to)


def run(client: Client, type_: str, **parameters: Any) -> Any:
    """A report of 31 January, once it is written."""
    said = {"interval_start": MIDNIGHT, "interval_end": MIDNIGHT + DAY, **parameters}
    begun = client.post("/v1/reporting/report_runs", {"report_type": type_, "parameters": said})
    assert (begun["status"], begun["result"]) == ("pending", None)
    turn(client, begun["created"] + 1)
    return client.get(f"/v1/reporting/report_runs/{begun['id']}")


def fetched(client: Client, file: Any) -> str:
    """What stands behind a file's address, fetched with the account's key."""
    path = file["url"].removeprefix("https://files.stripe.com")
    answer = client.simulator.handle(Request("GET", path, "", {"authorization": f"Bearer {client.key}"}))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv")
    assert len(answer.body) == file["size"]
    return answer.body.decode()


def test_a_balance_summary_adds_up(client: Client) -> None:
    """100.00 less a fee of 2.9 % and 0.30 = 96.80; less 20.00 refunded = 76.80; less 11.00 paid out = 65.80."""
    done = run(client, "balance.summary.1")
    assert (done["status"], done["succeeded_at"]) == ("succeeded", done["created"] + 1)
    file = done["result"]
    assert (file["purpose"], file["type"], file["filename"]) == ("finance_report_run", "csv", f"{done['id']}.csv")
    assert fetched(client, file).splitlines() == [
        '"category","description","net_amount","currency"',
        '"starting_balance","Starting balance (2027-01-31)","0.00","usd"',
        '"activity_gross","Account activity before fees","80.00","usd"',
        '"activity_fee","Less fees","-3.20","usd"',
        '"activity","Activity","76.80","usd"',
        '"payouts_gross","Payouts to bank","-11.00","usd"',
        '"payouts_fee","Payout fees","0.00","usd"',
        '"payouts","Total payouts","-11.00","usd"',
        '"ending_balance","Ending balance (2027-01-31)","65.80","usd"',
    ]
    told = client.events()[-1]
    assert (told["type"], told["data"]["object"]["result"]["id"]) == ("reporting.report_run.succeeded", file["id"])


def test_the_next_day_begins_with_what_is_left(client: Client) -> None:
    """Nothing happens on it; columns come as they are asked for, and days are those of the time zone."""
    turn(client, NOW + 2 * DAY)
    columns = ["net_amount", "category", "description"]
    done = run(
        client,
        "balance.summary.1",
        interval_start=MIDNIGHT + DAY,
        interval_end=MIDNIGHT + 2 * DAY,
        columns=columns,
        timezone="America/New_York",
    )
    rows = fetched(client, done["result"]).splitlines()
    assert rows[:2] == [
        '"net_amount","category","description"',
        '"65.80","starting_balance","Starting balance (2027-01-31)"',
    ]
    assert rows[-1] == '"65.80","ending_balance","Ending balance (2027-02-01)"'


def test_activity_and_payouts_by_category(client: Client) -> None:
    """One row for each category that there was, and all together; payouts are no activity."""
    activity, payouts = (
        fetched(client, run(client, type_)["result"]).splitlines()[1:]
        for type_ in ("balance_change_from_activity.summary.1", "payouts.summary.1")
    )
    assert activity == [
        '"charge","usd","1","100.00","3.20","96.80"',
        '"refund","usd","1","-20.00","0.00","-20.00"',
        '"total","usd","2","80.00","3.20","76.80"',
    ]
    assert payouts == ['"payout","usd","1","-11.00","0.00","-11.00"', '"total","usd","1","-11.00","0.00","-11.00"']


def test_currencies_stand_apart(client: Client) -> None:
    """Yen have no fractions; a currency that is asked for is alone, and stands there with nothing too."""
    card = {"payment_method": "pm_card_bypassPending", "confirm": True}
    client.post("/v1/payment_intents", {"amount": 1_000, "currency": "jpy", **card, **AT_ONCE})
    turn(client, NOW + 2 * DAY)
    day = {"interval_start": MIDNIGHT + DAY, "interval_end": MIDNIGHT + 2 * DAY}
    type_ = "balance_change_from_activity.summary.1"
    # 1,000 yen less 2.9 % and 30: 59.
    yen = ['"charge","jpy","1","1000","59","941"', '"total","jpy","1","1000","59","941"']
    dollars = ['"total","usd","0","0.00","0.00","0.00"']
    assert fetched(client, run(client, type_, **day)["result"]).splitlines()[1:] == [*yen, *dollars]
    assert fetched(client, run(client, type_, **day, currency="jpy")["result"]).splitlines()[1:] == yen
    none = fetched(client, run(client, type_, **day, currency="eur")["result"]).splitlines()[1:]
    assert none == ['"total","eur","0","0.00","0.00","0.00"']


@pytest.mark.parametrize(
    "type_, parameters, status, param",
    [
        ("balance.summary.1", {"interval_start": MIDNIGHT + DAY}, 400, "parameters"),
        ("balance.summary.1", {"interval_end": NOW + 2 * DAY}, 400, "parameters"),
        ("balance.summary.1", {"columns": ["category", "colour"]}, 501, "parameters[columns]"),
        ("balance.summary.1", {"timezone": "Mars/Olympus"}, 400, "parameters[timezone]"),
        ("balance.summary.1", {"connected_account": "acct_1"}, 501, "parameters[connected_account]"),
        ("balance_change_from_activity.itemized.3", {}, 501, "report_type"),
    ],
)
def test_what_cannot_be_written_is_refused(
    client: Client, type_: str, parameters: dict[str, Any], status: int, param: str
) -> None:
    """Intervals that are none or not over, and what is not known here; nothing is begun."""
    said = {"interval_start": MIDNIGHT, "interval_end": MIDNIGHT + DAY, **parameters}
    refused = client.refused("POST", "/v1/reporting/report_runs", {"report_type": type_, "parameters": said})
    assert (refused[0], refused[1]["param"]) == (status, param)
    assert not client.get("/v1/reporting/report_runs")["data"]


def test_an_interval_is_needed(client: Client) -> None:
    """Both ends of it. [documented]"""
    said = {"report_type": "balance.summary.1", "parameters": {"interval_start": MIDNIGHT}}
    refused = client.refused("POST", "/v1/reporting/report_runs", said)
    assert (refused[0], refused[1]["code"], refused[1]["param"]) == (
        400,
        "parameter_missing",
        "parameters[interval_end]",
    )
