"""The page a customer is sent to: a bank's 3D Secure challenge, or somebody else's page for paying."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pinstripe.http import next_actions
from pinstripe.http.accounts import Account
from pinstripe.http.hosted import html
from pinstripe.world import Object, World

KINDS = ("payment_intent", "setup_intent")
ASKED = "The bank, or whoever is paid with, asks whether it is really you. You may agree or refuse."


def waiting(world: World, address: str) -> Object | None:
    """The intent whose customer is expected at this address."""
    wanted = _place(address)
    for kind in KINDS:
        for id_ in world.ids(kind):
            intent = world.get(kind, id_)
            if intent is not None and intent["status"] == "requires_action" and _page(intent) == wanted:
                return intent
    return None


def _page(intent: Object) -> tuple[str, list[str]] | None:
    """Where the customer of an intent is sent."""
    action: Mapping[str, Any] = intent["next_action"]
    said = action.get("redirect_to_url") or action.get("use_stripe_sdk") or {}
    url = said.get("url") or said.get("stripe_js")
    return None if url is None else _place(url)


def _place(address: str) -> tuple[str, list[str]]:
    """What tells one page from another: the path, and the attempt to pay that a challenge names behind it."""
    parts = urlsplit(address)
    return parts.path, parse_qs(parts.query).get("source", [])


def show(intent: Object) -> str:
    """Both ways out."""
    amount = [("Amount", html.money(intent["amount"], intent["currency"]))] if "amount" in intent else []
    buttons = html.button("Complete", "do", "complete") + html.button("Fail", "do", "fail", plain=True)
    return html.page("Authentication", html.paragraph(ASKED), html.rows(amount), html.of_buttons({}, buttons))


def act(account: Account, intent: Object, typed: Mapping[str, str]) -> tuple[Mapping[str, Any], str | None]:
    """Let the customer succeed or fail; the intent as it is then, and where they go, if anywhere.

    [documented: the parameters of the way back]
    """
    action: Mapping[str, Any] = intent["next_action"]
    back = (action.get("redirect_to_url") or {}).get("return_url")
    succeed = typed.get("do") == "complete"
    noun = intent.kind.removesuffix("_intent")
    body = b"" if succeed else b'{"succeed": false}'
    path = f"/_pinstripe/{intent.kind}s/{intent.id}/authenticate"
    after = next_actions.run(account, path, {"noun": noun, "intent": intent.id}, {"succeed": succeed}, body)
    if back is None:
        return after, None
    told = {
        intent.kind: intent.id,
        f"{intent.kind}_client_secret": intent["client_secret"],
        "redirect_status": "failed" if after["status"] == "requires_payment_method" else "succeeded",
    }
    return after, f"{back}{'&' if '?' in back else '?'}{urlencode(told)}"
