"""A till: an account that takes payments without invoices, holds, captures, refunds and disputes them."""

from __future__ import annotations

from typing import Any

from tests.laws.life import KEY, Life

CARDS = (
    "pm_card_visa",
    "pm_card_bypassPending",
    "pm_card_chargeCustomerFail",
    "pm_card_authenticationRequired",
    "pm_card_threeDSecureRequiredChargeDeclined",
    "pm_card_createDispute",
    "pm_card_createDisputeInquiry",
    "pm_card_createMultipleDisputes",
    "pm_card_pendingRefund",
    "pm_card_refundFail",
    "pm_card_createIssuerFraudRecord",
    "pm_usBankAccount_success",
    "pm_usBankAccount_insufficientFunds",
    "pm_usBankAccount_dispute",
)
PLASTIC = sum(name.startswith("pm_card_") for name in CARDS)
CURRENCIES = ("usd", "jpy", "kwd")
"""With two decimals, with none and with three."""
MANDATE = {"customer_acceptance": {"type": "offline"}}


class Till(Life):
    """What can be done to payments; objects are counted from the newest, and what cannot be is refused."""

    def do_customer_with_cash(self, amount: int) -> None:
        """A customer who has sent money."""
        self.customers.append(self.ask("POST", "/v1/customers")["id"])
        path = f"/v1/test_helpers/customers/{self.customers[-1]}/fund_cash_balance"
        self.ask("POST", path, amount=amount, currency="usd")

    def do(self, name: str, *arguments: Any) -> None:
        """Carry out one command; what a till knows, it does its own way."""
        own = getattr(self, f"do_{name}", None)
        if own is None:
            super().do(name, *arguments)
        else:
            own(*arguments)

    def do_intend(self, card: int, amount: int, capture: str | None, manual: bool, currency: int = 0) -> None:
        """A payment that is to be confirmed; `parts` is captured by hand, and as often as one likes."""
        asked = {"manual": "incremental_authorization", "parts": "multicapture"}.get(capture or "")
        card_options = {f"request_{asked}": "if_available"} if asked else None
        self.ask(
            "POST",
            "/v1/payment_intents",
            amount=amount,
            currency=CURRENCIES[currency],
            allowed_payment_method_types=["card", "us_bank_account"],
            payment_method=CARDS[card % len(CARDS)],
            capture_method="manual" if capture == "parts" else capture,
            confirmation_method="manual" if manual else None,
            payment_method_options={"card": card_options} if card_options else None,
        )

    def do_transfer(self, amount: int) -> None:
        """A payment from what the customer has sent, or will."""
        if self.customers:
            self.ask(
                "POST",
                "/v1/payment_intents",
                amount=amount,
                currency="usd",
                customer=self.customers[-1],
                allowed_payment_method_types=["customer_balance"],
                payment_method_data={"type": "customer_balance"},
                payment_method_options={
                    "customer_balance": {
                        "funding_type": "bank_transfer",
                        "bank_transfer": {"type": "us_bank_transfer"},
                    }
                },
                confirm=True,
            )

    def do_confirm(self, which: int, card: int | None) -> None:
        """Confirm a payment, maybe with another payment method."""
        method = None if card is None else CARDS[card % len(CARDS)]
        self.act("payment_intent", which, "confirm", payment_method=method, mandate_data=MANDATE)

    def do_authenticate(self, which: int, succeed: bool) -> None:
        """The customer acts, or does not."""
        found = self.pick("payment_intent", which)
        if found is not None and (found["next_action"] or {}).get("type") in ("use_stripe_sdk", "redirect_to_url"):
            body = b"" if succeed else b'{"succeed": false}'
            path = f"/_pinstripe/payment_intents/{found.id}/authenticate"
            self.simulator.control.handle("POST", path, KEY, body)

    def do_capture(self, which: int, amount: int | None, final: bool | None = None) -> None:
        """Take what is held, maybe not for the last time."""
        self.act("payment_intent", which, "capture", amount_to_capture=amount, final_capture=final)

    def do_ledger(self, amount: int) -> None:
        """Credit or debit a customer."""
        if self.customers:
            path = f"/v1/customers/{self.customers[-1]}/balance_transactions"
            self.ask("POST", path, amount=amount, currency="usd")

    def do_increment(self, which: int, amount: int) -> None:
        """Hold more."""
        self.act("payment_intent", which, "increment_authorization", amount=amount)

    def do_amount(self, which: int, amount: int) -> None:
        """Ask for another amount."""
        found = self.pick("payment_intent", which)
        if found is not None:
            self.ask("POST", f"/v1/payment_intents/{found.id}", amount=amount)

    def do_give_up(self, which: int) -> None:
        """Give a payment up."""
        self.act("payment_intent", which, "cancel")

    def do_charge(self, card: int, amount: int, capture: bool, currency: int = 0) -> None:
        """A charge the older way."""
        source = CARDS[card % PLASTIC].replace("pm_card_", "tok_")
        coin = CURRENCIES[currency]
        self.ask("POST", "/v1/charges", amount=amount, currency=coin, source=source, capture=capture)

    def do_capture_charge(self, which: int, amount: int | None) -> None:
        """Take what a charge holds, or try to."""
        self.act("charge", which, "capture", amount=amount)

    def do_refund(self, which: int, amount: int | None, by_intent: bool) -> None:
        """Give back, by the charge or by its intent."""
        kind = "payment_intent" if by_intent else "charge"
        found = self.pick(kind, which)
        if found is not None:
            self.ask("POST", "/v1/refunds", **{kind: found.id, "amount": amount})

    def do_return(self, amount: int) -> None:
        """Send cash back to the customer."""
        if self.customers:
            self.ask(
                "POST",
                "/v1/refunds",
                origin="customer_balance",
                customer=self.customers[-1],
                currency="usd",
                amount=amount,
                instructions_email="ada@example.com",
            )

    def do_end_refund(self, which: int, expire: bool) -> None:
        """A refund that waits for the customer comes to nothing."""
        found = self.pick("refund", which)
        if found is not None and expire:
            self.ask("POST", f"/v1/test_helpers/refunds/{found.id}/expire")
        elif found is not None:
            self.ask("POST", f"/v1/refunds/{found.id}/cancel")

    def do_dispute(self, which: int, text: str | None) -> None:
        """Answer a dispute, or give in."""
        found = self.pick("dispute", which)
        if found is not None and text is not None:
            self.ask("POST", f"/v1/disputes/{found.id}", evidence={"uncategorized_text": text})
        elif found is not None:
            self.ask("POST", f"/v1/disputes/{found.id}/close")
