"""Bad input, one case after the other: refusals.txt is the table, and every word of it holds.

Each case is a request, perhaps with a header, then status, type, code and param of its refusal with how sure that is
known, then the sentence. A dash stands for what is not there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.http.calls import NOW, call, error, made

from pinstripe import Simulator
from pinstripe.http import authentication
from pinstripe.wire import versions

TABLE = Path(__file__).with_name("refusals.txt").read_text()
MARKS = {"recorded", "documented", "second-hand", "inferred", "our own"}


class Case(NamedTuple):
    """One case of the table; names in braces stand for objects of the stage."""

    request: str
    header: str
    status: int
    type: str
    code: str
    param: str
    mark: str
    sentence: str


def cases() -> list[Case]:
    """The table, read."""
    found = []
    for paragraph in re.split(r"\n\n+", TABLE.strip()):
        request, *lines = paragraph.splitlines()
        if request.startswith("#"):
            continue
        header = lines.pop(0).strip().removeprefix("with ") if lines[0].startswith("  with ") else ""
        status, type_, code, param, mark = lines.pop(0).split(maxsplit=4)
        sentence = " ".join(line.strip() for line in lines)
        found.append(Case(request, header, int(status), type_, code, param, mark.strip("[]"), sentence))
    return found


CASES = cases()


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    """An account on 31 January 2027."""
    return Simulator(now=NOW)


@pytest.fixture(scope="module")
def stage(simulator: Simulator) -> Mapping[str, str]:
    """What the account holds, by the names the table uses."""

    def make(path: str, form: str = "") -> str:
        """The id of a new object."""
        return str(made(simulator, path, form)["id"])

    customer = make("/v1/customers", "email=ada%40example.com")
    card = make("/v1/payment_methods/pm_card_visa/attach", f"customer={customer}")
    make(f"/v1/customers/{customer}", f"invoice_settings[default_payment_method]={card}")
    product = make("/v1/products", "name=Gold")
    usd = f"product={product}&currency=usd"
    monthly = make("/v1/prices", f"{usd}&unit_amount=2000&recurring[interval]=month")
    yearly = "&unit_amount=20000&recurring[interval]=year&lookup_key=taken&tax_behavior=exclusive"
    old = make("/v1/prices", f"{usd}&unit_amount=100&recurring[interval]=month")
    make(f"/v1/prices/{old}", "active=false")
    meter = make("/v1/billing/meters", "display_name=Calls&event_name=calls&default_aggregation[formula]=sum")
    usage = f"event_name=calls&payload[stripe_customer_id]={customer}&payload[value]=1&identifier=first"
    made(simulator, "/v1/billing/meter_events", usage)
    subscription = made(simulator, "/v1/subscriptions", f"customer={customer}&items[0][price]={monthly}")
    over = make("/v1/subscriptions", f"customer={customer}&items[0][price]={monthly}")
    assert call(simulator, "DELETE", f"/v1/subscriptions/{over}").status == 200
    return {
        "card": card,
        "clock": make("/v1/test_helpers/test_clocks", f"frozen_time={NOW}"),
        "customer": customer,
        "draft": make("/v1/invoices", f"customer={customer}"),
        "euro": make("/v1/prices", f"product={product}&currency=eur&unit_amount=2000&recurring[interval]=month"),
        "item": subscription["items"]["data"][0]["id"],
        "meter": meter,
        "metered": make(
            "/v1/prices",
            f"{usd}&unit_amount=2&recurring[interval]=month&recurring[usage_type]=metered&recurring[meter]={meter}",
        ),
        "monthly": monthly,
        "nobody": make("/v1/customers", "name=Bob"),
        "old": old,
        "once": make("/v1/prices", f"{usd}&unit_amount=500"),
        "over": over,
        "paid": subscription["latest_invoice"],
        "product": product,
        "served": ", ".join(versions.SERVED),
        "subscription": subscription["id"],
        "yearly": make("/v1/prices", usd + yearly),
    }


def filled(text: str, stage: Mapping[str, str]) -> str:
    """A text with the ids of the stage for the names in braces."""
    return re.sub(r"\{(\w+)\}", lambda name: stage.get(name[1], name[0]), text)


@pytest.mark.parametrize("case", CASES, ids=[f"{case.request}{' ' * bool(case.header)}{case.header}" for case in CASES])
def test_bad_input_is_refused_as_stripe_refuses_it(case: Case, simulator: Simulator, stage: Mapping[str, str]) -> None:
    """Status, type, code, param and sentence are those of the table, and nothing is kept."""
    method, path, *form = filled(case.request, stage).split(" ")
    name, _, value = case.header.partition(": ")
    headers = {name: value.removeprefix("-")} if name else {}
    births = simulator.account("sk_test_http").world.births
    answer = call(simulator, method, path, "".join(form), headers)
    refusal = error(answer)
    param = "''" if refusal.get("param") == "" else refusal.get("param", "-")
    assert (answer.status, refusal["type"], refusal.get("code", "-"), param) == (
        case.status,
        case.type,
        case.code,
        filled(case.param, stage),
    )
    assert refusal["message"] == filled(case.sentence, stage)
    assert simulator.account("sk_test_http").world.births == births


def test_every_case_says_how_sure_it_is() -> None:
    """No sentence stands without its source, and no case stands twice."""
    assert {case.mark for case in CASES} == MARKS
    assert len({(case.request, case.header) for case in CASES}) == len(CASES) > 100


@pytest.mark.parametrize("case", [case for case in CASES if case.status == 501], ids=lambda case: case.request)
def test_what_is_not_modelled_is_not_worth_a_retry(case: Case, simulator: Simulator, stage: Mapping[str, str]) -> None:
    """SDKs retry a 5xx unless they are told that it is of no use."""
    method, path, *form = filled(case.request, stage).split(" ")
    name, _, value = case.header.partition(": ")
    answer = call(simulator, method, path, "".join(form), {name: value} if name else {})
    assert answer.headers["Stripe-Should-Retry"] == "false"
    assert "doc_url" not in error(answer)


def test_api_v2_refuses_in_its_own_style(simulator: Simulator) -> None:
    """The error of a v2 path says code, message and type, and has neither `doc_url` nor `request_log_url`."""
    assert set(error(call(simulator, "GET", "/v2/money_management/payout_methods_bank_account_spec"))) == {
        "code",
        "message",
        "type",
    }
    assert set(error(call(simulator, "GET", "/v2/core/widgets"))) == {"message", "type"}


@pytest.mark.parametrize("header", ["Bearer sk_live_123", "Basic c2tfbGl2ZV8xMjM6c2VjcmV0", "Bearer pk_test_123"])
def test_nothing_is_kept_of_a_key_that_is_refused(simulator: Simulator, header: str) -> None:
    """A live key that was sent by mistake is forgotten at once."""
    kept = [known.cache_info for known in vars(authentication).values() if hasattr(known, "cache_info")]
    before = [info().currsize for info in kept]
    assert call(simulator, "GET", "/v1/customers", headers={"authorization": header}).status in (401, 403)
    assert [info().currsize for info in kept] == before
