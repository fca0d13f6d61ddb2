"""A law: whatever receivers do, every event arrives that was not given up, each as it was when it happened."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.client import NOW, Client

from pinstripe.control import Client as Control
from pinstripe.resources.delivery_settings import RETRIES
from pinstripe.webhooks.delivery import hand_over

ENDPOINTS = ("https://a.example.com", "https://b.example.com")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("happen"), st.integers(1, 3)),
        st.tuples(st.just("wait"), st.integers(1, 10 * 3600)),
        st.tuples(st.just("answer"), st.sampled_from(ENDPOINTS), st.sampled_from([200, 200, 302, 404, 500])),
        st.tuples(st.just("send")),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(RETRIES)), STEPS)
def test_every_event_arrives_once_unless_it_was_given_up(retries: str, steps: list[Any]) -> None:
    """A receiver that comes back gets what it missed; nothing it took comes again; tries are as many as allowed."""
    stripe = Client()
    control = Control(stripe.simulator, stripe.key)
    control.delivery_settings(retries=retries)
    ids = {url: stripe.post("/v1/webhook_endpoints", {"url": url, "enabled_events": ["*"]})["id"] for url in ENDPOINTS}
    answers: dict[str, int] = dict.fromkeys(ENDPOINTS, 200)
    taken: Counter[tuple[str, str]] = Counter()
    tried: Counter[tuple[str, str]] = Counter()
    told: dict[str, Any] = {}

    def post(url: str, body: bytes, _: dict[str, str]) -> int:
        """A receiver."""
        event = json.loads(body)
        tried[url, event["id"]] += 1
        taken[url, event["id"]] += answers[url] == 200
        assert told.setdefault(event["id"], event["data"]) == event["data"]
        return answers[url]

    def send() -> None:
        """Send what is due."""
        hand_over(stripe.simulator.account(stripe.key).world, post)

    customer = stripe.post("/v1/customers")["id"]
    for step in steps:
        match step:
            case "happen", count:
                for number in range(count):
                    stripe.post(f"/v1/customers/{customer}", {"name": f"{len(stripe.events())}.{number}"})
            case "wait", seconds:
                control.turn(control.now() + seconds)
            case "answer", url, status:
                answers[url] = status
            case _:
                send()
    answers = dict.fromkeys(ENDPOINTS, 200)
    for _ in range(40):  # the longest gap is 32 hours
        control.turn(control.now() + 3600)
        send()
    assert control.now() > NOW
    most = 1 + len(RETRIES[retries])
    for event in stripe.events():
        for url, endpoint in ids.items():
            name = url, event["id"]
            given_up = tried[name] == most
            assert taken[name] == 1 or (taken[name] == 0 and given_up), (endpoint, event["type"])
            assert tried[name] <= most
        assert event["pending_webhooks"] == 0
