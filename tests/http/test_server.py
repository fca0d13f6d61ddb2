"""On a real socket of this machine: what only the wire shows."""

from __future__ import annotations

import asyncio
import http.client
import json
import queue
import socket
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import stripe
from tests.http.calls import KEY, NOW
from tests.uploads import CONTENT_TYPE, multipart
from tests.webhooks.receiver import PATIENCE_SECONDS, receiving

from pinstripe import Simulator
from pinstripe.http.app import create_app
from pinstripe.http.decoding import LARGEST_BODY
from pinstripe.http.server import new_server, running

AUTH = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The base URL of a running server."""
    with running(Simulator(now=NOW)) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    """A caller with a key."""
    with httpx.Client(base_url=url, headers=AUTH, timeout=PATIENCE_SECONDS, trust_env=False) as client:
        yield client


def test_the_official_sdk_is_served(url: str) -> None:
    """Its client makes and finds a customer, and a refusal is its own exception."""
    sdk = stripe.StripeClient(KEY, base_addresses={"api": url})
    customer = sdk.v1.customers.create({"email": "ada@example.com", "metadata": {"a": "ä"}})
    found = sdk.v1.customers.retrieve(customer.id)
    assert found.email == "ada@example.com"
    assert found.metadata is not None
    assert found.metadata["a"] == "ä"
    with pytest.raises(stripe.InvalidRequestError, match="No such customer: 'cus_x'"):
        sdk.v1.customers.retrieve("cus_x")


def test_an_empty_post_may_come_in_chunks(url: str) -> None:
    """The official PHP SDK sends a POST without parameters as a chunked body without a chunk."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)
    headers = {**AUTH, "Content-Type": "application/x-www-form-urlencoded", "Transfer-Encoding": "chunked"}
    connection.request("POST", "/v1/customers", body=iter(()), headers=headers, encode_chunked=True)
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["object"]) == (200, "customer")
    connection.close()


def test_paths_cross_the_wire_as_they_are(url: str, client: httpx.Client) -> None:
    """Double slashes, escaped slashes and broken escapes reach the pipeline undisturbed."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_SECONDS)
    connection.request("GET", "//v1//customers", headers=AUTH)
    assert json.loads(connection.getresponse().read())["url"] == "/v1/customers"
    connection.close()
    assert client.get("/v1/products/a%2Fb").json()["error"]["message"] == "No such product: 'a/b'"
    assert client.get("/v1/products/%FF").status_code == 404
    assert client.get("/v1/customers/").status_code == 404
    assert (
        client.get("/v1/customers", params={"limit": "1"}).json()["data"]
        == client.get("/v1/customers?limit=1").json()["data"]
    )


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/widgets", "/", "/v2/core/events"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH"])
def test_other_methods_are_refused_in_stripes_words(client: httpx.Client, method: str, path: str) -> None:
    """404 with the envelope; a HEAD has no body."""
    answer = client.request(method, path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    if method != "HEAD":
        assert answer.json()["error"]["message"].startswith(f"Unrecognized request URL ({method}: {path})")


def test_an_upload_may_be_larger_than_any_form(client: httpx.Client) -> None:
    """Two megabytes of evidence arrive whole."""
    form = multipart({"purpose": "dispute_evidence", "file": b"%PDF-" + b"a" * 2 * LARGEST_BODY}, filename="receipt")
    answer = client.post("/v1/files", content=form, headers={"Content-Type": CONTENT_TYPE})
    assert (answer.status_code, answer.json().get("size")) == (200, 2 * LARGEST_BODY + 5)


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    """413 with the envelope, and the server goes on."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/v1/customers", content=b"name=" + b"a" * LARGEST_BODY * 3, headers=form)
    assert (answer.status_code, answer.json()["error"]["type"]) == (413, "invalid_request_error")
    assert client.get("/v1/customers").status_code == 200


def test_the_control_plane_is_on_the_same_port(client: httpx.Client) -> None:
    """The clock is turned over HTTP; what cannot be done says why."""
    key = "sk_test_control"
    assert client.post(f"/_pinstripe/clock?key={key}", json={"now": NOW + 60}).json() == {"now": NOW + 60}
    assert client.get(f"/_pinstripe/clock?key={key}").json() == {"now": NOW + 60}
    assert client.post(f"/_pinstripe/reset?key={key}").json() == {"reset": True}
    assert client.get(f"/_pinstripe/replay?key={key}").json()["requests"] == []
    for refused, status in (
        (client.get("/_pinstripe/clock"), 400),
        (client.get(f"/_pinstripe/nothing?key={key}"), 404),
    ):
        assert refused.status_code == status
        assert isinstance(refused.json()["error"], str)


def mounted(simulator: Simulator, method: str, path: str, caller: str = "127.0.0.1") -> int:
    """The status of one answer of the application without a server of its own."""

    async def ask() -> int:
        """One request."""
        transport = httpx.ASGITransport(create_app(simulator), client=(caller, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://pinstripe") as client:
            return (await client.request(method, path, headers=AUTH)).status_code

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "caller, status",
    [
        *((near, 200) for near in ("127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "localhost")),
        *((far, 403) for far in ("192.168.0.7", "8.8.8.8", "fe80::1", "::ffff:8.8.8.8", "example.com")),
    ],
)
def test_the_control_plane_answers_this_machine_only(caller: str, status: int) -> None:
    """Whoever mounts the application elsewhere opens the API and not the control plane."""
    assert mounted(Simulator(now=NOW), "GET", f"/_pinstripe/clock?key={KEY}", caller) == status
    assert mounted(Simulator(now=NOW), "GET", "/v1/customers", caller) == 200


def test_no_answer_of_the_api_waits_for_a_receiver(client: httpx.Client) -> None:
    """While a receiver hangs the API answers, and once it lets go the events arrive, signed."""
    with receiving() as receiver:
        gate = receiver.closed["/hooks"] = threading.Event()
        form = {"url": f"{receiver.url}/hooks", "enabled_events[]": "customer.created"}
        endpoint = client.post("/v1/webhook_endpoints", data=form).json()
        client.post("/v1/customers", data={"name": "a"})
        first = receiver.arrival()
        assert client.post("/v1/customers", data={"name": "b"}).status_code == 200
        assert receiver.arrivals.empty()
        gate.set()
        for arrival in (first, receiver.arrival()):
            header = arrival.headers["stripe-signature"]
            stripe.Webhook.construct_event(arrival.body, header, endpoint["secret"])
        client.delete(f"/v1/webhook_endpoints/{endpoint['id']}")


def test_a_call_in_process_wakes_the_heart_of_the_server() -> None:
    """Whoever shares a simulator with its server need not go through the socket for events to be sent."""
    simulator = Simulator(now=NOW)
    with receiving() as receiver, running(simulator) as url:
        form = {"url": f"{receiver.url}/hooks", "enabled_events[]": "customer.created"}
        assert httpx.post(f"{url}/v1/webhook_endpoints", data=form, headers=AUTH, trust_env=False).status_code == 200
        assert mounted(simulator, "POST", "/v1/customers") == 200
        assert receiver.types(1) == ["customer.created"]


def test_answers_are_sent_at_once() -> None:
    """Connections have TCP_NODELAY: without it every answer would wait 40 ms for its own beginning."""
    urls: queue.Queue[str] = queue.Queue()
    server = new_server(Simulator(now=NOW), 0, urls.put)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    with httpx.Client(base_url=urls.get(timeout=PATIENCE_SECONDS), headers=AUTH, trust_env=False) as client:
        assert client.get("/v1/customers").status_code == 200
        (connection,) = server.server_state.connections
        transport: Any = getattr(connection, "transport", None)
        option = transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)
    assert option != 0


def test_a_port_that_is_taken_is_an_os_error() -> None:
    """It says which, and why."""
    with (
        running(Simulator(now=NOW)) as url,
        pytest.raises(OSError, match=f"Cannot listen on 127.0.0.1:{url.rpartition(':')[2]}: Address already in use"),
        running(Simulator(now=NOW), port=int(url.rpartition(":")[2])),
    ):
        pytest.fail("two servers on one port")


def test_a_server_that_is_left_frees_its_port() -> None:
    """Leaving the block ends the server and its thread, also with a connection open and a receiver that hangs."""
    with receiving() as receiver:
        receiver.closed["/hooks"] = threading.Event()
        client = httpx.Client(headers=AUTH, trust_env=False)
        with running(Simulator(now=NOW)) as url:
            client.post(f"{url}/v1/webhook_endpoints", data={"url": f"{receiver.url}/hooks", "enabled_events[]": "*"})
            client.post(f"{url}/v1/customers")
            receiver.arrival()
        with pytest.raises(httpx.ConnectError):
            httpx.get(url, trust_env=False)
        with running(Simulator(now=NOW), port=int(url.rpartition(":")[2])) as again:
            assert again == url
        client.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "pinstripe" and not thread.daemon]
