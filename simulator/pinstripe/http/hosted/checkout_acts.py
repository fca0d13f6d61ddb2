"""What a form of a Checkout Session's page does, by the same calls as the control plane's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from pinstripe.errors import StripeError
from pinstripe.http import checkout_control
from pinstripe.http.accounts import Account
from pinstripe.http.hosted import checkout_form, checkout_page, html
from pinstripe.resources.selling.checkout_buyer import UnansweredChallengeError
from pinstripe.world import Object

CHANGED = "The order has changed since this page was shown. Look at it again, then pay."


def act(account: Account, session: Object, typed: Mapping[str, str]) -> Response:
    """Choose or pay, and show the page as it is then, or lead on.

    A page that was left open may be older than its session: what is over stays over, and nobody pays another amount
    than the one they have seen.
    """
    if session["status"] != "open":
        return html.answer_to_form(checkout_page.show(account.world, session), 409)
    wrong, status = "", 200
    try:
        if typed.get("do") == "choose":
            _call(account, session, "choose", checkout_form.chosen(session, typed))
        elif typed.get("total", str(session["amount_total"])) != str(session["amount_total"]):
            wrong, status = CHANGED, 409
        else:
            body = checkout_form.bought(session, typed)
            total = _total(account, session, body)
            if total is not None and total != session["amount_total"] and typed.get(checkout_form.SEEN) != str(total):
                return html.answer_to_form(checkout_page.with_tax(session, total, typed))
            _call(account, session, "complete", body)
    except UnansweredChallengeError:
        return html.answer_to_form(checkout_page.challenge(session, typed))
    except StripeError as error:
        wrong, status = error.message, error.status if error.status == 501 else 402
    session = account.world.get("checkout.session", session.id) or session
    if session["status"] == "complete" and (url := checkout_page.destination(account.world, session)):
        return html.lead(url)
    return html.answer_to_form(checkout_page.show(account.world, session, wrong, typed), status)


def _total(account: Account, session: Object, body: dict[str, Any]) -> int | None:
    """What it comes to now that it is known where the buyer is; None where that changes nothing, or nothing is sold."""
    if not session["automatic_tax"]["enabled"]:
        return None
    try:
        total: int | None = checkout_control.rehearsed(account, session.id, body)["amount_total"]
    except StripeError:  # which paying will tell
        return None
    return total


def _call(account: Account, session: Object, verb: str, body: dict[str, Any]) -> None:
    """What the control plane would do."""
    path = f"/_pinstripe/checkout/{session.id}/{verb}"
    checkout_control.run(account, path, {"session": session.id, "verb": verb}, body, orjson.dumps(body))
