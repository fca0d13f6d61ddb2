"""The one way in for usage, whichever API it comes by: each event is checked, and filed by meter and customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from typing import Any, TypeVar

from pinstripe.billing.usage import RULES, UsageValueError, parse_value
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.subscriptions import thresholds
from pinstripe.resources.usage import aggregation, billing_alerts, ledger, usage_settings
from pinstripe.wire.tables import column, different
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text

T = TypeVar("T")

DAY = 86_400
PAST_DAYS = 35
"""How old an event's timestamp may be. [documented]"""
FUTURE_SECONDS = 300
"""How far ahead it may be. [documented]"""


_Columns = tuple[Sequence[int], Sequence[Decimal]]
"""Of events, the tallies that they count in by their places, and their values."""


@dataclass(slots=True)
class _Meter:
    """What an event must know of its meter."""

    meter: Object
    customer_key: str
    value_key: str
    counts: bool
    has_alerts: bool


@dataclass(slots=True)
class _Customer:
    """What an event must know of its customer."""

    customer: Object
    now: int
    ready: tuple[tuple[str | None, int], ...]
    has_thresholds: bool


class Intake:
    """Takes the events of one call; what several of them share is looked up once."""

    def __init__(self, tx: Transaction, value_rules: str | None = None) -> None:
        self.tx = tx
        self.page = ledger.page_of(tx)
        self.now = tx.now()
        self.settings = usage_settings.of(tx)
        self.rules = RULES[value_rules or "short"]
        self.has_thresholds = bool(tx.world.tables["subscription"].index["thresholds"])
        """Whether anybody's usage may set off an invoice."""
        self._meters: dict[str, _Meter] = {}
        self._customers: dict[str, _Customer] = {}

    def file(
        self,
        event_name: str,
        payload: Mapping[str, str],
        timestamp: int | None,
        identifier: str | None,
        *,
        is_shown: bool = True,
    ) -> tuple[str | None, int]:
        """File one event, or refuse it; gives the identifier and the timestamp that it has now.

        A taken identifier answers 400 without a code. [recorded] The window of the timestamp is judged by the
        customer's own clock, unless a setting says the account's. [inferred] An event that nobody is shown and that
        has no identifier gets none.
        """
        known = self._meters.get(event_name) or self._meter(event_name)
        id_ = payload.get(known.customer_key)
        if not id_:
            raise refusals.payload_without("customer mapping", known.customer_key)
        owner = self._customers.get(id_) or self._customer(id_, known.customer_key)
        value = self._value(known, payload.get(known.value_key))
        if timestamp is None:
            timestamp = owner.now
        elif timestamp < owner.now - PAST_DAYS * DAY:
            raise refusals.event_too_old(PAST_DAYS, owner.now - PAST_DAYS * DAY)
        elif timestamp > owner.now + FUTURE_SECONDS:
            raise refusals.event_too_far_ahead(owner.now + FUTURE_SECONDS)
        if identifier is None:
            identifier = self._identifier() if is_shown else None
        elif self.page.is_taken(identifier):
            raise refusals.identifier_taken(identifier)
        self.page.add(((known.meter["id"], id_),), timestamp, value, identifier, owner.ready)
        if known.has_alerts:
            billing_alerts.look(self.tx, known.meter, owner.customer)
        clock = owner.customer["test_clock"]
        later = owner.ready
        if owner.has_thresholds and timestamp > self.tx.now(clock):
            later += ((clock, timestamp),)
        if later:
            aggregation.look_at(self.tx, known.meter, owner.customer, later)
        elif owner.has_thresholds:
            thresholds.check(self.tx, owner.customer)  # which may invoice it at once
        return identifier, timestamp

    def file_together(self, rows: Sequence[Mapping[str, Any]], moments: Mapping[str | None, int | None]) -> bool:
        """File the events of one call column by column, if nothing is wrong with any and nobody watches them.

        Otherwise nothing is filed, and each has to be looked at alone. `moments` knows what their timestamps mean.
        """
        if self.has_thresholds or self.settings.lag_seconds:
            return False
        at = {said: self.now if moment is None else moment for said, moment in moments.items()}
        if min(at.values()) < self.now - PAST_DAYS * DAY or max(at.values()) > self.now + FUTURE_SECONDS:
            return False
        stamps = _each(at, column(rows, "timestamp"))
        names, payloads = column(rows, "event_name"), column(rows, "payload")
        meant = different(names)
        filed = self._columns(names[0], payloads) if len(meant) == 1 else self._in_turn(meant, names, payloads)
        return filed is not None and self.page.extend(*filed, stamps, column(rows, "identifier"))

    def _in_turn(
        self, meant: Sequence[str], names: Sequence[str], payloads: Sequence[Mapping[str, str]]
    ) -> _Columns | None:
        """The columns of events of several names."""
        parts = {}
        for name in meant:
            filed = self._columns(name, [*compress(payloads, map(name.__eq__, names))])
            if filed is None:
                return None
            parts[name] = zip(*filed, strict=True)
        places, values = zip(*[next(parts[name]) for name in names], strict=True)
        return places, values

    def _columns(self, name: str, payloads: Sequence[Mapping[str, str]]) -> _Columns | None:
        """The tallies and the values of events of one name; None if not all of them are plainly right."""
        try:
            known = self._meters.get(name) or self._meter(name)
            texts = column(payloads, known.value_key)
            values = {given: self._value(known, given) for given in different(texts)}
        except StripeError:
            return None
        if known.has_alerts:
            return None
        places = self._places(known.meter.id, column(payloads, known.customer_key))
        return None if places is None else (places, _each(values, texts))

    def _places(self, meter: str, ids: Sequence[str]) -> Sequence[int] | None:
        """The tallies of customers, by their places; None if not all of them are there and go by the account's time.

        Most were looked at by an earlier call, and no customer has changed since.
        """
        book = self.page.ledger
        places = book.looked_at(meter, self.tx.world.tables["customer"].changes)
        with suppress(KeyError):
            return [*map(places.__getitem__, ids)]
        unknown = {*ids} - places.keys()
        if not self._live_now(unknown):
            return None
        places.update({id_: book.place(((meter, id_),)) for id_ in sorted(unknown)})
        return [*map(places.__getitem__, ids)]

    def _live_now(self, ids: AbstractSet[str]) -> bool:
        """Whether there are such customers, who go by the account's time."""
        for customer in map(self.tx.world.tables["customer"].objects.get, ids):
            if customer is None or customer["test_clock"] is not None or "deleted" in customer:
                return False
        return True

    def _meter(self, event_name: str) -> _Meter:
        """The active meter that counts events of this name."""
        meter = of_name(self.tx, event_name)
        if meter is None:
            archived = of_name(self.tx, event_name, active=False) is not None
            raise refusals.no_active_meter(event_name, archived=archived)
        known = self._meters[event_name] = _Meter(
            meter,
            meter["customer_mapping"]["event_payload_key"],
            meter["value_settings"]["event_payload_key"],
            meter["default_aggregation"]["formula"] == "count",
            bool(self.tx.find(billing_alerts.ALERT, "meter", meter.id)),
        )
        return known

    def _customer(self, id_: str, key: str) -> _Customer:
        """The customer whose usage it is, with the time by which it is judged, and when it is aggregated."""
        customer = self.tx.get("customer", id_)
        if customer is None or customer.get("deleted"):
            raise refusals.meter_event_customer_missing(id_, key)
        clock = customer["test_clock"]
        now = self.tx.now(None if self.settings.timestamps_by == "account" else clock)
        lag = self.settings.lag_seconds
        ready: ledger.Moments = ()
        if lag:
            ready = ((None, self.now + lag), (clock, self.tx.now(clock) + lag))
        watched = self.has_thresholds and bool(self.tx.find("subscription", "thresholds", id_))
        owner = _Customer(customer, now, ready, watched)
        self._customers[id_] = owner
        return owner

    def _value(self, known: _Meter, given: str | None) -> Decimal:
        """The number an event carries; a meter that counts needs none. [inferred]"""
        if not given:
            if known.counts:
                return Decimal(1)
            raise refusals.payload_without("value", known.value_key)
        try:
            return parse_value(given, self.rules)
        except UsageValueError as error:
            raise refusals.bad_event_value(given, error) from None

    def _identifier(self) -> str:
        """An identifier for an event that was given none."""
        return text(f"{self.tx.world.seed.value}:identifier:{self.tx.new_id('mtrev')}", 32)


def _each(known: Mapping[Any, T], names: Sequence[Any]) -> list[T]:
    """What each of these names means; often there is but one."""
    if len(known) == 1:
        return [*known.values()] * len(names)
    return [*map(known.__getitem__, names)]


def of_name(tx: Transaction, event_name: str, *, active: bool = True) -> Object | None:
    """The active meter that counts events of this name, or else, if any will do, one that did."""
    meters: Sequence[Object] = tx.find("billing.meter", "event_name", event_name)
    for meter in meters:
        if meter["status"] == "active":
            return meter
    return None if active or not meters else meters[-1]
