"""The control plane: the account's clock, forgetting it, and the list that does it all again."""

from __future__ import annotations

import asyncio
import base64
import heapq
import json
from typing import Any

import httpx
import pytest
from tests.http.calls import KEY, NOW, call, made
from tests.tidy.project import PROJECT

from pinstripe import Simulator
from pinstripe.http.app import create_app
from pinstripe.http.control import CALLS, LATEST, ControlError
from pinstripe.http.journal import MOST_BYTES, MOST_REQUESTS, Journal
from pinstripe.http.message import Request, Response

MONTH = 28 * 86400


@pytest.fixture
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


def control(simulator: Simulator, method: str, name: str, body: bytes = b"", key: str | None = KEY) -> Any:
    """What the control plane answers."""
    return simulator.control.handle(method, f"/_pinstripe/{name}", key, body)


def turn(simulator: Simulator, now: int) -> Any:
    """Turn the account's clock."""
    return control(simulator, "POST", "clock", json.dumps({"now": now}).encode())


def subscribed(simulator: Simulator) -> str:
    """A customer who pays every month; the first invoice's id."""
    customer = made(simulator, "/v1/customers", "email=ada%40example.com")["id"]
    card = made(simulator, "/v1/payment_methods/pm_card_visa/attach", f"customer={customer}")["id"]
    price = "product_data[name]=Gold&currency=usd&unit_amount=2000&recurring[interval]=month"
    gold = made(simulator, "/v1/prices", price)["id"]
    items = f"customer={customer}&default_payment_method={card}&items[0][price]={gold}"
    return str(made(simulator, "/v1/subscriptions", items)["latest_invoice"])


def test_turning_the_clock_forward_does_what_comes_due(simulator: Simulator) -> None:
    """A subscription renews at its period's end and its invoice is paid an hour later, by the turn of one clock."""
    subscribed(simulator)
    assert control(simulator, "GET", "clock") == {"now": NOW}
    assert turn(simulator, NOW + MONTH) == {"now": NOW + MONTH}
    assert turn(simulator, NOW + MONTH + 2 * 3600) == {"now": NOW + MONTH + 2 * 3600}
    invoices = json.loads(call(simulator, "GET", "/v1/invoices").body)["data"]
    assert [invoice["status"] for invoice in invoices] == ["paid", "paid"]
    assert control(simulator, "GET", "clock") == {"now": NOW + MONTH + 2 * 3600}


def test_the_clock_goes_back_only_while_nothing_has_happened(simulator: Simulator) -> None:
    """An empty account may begin earlier; one that holds something may not, and says where it stands."""
    assert turn(simulator, NOW - 1000) == {"now": NOW - 1000}
    made(simulator, "/v1/customers")
    with pytest.raises(
        ControlError, match=f"stands at {NOW - 1000} and cannot go back to {NOW - 1001}; reset"
    ) as raised:
        turn(simulator, NOW - 1001)
    assert raised.value.status == 409
    assert turn(simulator, NOW - 1000) == {"now": NOW - 1000}


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{}", b'{"now": "1801396800"}', b'{"now": true}', b'{"now": 1.5}'),
        *(b'{"now": -1}', b'{"now": null}', b'{"now": %d}' % (LATEST + 1)),
    ],
)
def test_a_moment_is_a_whole_number_of_seconds(simulator: Simulator, body: bytes) -> None:
    """Anything else is a 400 that shows what would work, and turns nothing."""
    with pytest.raises(ControlError, match="a whole number of seconds before the year 3000") as raised:
        control(simulator, "POST", "clock", body)
    assert raised.value.status == 400
    assert control(simulator, "GET", "clock") == {"now": NOW}


@pytest.mark.parametrize(
    "method, name, body, sentence",
    [
        *(("POST", name, b'{"name": "st', "Send a JSON object") for name in ("restore", "snapshot", "reset")),
        *(("POST", "clock", body, "Send a JSON object") for body in (b"now", b"\xff", b"[]", b"7", b"null")),
        ("POST", "restore", b'{"nmae": "x"}', "POST restore takes name; there is no nmae"),
        ("POST", "reset", b'{"only": "events"}', "POST reset takes nothing; there is no only"),
        ("DELETE", "faults", b'{"effect": "latency"}', "DELETE faults takes nothing; there is no effect"),
        ("DELETE", "misbehaviours", b'{"type": "*"}', "DELETE misbehaviours takes nothing"),
        ("DELETE", "tax_rates", b'{"country": "US"}', "DELETE tax_rates takes nothing"),
        ("POST", "accounts", b'{"account": "acct_1"}', "POST accounts takes id"),
        ("POST", "seed", b'{"fixture": []}', "POST seed takes fixtures, env; there is no fixture"),
        ("POST", "events/evt_1/told", b'{"version": "1"}', "takes api_version"),
        ("POST", "payment_intents/pi_1/authenticate", b'{"succeed": "false"}', "Send .*succeed"),
        ("POST", "setup_intents/seti_1/authenticate", b'{"suceed": false}', "Send .*succeed"),
    ],
)
def test_what_a_call_does_not_understand_it_refuses(
    simulator: Simulator, method: str, name: str, body: bytes, sentence: str
) -> None:
    """400 for no JSON and for names that are misspelt, instead of what it does where nothing is said."""
    made(simulator, "/v1/customers", "name=Ada")
    control(simulator, "POST", "faults", b'{"effect": "lock_timeout", "path": "/v1/prices"}')
    control(simulator, "POST", "snapshot")
    made(simulator, "/v1/customers", "name=Bob")
    with pytest.raises(ControlError, match=sentence) as raised:
        control(simulator, method, name, body)
    assert raised.value.status == 400
    assert len(json.loads(call(simulator, "GET", "/v1/customers").body)["data"]) == 2
    assert len(control(simulator, "GET", "snapshot")["snapshots"]) == len(control(simulator, "GET", "faults")) == 1


@pytest.mark.parametrize(
    "key, status, sentence",
    [
        (None, 400, "Name the account"),
        ("", 400, "Name the account"),
        ("ada", 401, "Invalid API Key provided: ada"),
        ("sk_live_notreal", 401, "This is a live key"),
        ("pk_test_notreal", 403, "publishable"),
    ],
)
@pytest.mark.parametrize("method, name", [("GET", "clock"), ("POST", "clock"), ("POST", "reset"), ("GET", "replay")])
def test_every_call_names_an_account(
    simulator: Simulator, method: str, name: str, key: str | None, status: int, sentence: str
) -> None:
    """Without a test key nothing happens, and no account is made."""
    with pytest.raises(ControlError, match=sentence) as raised:
        control(simulator, method, name, b'{"now": 1}', key)
    assert raised.value.status == status
    assert not simulator.accounts.by_key


@pytest.mark.parametrize("method, name", [("GET", "reset"), ("DELETE", "clock"), ("GET", ""), ("GET", "clock/")])
def test_an_unknown_call_says_which_there_are(simulator: Simulator, method: str, name: str) -> None:
    """404, with the list."""
    with pytest.raises(ControlError, match=r"there are GET and POST clock; .*POST reset; .*GET replay; GET") as raised:
        control(simulator, method, name)
    assert raised.value.status == 404


def test_a_reset_forgets_one_account(simulator: Simulator) -> None:
    """Objects, keys, journal and clock of the account are gone; another account keeps its own."""
    other = {"Authorization": "Bearer sk_test_other"}
    for headers in ({}, other):
        assert call(simulator, "POST", "/v1/customers", "name=Ada", {"Idempotency-Key": "k", **headers}).status == 200
    turn(simulator, NOW + MONTH)
    assert control(simulator, "POST", "reset") == {"reset": True}
    assert control(simulator, "GET", "clock") == {"now": NOW}
    assert control(simulator, "GET", "replay")["requests"] == []
    assert b"cus_" not in call(simulator, "GET", "/v1/customers").body
    assert call(simulator, "POST", "/v1/customers", "name=Bob", {"Idempotency-Key": "k"}).status == 200
    assert b"cus_" in call(simulator, "GET", "/v1/customers", headers=other).body


def test_a_bug_in_what_comes_due_reaches_whoever_turns_the_clock(simulator: Simulator) -> None:
    """500 with the trace, from every call that has the account catch up."""
    heapq.heappush(simulator.account(KEY).world.timelines[None].alarms, (NOW + 1, 0, 1, "nonsense", "non_1"))
    for method in ("POST", "GET"):
        with pytest.raises(ControlError, match="This is a bug in pinstripe") as raised:
            control(simulator, method, "clock", b'{"now": %d}' % (NOW + 1))
        assert raised.value.status == 500


# --- replay ----------------------------------------------------------------------------------------------------------


def asked(row: dict[str, Any], key: str) -> Request:
    """A row of the list as the request it was."""
    body = row["body"].encode() if "body" in row else base64.b64decode(row["body_base64"])
    return Request(row["method"], row["path"], row["query"], {"authorization": f"Bearer {key}", **row["headers"]}, body)


def replayed(printed: dict[str, Any]) -> list[Response]:
    """The answers of a fresh simulator to a printed list."""
    simulator, key = Simulator(seed=printed["seed"]), printed["key"]
    answers = []
    for row in printed["requests"]:
        control(simulator, "POST", "clock", json.dumps({"now": row["now"]}).encode(), key)
        answers.append(simulator.handle(asked(row, key)))
    control(simulator, "POST", "clock", json.dumps({"now": printed["now"]}).encode(), key)
    again = control(simulator, "GET", "replay", key=key)
    assert again == printed
    return answers


def test_the_list_does_it_all_again_byte_for_byte() -> None:
    """A fresh simulator with the list's seed gives the same answers, refusals, replays and headers included."""
    simulator = Simulator(seed="monday", now=NOW)
    answers: list[Response] = []

    def ask(method: str, path: str, body: bytes = b"", **headers: str) -> None:
        """Ask and remember the answer."""
        names = {"authorization": f"Bearer {KEY}", "user-agent": "x"}
        names |= {name.replace("_", "-"): value for name, value in headers.items()}
        path, _, query = path.partition("?")
        answers.append(simulator.handle(Request(method, path, query, names, body)))

    ask("GET", "/v1/customers")
    turn(simulator, NOW - 5000)
    ask("POST", "/v1/customers", b"name=\xc3\x84da&email=a%40example.com", idempotency_key="k")
    ask("POST", "/v1/customers", b"name=\xc3\x84da&email=a%40example.com", idempotency_key="k")
    ask("POST", "/v1/customers", b"name=\xff\xfe")
    ask("POST", "/v1/customers", b"{}", content_type="application/json")
    ask("GET", "/v1/customers?limit=1", stripe_account="acct_1")
    ask("GET", "/v1/customers", stripe_version="2025-09-30.clover")
    customer = json.loads(answers[1].body)["id"]
    ask("POST", "/v1/payment_methods/pm_card_visa/attach", f"customer={customer}".encode())
    card = json.loads(answers[-1].body)["id"]
    ask("POST", "/v1/prices", b"product_data[name]=A&currency=usd&unit_amount=2000&recurring[interval]=month")
    price = json.loads(answers[-1].body)["id"]
    items = f"customer={customer}&default_payment_method={card}&items[0][price]={price}"
    ask("POST", "/v1/subscriptions", items.encode())
    turn(simulator, NOW + MONTH)
    turn(simulator, NOW + 2 * MONTH)
    ask("GET", "/v1/invoices")
    ask("GET", "/v1/events?limit=100")
    turn(simulator, NOW + 3 * MONTH)
    printed = json.loads(json.dumps(control(simulator, "GET", "replay")))
    assert [row["now"] for row in printed["requests"]][:2] == [NOW, NOW - 5000]
    again = replayed(printed)
    assert [(answer.status, answer.headers, answer.body) for answer in again] == [
        (answer.status, answer.headers, answer.body) for answer in answers
    ]
    assert {answer.status for answer in answers} == {200, 400, 403}


def test_a_list_that_forgot_its_beginning_says_so(simulator: Simulator) -> None:
    """The journal is bounded; how many requests it has lost is part of the list."""
    account, row = simulator.account(KEY), (NOW, Request("GET", "/v1/customers"))
    account.journal = Journal([row] * MOST_REQUESTS)
    account.requests = MOST_REQUESTS
    for _ in range(3):
        account.begin(row[1])
    printed = control(simulator, "GET", "replay")
    assert (printed["forgotten"], len(printed["requests"])) == (3, MOST_REQUESTS)


def test_large_bodies_are_forgotten_sooner(simulator: Simulator) -> None:
    """The bodies that are remembered have so many bytes at most, whatever was forgotten before."""
    account, large = simulator.account(KEY), Request("POST", "/v1/customers", body=b"x" * (MOST_BYTES // 4))
    for request in (Request("GET", "/v1/customers"), large, large, large, large):
        account.begin(request)
    assert control(simulator, "GET", "replay")["forgotten"] == 0
    account.begin(Request("POST", "/v1/customers", body=b"x"))
    assert [request.body for _, request in account.journal.copy()] == [large.body] * 3 + [b"x"]
    assert control(simulator, "GET", "replay")["forgotten"] == 2


# --- who may call ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "caller, origin, open_control, status",
    [
        ("127.0.0.1", None, False, 200),
        ("127.0.0.1", "http://localhost:3000", False, 200),
        ("127.0.0.1", "http://127.0.0.1:12111", False, 200),
        ("127.0.0.1", "http://[::1]:12111", False, 200),
        ("127.0.0.1", "https://example.com", False, 403),
        ("127.0.0.1", "null", False, 403),
        ("127.0.0.1", "http://127.0.0.1.example.com", False, 403),
        ("192.168.0.7", None, False, 403),
        ("192.168.0.7", None, True, 200),
        ("192.168.0.7", "https://example.com", True, 403),
    ],
)
def test_neither_another_machine_nor_a_page_of_the_web_turns_clocks(
    simulator: Simulator, caller: str, origin: str | None, open_control: bool, status: int
) -> None:
    """Other machines only where the server says so; pages of other sites never, though a browser here has them open."""

    async def ask() -> int:
        """One call."""
        app = create_app(simulator, open_control=open_control)
        transport = httpx.ASGITransport(app, client=(caller, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://pinstripe") as client:
            headers = {} if origin is None else {"Origin": origin}
            answer = await client.post("/_pinstripe/clock", params={"key": KEY}, json={"now": NOW + 1}, headers=headers)
            return answer.status_code

    assert asyncio.run(ask()) == status
    assert control(simulator, "GET", "clock")["now"] == (NOW + 1 if status == 200 else NOW)


@pytest.mark.parametrize(
    "called, open_control, status",
    [
        *((name, False, 200) for name in ("localhost:12111", "127.0.0.1:12111", "[::1]:12111", "10.1.2.3", "stripe")),
        *((name, False, 200) for name in ("billing.localhost", "", "LOCALHOST")),
        *((name, False, 403) for name in ("example.com", "example.com:12111", "127.0.0.1.example.com", "[", "a.b:c")),
        ("example.com", True, 200),
    ],
)
def test_a_page_whose_name_leads_here_reads_nothing(
    simulator: Simulator, called: str, open_control: bool, status: int
) -> None:
    """A browser says no Origin where it takes this machine for the page's own server; the name it calls tells."""

    async def ask() -> int:
        """One call."""
        transport = httpx.ASGITransport(create_app(simulator, open_control=open_control))
        async with httpx.AsyncClient(transport=transport, base_url="http://pinstripe") as client:
            answer = await client.get("/_pinstripe/replay", params={"key": KEY}, headers={"Host": called})
            return answer.status_code

    assert asyncio.run(ask()) == status


def test_every_call_is_in_the_documents() -> None:
    """The page of the control plane has a row for each."""
    page = (PROJECT / "docs/control.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert [name for name in CALLS if not any(f"{name}`" in row or f"{name}` with" in row for row in rows)] == []
