"""The addresses of the hosted pages: Checkout Sessions, payment links, invoices, the billing portal, 3D Secure."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pinstripe.errors import StripeError
from pinstripe.http import checkout_control
from pinstripe.http.accounts import Account
from pinstripe.http.hosted import (
    action_page,
    checkout_acts,
    checkout_page,
    html,
    invoice_page,
    portal_acts,
    portal_page,
)
from pinstripe.http.simulator import Simulator
from pinstripe.resources.invoices import invoice_pdf
from pinstripe.resources.selling.link_parameters import NAMES
from pinstripe.world import Object

LARGEST_FORM = 10_000
"""Bytes that a page's form may send."""
Found = tuple[Account, Object]


def routes(simulator: Simulator) -> list[Route]:
    """The pages of one simulator."""

    async def checkout(request: Request) -> Response:
        """A Checkout Session: looked at, or used."""
        typed = await _typed(request)
        with simulator.turn:
            found = _find(simulator, "checkout.session", "id", request.path_params["session"])
            if found is None:
                return _nothing("Checkout")
            account, session = found
            if request.method == "POST":
                return checkout_acts.act(account, session, typed)
            return html.answer(checkout_page.show(account.world, session))

    async def link(request: Request) -> Response:
        """A payment link: opening it makes a session."""
        with simulator.turn:
            found = _find(simulator, "payment_link", "url", request.url.path)
            if found is None:
                return _nothing("Payment link")
            account, obj = found
            path = f"/_pinstripe/payment_links/{obj.id}/open"
            try:
                said = {name: request.query_params[name] for name in NAMES if name in request.query_params}
                session = checkout_control.run(account, path, {"link": obj.id}, said, orjson.dumps(said))
            except StripeError as error:
                words = obj["inactive_message"] or error.message
                return html.answer(html.page("Payment link", html.paragraph(words)), 410)
            return html.lead(session["url"])

    async def recovery(request: Request) -> Response:
        """The way back to an expired session: a copy of it."""
        with simulator.turn:
            found = _find(simulator, "checkout.session", "_recovery_url", request.url.path)
            if found is None:
                return _nothing("Checkout")
            account, obj = found
            path, ids = f"/_pinstripe/checkout/{obj.id}/recover", {"session": obj.id, "verb": "recover"}
            try:
                session = checkout_control.run(account, path, ids, {}, b"")
            except StripeError as error:
                return html.answer(html.page("Checkout", html.paragraph(error.message)), 410)
            return html.lead(session["url"])

    async def portal(request: Request) -> Response:
        """A portal session: looked at, or used."""
        typed = await _typed(request)
        with simulator.turn:
            found = _find(simulator, "billing_portal.session", "url", request.url.path)
            if found is None:
                return _nothing("Billing")
            account, session = found
            if request.method == "POST":
                return portal_acts.act(account, session, typed, simulator.handle)
            wrong = portal_acts.returned(account, session, request.query_params, simulator.handle)
            return html.answer(portal_page.show(account.world, session, wrong))

    async def invoice(request: Request) -> Response:
        """An invoice: looked at, or paid."""
        typed = await _typed(request)
        with simulator.turn:
            found = _find(simulator, "invoice", "hosted_invoice_url", request.url.path)
            if found is None:
                return _nothing("Invoice")
            account, obj = found
            if request.method == "POST":
                return invoice_page.act(account, obj, typed, simulator.handle)
            wrong = invoice_page.returned(account, obj, request.query_params)
            return html.answer(invoice_page.show(account.world, obj, wrong))

    async def printed(request: Request) -> Response:
        """An invoice as a file."""
        with simulator.turn:
            found = _find(simulator, "invoice", "invoice_pdf", request.url.path)
            if found is None:
                return _nothing("Invoice")
            return Response(invoice_pdf.document(found[1]), media_type="application/pdf")

    async def action(request: Request) -> Response:
        """A challenge or another company's page: looked at, or ended."""
        typed = await _typed(request)
        with simulator.turn:
            for account in list(simulator.accounts.by_key.values()):
                account.catch_up()
                intent = action_page.waiting(account.world, str(request.url))
                if intent is None:
                    continue
                simulator.accounts.touch(account.key)
                if request.method == "GET":
                    return html.answer(action_page.show(intent))
                after, url = action_page.act(account, intent, typed)
                if url is not None:
                    return html.lead(url)
                return html.answer_to_form(html.page("Authentication", html.paragraph(f"It is {after['status']} now.")))
            return _nothing("Authentication")

    both = ["GET", "POST"]
    return [
        Route("/c/pay/{session}", checkout, methods=both),
        Route("/b/{token}", link, methods=["GET"]),
        Route("/r/{token}", recovery, methods=["GET"]),
        Route("/i/{account}/{token}", invoice, methods=both),
        Route("/invoice/{account}/{token}/pdf", printed, methods=["GET"]),
        Route("/p/session/{token}", portal, methods=both),
        Route("/redirect/{what}/{token}", action, methods=both),
        Route("/3d_secure_2/hosted", action, methods=both),
    ]


async def _typed(request: Request) -> dict[str, str]:
    """What a form of the page sent."""
    if request.method != "POST":
        return {}
    form = (await request.body())[:LARGEST_FORM].decode("utf-8", "replace")
    return dict(parse_qsl(form, keep_blank_values=True))


def _find(simulator: Simulator, kind: str, member: str, value: str) -> Found | None:
    """The object with an id or the path of an address, and its account; whoever knows it may come in, as at Stripe."""
    for account in list(simulator.accounts.by_key.values()):
        account.catch_up()
        simulator.accounts.touch(account.key)
        for id_ in account.world.ids(kind):
            obj = account.world.get(kind, id_)
            if obj is not None and value in (obj.get(member), urlsplit(obj.get(member) or "").path):
                return account, obj
    return None


def _nothing(title: str) -> Response:
    """A page that is not there."""
    return html.answer(html.page(title, html.paragraph("There is nothing here.")), 404)
