"""What the customer has to do before a payment or a setup can go on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.customers import cash_balances
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import CAPITALS, text


def _site(tx: Transaction) -> str:
    """Where the pages are: on this machine's server if it has some."""
    return tx.world.pages or "https://hooks.stripe.com"


def ask(tx: Transaction, intent: Object, method: Object, *, return_url: str | None = None) -> Object:
    """The intent once it waits for the customer of a card to be authenticated. [recorded]"""
    error = "last_setup_error" if intent.kind == "setup_intent" else "last_payment_error"
    changes: dict[str, Any] = {error: None, "next_action": challenge(tx, intent, return_url)}
    return tx.put(intent, **changes, payment_method=method.id, status="requires_action")


def challenge(tx: Transaction, intent: Object, return_url: str | None) -> dict[str, Any]:
    """3D Secure: a page to go to where a return URL was given, else work for Stripe.js. [recorded]"""
    if return_url is not None:
        return {"redirect_to_url": {"return_url": return_url, "url": _page(tx, intent)}, "type": "redirect_to_url"}
    source = tx.new_id("src")
    url = (
        f"{_site(tx)}/redirect/authenticate/{source}?client_secret=src_client_secret_{tx.world.seed.secret(source, 24)}"
    )
    sdk = {"source": source, "stripe_js": url, "type": "three_d_secure_redirect"}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": sdk}


def _page(tx: Transaction, intent: Object) -> str:
    """The page of a 3D Secure challenge, which names the account, the intent and the attempt to pay.

    [recorded: a payment's; second-hand: a setup's, and a connected account's, with its platform's key;
    inferred: how a key reads, and what a setup calls its attempt]
    """
    account, platform = tx.world.seed.account_id, tx.world.kin(None)
    seed = tx.world.seed if platform is None else platform.seed
    key = f"pk_test_5{seed.account_id.removeprefix('acct_')}{seed.secret('publishable_key', 64)}"
    named = {intent.kind: intent.id, f"{intent.kind}_client_secret": intent["client_secret"]}
    said = {"merchant": account, **named, "publishable_key": key, "source": tx.new_id("payatt")}
    if platform is not None:
        said["stripe_account"] = account
    return f"{_site(tx)}/3d_secure_2/hosted?{urlencode(sorted(said.items()))}"


def redirect(tx: Transaction, intent: Object, type_: str, return_url: str | None) -> dict[str, Any]:
    """Another company's page, where the customer agrees to pay."""
    url = f"{_site(tx)}/redirect/{type_}/{intent.id}?client_secret={tx.world.seed.secret(intent.id + type_, 24)}"
    return {"redirect_to_url": {"return_url": return_url, "url": url}, "type": "redirect_to_url"}


def microdeposits(tx: Transaction, intent: Object) -> Object:
    """A bank account that is proven by what is deposited on it; on a test account that is at once. [documented]"""
    action = {
        "type": "verify_with_microdeposits",
        "verify_with_microdeposits": {
            "arrival_date": tx.now(),
            "hosted_verification_url": f"https://payments.stripe.com/microdeposit/{intent.id}",
            "microdeposit_type": "descriptor_code",
        },
    }
    return tx.put(intent, next_action=action, status="requires_action")


def bank_transfer(tx: Transaction, intent: Object) -> Object:
    """Where the customer is to send money, where the request said what kind of transfer it is to be."""
    options = intent["payment_method_options"].get("customer_balance") or {}
    transfer = options.get("bank_transfer") or {}
    kind = transfer.get("type")
    if kind is None:
        raise errors.missing_parameter("payment_method_options[customer_balance][bank_transfer][type]")
    action = {
        "display_bank_transfer_instructions": {
            "amount_remaining": cash_balances.remaining(tx, intent),
            "currency": intent["currency"],
            "hosted_instructions_url": f"https://payments.stripe.com/bank_transfers/instructions/{intent.id}",
            "reference": text(intent.id, 12, CAPITALS),
            "type": kind,
        },
        "type": "display_bank_transfer_instructions",
    }
    return tx.put(intent, next_action=action, status="requires_action")


MICRODEPOSITS = (32, 45)
"""The amounts that prove a test account. [documented]"""
DESCRIPTOR_CODE = "SM11AA"
"""The code that proves a test account. [documented]"""
PROOFS: dict[object, str | None] = {
    MICRODEPOSITS: None,
    DESCRIPTOR_CODE: None,
    (10, 11): "attempts_exceeded",
    "SM33CC": "attempts_exceeded",
    (40, 41): "timeout",
    "SM44DD": "timeout",
}
"""What the amounts and codes of test deposits lead to: the account is proven, or why not. [documented]"""


def proven(call: Call, intent: Object) -> None:
    """Raise the refusal of a wrong proof of a bank account."""
    action = intent["next_action"] or {}
    if action.get("type") != "verify_with_microdeposits":
        raise refusals.no_microdeposits(call.tx, intent)
    amounts, code = call.params.get("amounts"), call.params.get("descriptor_code")
    if amounts is None and code is None:
        raise errors.missing_parameter("amounts")
    given = code if amounts is None else tuple(sorted(amounts))
    if given not in PROOFS:
        raise refusals.descriptor_code_wrong() if amounts is None else refusals.microdeposits_wrong()
    why_not = PROOFS[given]
    if why_not is not None:
        raise refusals.microdeposits_failed(why_not)
