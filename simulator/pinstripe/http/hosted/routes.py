"""The addresses of the hosted pages: Checkout Sessions, payment links, the billing portal, 3D Secure."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from pinstripe.errors import StripeError
from pinstripe.http import checkout_control
from pinstripe.http.accounts import Account
from pinstripe.http.hosted import action_page, checkout_page, html, portal_page
from pinstripe.http.simulator import Simulator
from pinstripe.world import Object

LARGEST_FORM = 10_000
"""Bytes that a page's form may send."""
Found = tuple[Account, Object]


def routes(simulator: Simulator) -> list[Route]:
    """The pages of one simulator."""

    async def checkout(request: Request) -> Response:
        """A Checkout Session: looked at, or paid."""
        typed = await _typed(request)
        with simulator.turn:
            found = _find(simulator, "checkout.session", "id", request.path_params["session"])
            if found is None:
                return _nothing("Checkout")
            account, session = found
            wrong = checkout_page.pay(account, session, typed) if request.method == "POST" else None
            session = account.world.get("checkout.session", session.id) or session
            if request.method == "POST" and wrong is None and (url := checkout_page.destination(session)):
                return RedirectResponse(url, 303)
            return HTMLResponse(checkout_page.show(session, wrong or ""), 402 if wrong else 200)

    async def link(request: Request) -> Response:
        """A payment link: opening it makes a session."""
        with simulator.turn:
            found = _find(simulator, "payment_link", "url", str(request.url).partition("?")[0])
            if found is None:
                return _nothing("Payment link")
            account, obj = found
            path = f"/_pinstripe/payment_links/{obj.id}/open"
            try:
                session = checkout_control.run(account, path, {"link": obj.id}, {}, b"")
            except StripeError as error:
                words = obj["inactive_message"] or error.message
                return HTMLResponse(html.page("Payment link", html.paragraph(words)), 410)
            return RedirectResponse(session["url"], 303)

    async def portal(request: Request) -> Response:
        """A portal session: looked at, or used."""
        typed = await _typed(request)
        with simulator.turn:
            found = _find(simulator, "billing_portal.session", "url", str(request.url).partition("?")[0])
            if found is None:
                return _nothing("Billing")
            account, session = found
            wrong = None
            if request.method == "POST":
                wrong = portal_page.act(account, session, typed, simulator.handle)
            return HTMLResponse(portal_page.show(account.world, session, wrong or ""), 402 if wrong else 200)

    async def action(request: Request) -> Response:
        """A challenge or another company's page: looked at, or ended."""
        typed = await _typed(request)
        with simulator.turn:
            for account in list(simulator.accounts.by_key.values()):
                account.catch_up()
                intent = action_page.waiting(account.world, request.url.path)
                if intent is None:
                    continue
                simulator.accounts.touch(account.key)
                if request.method == "GET":
                    return HTMLResponse(action_page.show(intent))
                after, url = action_page.act(account, intent, typed)
                if url is not None:
                    return RedirectResponse(url, 303)
                return HTMLResponse(html.page("Authentication", html.paragraph(f"It is {after['status']} now.")))
            return _nothing("Authentication")

    both = ["GET", "POST"]
    return [
        Route("/c/pay/{session}", checkout, methods=both),
        Route("/b/{token}", link, methods=["GET"]),
        Route("/p/session/{token}", portal, methods=both),
        Route("/redirect/{what}/{token}", action, methods=both),
    ]


async def _typed(request: Request) -> dict[str, str]:
    """What a form of the page sent."""
    if request.method != "POST":
        return {}
    return dict(parse_qsl((await request.body())[:LARGEST_FORM].decode("utf-8", "replace")))


def _find(simulator: Simulator, kind: str, member: str, value: str) -> Found | None:
    """The object with an address, and its account; whoever knows the address may come in, as at Stripe."""
    for account in list(simulator.accounts.by_key.values()):
        account.catch_up()
        simulator.accounts.touch(account.key)
        for id_ in account.world.ids(kind):
            obj = account.world.get(kind, id_)
            if obj is not None and obj[member] == value:
                return account, obj
    return None


def _nothing(title: str) -> Response:
    """A page that is not there."""
    return HTMLResponse(html.page(title, html.paragraph("There is nothing here.")), 404)
