"""The official SDK in process: every way of calling it, what it raises, and no socket."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable

import pytest
import stripe

from pinstripe import Simulator
from pinstripe.http.message import Request, Response
from pinstripe.http.transport import DEFAULT_KEY, InProcessHTTPClient, client
from pinstripe.webhooks.delivery import hand_over

NOW = 1_801_396_800  # 31 January 2027, noon UTC


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """A local Stripe, in a process that cannot reach any other."""

    def refuse(*_: object) -> None:
        """What a socket says that is to be connected."""
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    return Simulator(seed="transport", now=NOW)


def asked(simulator: Simulator) -> list[str]:
    """What the simulator was asked, as method and path."""
    return [f"{request.method} {request.path}" for _, request in simulator.account(DEFAULT_KEY).journal]


def subscribed(stripe_client: stripe.StripeClient) -> stripe.Subscription:
    """A customer's subscription at $20.00 a month."""
    v1 = stripe_client.v1
    customer = v1.customers.create(
        {"payment_method": "pm_card_visa", "invoice_settings": {"default_payment_method": "pm_card_visa"}}
    )
    price = v1.prices.create(
        {
            "currency": "usd",
            "unit_amount": 2000,
            "recurring": {"interval": "month"},
            "product": v1.products.create({"name": "Weather API"}).id,
        }
    )
    return v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})


# --- ways of calling -------------------------------------------------------------------------------------------------


def test_a_client_speaks_to_its_simulator(simulator: Simulator) -> None:
    """What one call makes the next one finds, as the SDK's own objects."""
    v1 = client(simulator).v1
    made = v1.customers.create({"email": "ada@example.com", "metadata": {"seat": "1"}})
    found = v1.customers.retrieve(made.id)
    assert isinstance(found, stripe.Customer)
    assert found.metadata is not None
    assert (found.email, found.metadata["seat"]) == ("ada@example.com", "1")
    assert asked(simulator) == ["POST /v1/customers", f"GET /v1/customers/{made.id}"]


def test_answers_carry_stripes_headers_in_any_case(simulator: Simulator) -> None:
    """The SDK looks headers up as it likes, and names the request in its answer."""
    answer = client(simulator).v1.customers.list().last_response
    assert answer is not None
    assert answer.request_id is not None
    assert answer.request_id.startswith("req_")
    assert answer.headers["request-id"] == answer.headers["Request-Id"] == answer.request_id


def test_awaited_calls_reach_the_same_simulator(simulator: Simulator) -> None:
    """The asynchronous half of the SDK needs nothing else: no httpx, no event loop of ours."""

    async def make() -> list[str]:
        """Three customers at once, then all of them page by page."""
        v1 = client(simulator).v1
        await asyncio.gather(*(v1.customers.create_async({"name": name}) for name in "abc"))
        page = await v1.customers.list_async({"limit": 2})
        return [customer.name or "" async for customer in page.auto_paging_iter()]

    assert asyncio.run(make()) == ["c", "b", "a"]


def test_module_style_calls_reach_the_simulator(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """`stripe.default_http_client` serves `stripe.Customer` and its siblings."""
    monkeypatch.setattr(stripe, "api_key", DEFAULT_KEY)
    monkeypatch.setattr(stripe, "default_http_client", InProcessHTTPClient(simulator))
    made = stripe.Customer.create(name="ada")
    stripe.Customer.modify(made.id, name="Ada")
    assert asyncio.run(stripe.Customer.retrieve_async(made.id)).name == "Ada"


def test_each_key_is_an_account_of_its_own(simulator: Simulator) -> None:
    """A client sees what its own key made, and nothing else."""
    client(simulator).v1.customers.create({"name": "ada"})
    assert client(simulator, "sk_test_other").v1.customers.list().data == []


def test_options_are_the_sdks(simulator: Simulator) -> None:
    """What `StripeClient` takes besides, `client` hands on."""
    stripe_client = client(simulator, stripe_version="2026-10-28.endive", max_network_retries=0)
    assert stripe_client.v1.customers.list().data == []


@pytest.mark.parametrize("base", ["api", "files", "connect", "meter_events"])
def test_every_host_of_stripe_leads_to_the_simulator(simulator: Simulator, base: str) -> None:
    """A call to whichever host is answered here, even if only by an error."""
    with pytest.raises(stripe.StripeError) as caught:
        client(simulator).raw_request("post", "/v1/nothing", base=base)
    assert caught.value.http_status == 404
    assert asked(simulator) == ["POST /v1/nothing"]


def test_a_streamed_answer_is_read_bit_by_bit(simulator: Simulator) -> None:
    """The SDK's streaming calls get a body to read, synchronously or not."""
    http = InProcessHTTPClient(simulator)
    url, headers = "https://api.stripe.com/v1/customers", {"Authorization": f"Bearer {DEFAULT_KEY}"}
    stream, status, _ = http.request_stream("get", url, headers)

    async def read() -> bytes:
        """The whole body."""
        chunks, _, _ = await http.request_stream_async("get", url, headers)
        return b"".join([chunk async for chunk in chunks])

    assert status == 200
    assert stream.read() == asyncio.run(read())


def test_closing_a_client_leaves_it_usable(simulator: Simulator) -> None:
    """Nothing is open, so nothing is lost."""
    http = InProcessHTTPClient(simulator)
    http.close()
    asyncio.run(http.close_async())
    assert stripe.StripeClient(DEFAULT_KEY, http_client=http).v1.customers.list().data == []


def test_threads_take_turns(simulator: Simulator) -> None:
    """Calls from many threads are carried out one after the other."""

    def make() -> None:
        """Some customers."""
        v1 = client(simulator).v1
        for _ in range(10):
            v1.customers.create({"name": "ada"})

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [customer.id for customer in client(simulator).v1.customers.list({"limit": 100}).auto_paging_iter()]
    assert len(set(ids)) == len(ids) == 80


def test_no_webhook_is_delivered_inside_a_call(simulator: Simulator) -> None:
    """An event waits to be handed over; the app is never called back while it waits for an answer."""
    v1 = client(simulator).v1
    v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["customer.created"]})
    v1.customers.create({"name": "ada"})
    (event,) = v1.events.list().data
    assert event.pending_webhooks == 1
    handed = hand_over(simulator.account(DEFAULT_KEY).world, lambda *_: 200)
    assert [parcel.type for parcel in handed] == ["customer.created"]
    assert v1.events.retrieve(event.id).pending_webhooks == 0


# --- lists and expansions --------------------------------------------------------------------------------------------


def test_pages_follow_one_another(simulator: Simulator) -> None:
    """Auto-pagination meets every object once, newest first, or from a cursor on."""
    v1 = client(simulator).v1
    names = [str(number) for number in range(7)]
    ids = [v1.products.create({"name": name}).id for name in names]
    assert [product.name for product in v1.products.list({"limit": 3}).auto_paging_iter()] == names[::-1]
    newer = v1.products.list({"limit": 2, "ending_before": ids[2]}).auto_paging_iter()
    assert [product.name for product in newer] == ["3", "4", "5", "6"]


def test_ids_expand_to_objects(simulator: Simulator) -> None:
    """An id is an id until it is asked to be an object, however deep and in lists too."""
    stripe_client = client(simulator)
    made = subscribed(stripe_client)
    assert isinstance(made.customer, str)
    assert isinstance(made.latest_invoice, str)
    found = stripe_client.v1.subscriptions.retrieve(
        made.id, {"expand": ["customer.invoice_settings.default_payment_method", "latest_invoice.payments"]}
    )
    assert isinstance(found.customer, stripe.Customer)
    method = found.customer.invoice_settings.default_payment_method if found.customer.invoice_settings else None
    assert isinstance(method, stripe.PaymentMethod)
    assert isinstance(found.latest_invoice, stripe.Invoice)
    assert found.latest_invoice.payments is not None
    assert [payment.amount_paid for payment in found.latest_invoice.payments.data] == [2000]
    (listed,) = stripe_client.v1.subscriptions.list({"expand": ["data.customer"]}).data
    assert listed.customer == found.customer or isinstance(listed.customer, stripe.Customer)


# --- errors ----------------------------------------------------------------------------------------------------------


def decline(stripe_client: stripe.StripeClient) -> None:
    """A card that is declined."""
    customer = stripe_client.v1.customers.create({})
    stripe_client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})


def reuse_a_key(stripe_client: stripe.StripeClient) -> None:
    """Two questions under one idempotency key."""
    for name in ("ada", "eve"):
        stripe_client.v1.customers.create({"name": name}, {"idempotency_key": "once"})


ERRORS: list[tuple[Callable[[stripe.StripeClient], object], type[stripe.StripeError], int, str | None]] = [
    (decline, stripe.CardError, 402, "card_declined"),
    (lambda c: c.v1.customers.retrieve("cus_none"), stripe.InvalidRequestError, 404, "resource_missing"),
    (
        lambda c: c.raw_request("post", "/v1/customers", colour="red"),
        stripe.InvalidRequestError,
        400,
        "parameter_unknown",
    ),
    (reuse_a_key, stripe.IdempotencyError, 400, "idempotency_key_in_use"),
    (lambda c: c.v1.customers.list({}, {"api_key": "nonsense"}), stripe.AuthenticationError, 401, None),
    (lambda c: c.v1.customers.list({}, {"api_key": "sk_live_0123456789"}), stripe.AuthenticationError, 401, None),
]


@pytest.mark.parametrize(
    "call, error, status, code",
    [pytest.param(*row, id=f"{row[1].__name__} {row[2]} {position}") for position, row in enumerate(ERRORS)],
)
def test_refusals_are_the_sdks_exceptions(
    simulator: Simulator,
    call: Callable[[stripe.StripeClient], object],
    error: type[stripe.StripeError],
    status: int,
    code: str | None,
) -> None:
    """Each kind of refusal is raised as the class that an app catches for it."""
    with pytest.raises(error) as caught:
        call(client(simulator))
    assert type(caught.value) is error
    assert caught.value.http_status == status
    if error is not stripe.IdempotencyError:
        assert caught.value.code == code


def test_a_decline_says_why(simulator: Simulator) -> None:
    """The decline code, the sentence for the cardholder and the parameter are where an app looks for them."""
    with pytest.raises(stripe.CardError, match=r"Your card was declined\.") as caught:
        decline(client(simulator))
    assert caught.value.error is not None
    assert caught.value.error.decline_code == "generic_decline"


# --- retries ---------------------------------------------------------------------------------------------------------


class Busy(Simulator):
    """A simulator that is unavailable for a while."""

    def __init__(self, refusals: int) -> None:
        super().__init__(seed="busy", now=NOW)
        self.refusals = refusals

    def handle(self, request: Request) -> Response:
        """Unavailable as often as was asked for, then as always."""
        if self.refusals:
            self.refusals -= 1
            return Response(503, {"Content-Type": "application/json"}, b"{}")
        return super().handle(request)


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the SDK waited in real time."""
    seconds: list[float] = []
    monkeypatch.setattr("time.sleep", seconds.append)
    return seconds


def test_a_retry_waits_for_no_real_time(slept: list[float]) -> None:
    """The SDK tries again as often as it was told to, at once."""
    client(Busy(2), max_network_retries=2).v1.customers.list()
    asyncio.run(client(Busy(2), max_network_retries=2).v1.customers.list_async())
    assert slept == [0.0, 0.0]


def test_the_number_of_retries_is_the_sdks(slept: list[float]) -> None:
    """When it has tried often enough, the SDK raises."""
    busy = Busy(2)
    with pytest.raises(stripe.APIError):
        client(busy, max_network_retries=1).v1.customers.list()
    assert (busy.refusals, slept) == (0, [0.0])


def test_what_cannot_succeed_is_not_tried_again(simulator: Simulator, slept: list[float]) -> None:
    """Stripe says whether a retry is worth it, and the SDK listens."""
    with pytest.raises(stripe.InvalidRequestError):
        client(simulator, max_network_retries=5).v1.customers.create({"payment_method": "pm_none"})
    assert asked(simulator) == ["POST /v1/customers"]
    assert slept == []
