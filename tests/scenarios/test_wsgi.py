"""Webhooks of an application that speaks WSGI, as Flask's and Django's do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.validate import validator

import pytest
import stripe

from pinstripe_scenarios import DeliveryError, Webhooks
from pinstripe_scenarios.wsgi import WsgiApp

SECRET = "whsec_of_the_app"
Start = Callable[[str, list[tuple[str, str]]], Any]


def test_an_application_gets_the_body_and_the_headers() -> None:
    """By the rules of WSGI, to which Python's own checker holds both sides; its status comes back."""
    told: list[Any] = []

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Keep what arrives."""
        event = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        told.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["HTTP_STRIPE_SIGNATURE"], event["id"]))
        start("204 No Content", [])
        return []

    headers = {"Stripe-Signature": "t=1,v1=abc", "Content-Type": "application/json; charset=utf-8"}
    assert WsgiApp(validator(app), "/hooks")(b'{"id": "evt_1"}', headers).status == 204
    assert told == [("POST", "/hooks", "t=1,v1=abc", "evt_1")]


def test_an_application_is_a_target(stripe_webhooks: Webhooks, stripe_client: stripe.StripeClient) -> None:
    """Named as `("wsgi", app, path)`; what it answers no by is in the message, from an async test too."""

    def app(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """Verify, and take customers alone."""
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        event = stripe.Webhook.construct_event(body, environ["HTTP_STRIPE_SIGNATURE"], SECRET)
        start("200 OK" if event.type == "customer.created" else "409 Conflict", [("Content-Type", "text/plain")])
        return [b"", b"no products here"]

    stripe_client.v1.customers.create({"name": "Ada"})
    target = ("wsgi", app, "/hooks")
    inbox = Webhooks(stripe_webhooks.account, stripe_webhooks._feed, target, SECRET, stripe_webhooks._portal)
    assert inbox.deliver().statuses == [200]
    stripe_client.v1.products.create({"name": "Gold"})
    said = "The app answered 409 to product.created .*: no products here"
    with pytest.raises(DeliveryError, match=said):
        inbox.deliver()
    with pytest.raises(DeliveryError, match=said):
        asyncio.run(inbox.adeliver())


def test_what_an_application_raises_reaches_the_test() -> None:
    """As with any other target."""

    def app(_: dict[str, Any], __: Start) -> Iterable[bytes]:
        """Fail."""
        raise LookupError("no such customer")

    with pytest.raises(LookupError, match="no such customer"):
        WsgiApp(app, "/hooks")(b"{}", {})
