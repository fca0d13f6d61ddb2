"""What really is, in the words of an expectation."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import stripe

from pinstripe_scenarios.stories.actors import Actors, Words
from pinstripe_scenarios.webhooks import Webhooks

GRANTING = ("active", "trialing", "past_due")
"""The states that keep access until the tries of a payment are used up."""


OWNER = re.compile(r"\.cus_\w+")
"""By whom the identifier of an event is used."""


class Witness:
    """Says how things are, in exactly the form that a story expects them."""

    def __init__(self, actors: Actors, webhooks: Webhooks) -> None:
        self.actors = actors
        self.webhooks = webhooks
        self.refusal: stripe.StripeError | None = None
        self._told: dict[str, int] = {}

    def says(self, kind: str, words: Words) -> str:
        """The words for what is."""
        return str(getattr(self, f"_{kind}")(words))

    def amount(self, kind: str, words: Words) -> int:
        """The cents that arithmetic is compared with."""
        match kind:
            case "invoice" | "lines":
                return sum(line["amount"] for line in self._newest(words)["lines"]["data"])
            case "upcoming":
                return int(self._preview(words)["total"])
        raise ValueError(f"{kind} has no amount to compute")

    def _invoice(self, words: Words) -> str:
        """The newest invoice: its state and total."""
        invoice = self._newest(words)
        tries = "1 try" if invoice["attempt_count"] == 1 else f"{invoice['attempt_count']} tries"
        attempts = f", {tries}" if invoice["status"] == "open" else ""
        return f"invoice {words['who']} {invoice['status']} {money(invoice['total'], invoice['currency'])}{attempts}"

    def _lines(self, words: Words) -> str:
        """The amounts of the newest invoice's lines."""
        invoice = self._newest(words)
        amounts = [money(line["amount"]) for line in invoice["lines"]["data"]]
        return f"lines {words['who']} {', '.join(amounts)}"

    def _upcoming(self, words: Words) -> str:
        """What the next invoice would be."""
        preview = self._preview(words)
        return f"upcoming {words['who']} {money(preview['total'], preview['currency'])}"

    def _subscription(self, words: Words) -> str:
        """The state, and until when it is paid for."""
        found = self.actors.subscription(words["who"])
        said = f"subscription {words['who']} {found['status']}"
        if found["status"] in ("canceled", "incomplete_expired"):
            return said
        ends = [item.get("current_period_end") for item in found["items"]["data"]]
        until = min(end or found["current_period_end"] for end in ends)
        return f"{said} until {day(until)}{', then ends' if found['cancel_at_period_end'] else ''}"

    def _access(self, words: Words) -> str:
        """Whether a policy that waits for the last try lets somebody in."""
        status = self.actors.subscription(words["who"])["status"]
        return f"access {words['who']} {'yes' if status in GRANTING else 'no'} ({status})"

    def _used(self, words: Words) -> str:
        """What Stripe has counted since the story began."""
        begins = int(self.actors.begins.timestamp())
        end = int(self.actors.clock.now.timestamp())
        meter = self.actors.meter(str(words["meter"]))
        rows = self.actors.account.quietly(
            "get",
            f"/v1/billing/meters/{meter}/event_summaries",
            customer=self.actors.person(words["who"]),
            start_time=begins // 60 * 60,
            end_time=end // 60 * 60 + 60,
        )["data"]
        return f"used {words['who']} of {words['meter']} {sum(row['aggregated_value'] for row in rows):g}"

    def _events(self, words: Words) -> str:
        """What happened since the last line with this filter, without the part that the filter says."""
        wanted = str(words["filter"])
        prefix = wanted.removesuffix("*")
        types = [type_ for type_ in self.webhooks.types if type_.startswith(prefix)]
        new, self._told[wanted] = types[self._told.get(wanted, 0) :], len(types)
        return f"events {wanted} {' '.join(type_.removeprefix(prefix) for type_ in new) or 'none'}"

    def _refused(self, _: Words) -> str:
        """What Stripe said to the last action: the first sentence, for others may name ids and moments."""
        error, self.refusal = self.refusal, None
        if error is None:
            return "refused nothing"
        sentence = (error.user_message or "").partition(". ")[0].rstrip(".")
        sentence = OWNER.sub("", sentence)
        return f"refused {error.http_status}{f' {error.code}' if error.code else ''}: {sentence}"

    def _newest(self, words: Words) -> dict[str, Any]:
        """The newest invoice of somebody."""
        rows = self.actors.invoices(words["who"], limit=1)
        if not rows:
            raise LookupError(f"{words['who']} has no invoice")
        return rows[0]

    def _preview(self, words: Words) -> dict[str, Any]:
        """The next invoice of somebody."""
        subscription = self.actors.subscription(words["who"])["id"]
        found: dict[str, Any] = self.actors.account.quietly(
            "post", "/v1/invoices/create_preview", subscription=subscription
        )
        return found


def money(amount: int, currency: str = "") -> str:
    """Cents as an amount."""
    sign, cents = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{cents // 100}.{cents % 100:02}{currency and ' '}{currency.upper()}"


def day(at: int) -> str:
    """A UTC day."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"
