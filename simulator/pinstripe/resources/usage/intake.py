"""The one way in for usage, whichever API it comes by: each event is checked, and filed by meter and customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from operator import itemgetter
from typing import Any

from pinstripe.billing.usage import RULES, UsageValueError, parse_value
from pinstripe.errors import StripeError
from pinstripe.resources import refusals
from pinstripe.resources.subscriptions import thresholds
from pinstripe.resources.usage import billing_alerts, ledger, usage_settings
from pinstripe.world import Object, Transaction
from pinstripe.world.ids import text

DAY = 86_400
PAST_DAYS = 35
"""How old an event's timestamp may be. [documented]"""
FUTURE_SECONDS = 300
"""How far ahead it may be. [documented]"""


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
        value = self._value(known, payload)
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
        if known.has_alerts:
            self._file_with_alerts(known, owner, timestamp, value, identifier)
        else:
            keys = ((known.meter["id"], id_),)
            self.page.add(keys, timestamp, value, identifier, owner.ready)
        if owner.has_thresholds and not owner.ready:
            thresholds.check(self.tx, owner.customer)  # which may invoice it at once
        return identifier, timestamp

    def file_together(self, rows: Sequence[Mapping[str, Any]], moments: Sequence[int | None]) -> bool:
        """File the events of one call column by column, if nothing is wrong with any and nobody watches them.

        Otherwise nothing is filed, and each has to be looked at alone.
        """
        if self.has_thresholds or self.settings.lag_seconds:
            return False
        stamps = [self.now if moment is None else moment for moment in moments]
        if min(stamps) < self.now - PAST_DAYS * DAY or max(stamps) > self.now + FUTURE_SECONDS:
            return False
        identifiers = [row.get("identifier") for row in rows]
        if not self.page.are_fresh([each for each in identifiers if each is not None]):
            return False
        names = [row["event_name"] for row in rows]
        payloads = [row["payload"] for row in rows]
        different = dict.fromkeys(names)
        if len(different) == 1:
            of_all = self._columns(names[0], payloads)
            if of_all is not None:
                self.page.extend(*of_all, stamps, identifiers)
            return of_all is not None
        columns = []
        for name in different:
            here = [name == other for other in names]
            of_it = self._columns(name, [*compress(payloads, here)])
            if of_it is None:
                return False
            columns.append((*of_it, [*compress(stamps, here)], [*compress(identifiers, here)]))
        for places, values, at, named in columns:
            self.page.extend(places, values, at, named)
        return True

    def _columns(self, name: str, payloads: Sequence[Mapping[str, str]]) -> tuple[list[int], list[Decimal]] | None:
        """The tallies and the values of events of one name; None if not all of them are plainly right."""
        try:
            known = self._meters.get(name) or self._meter(name)
            texts = [*map(itemgetter(known.value_key), payloads)]
            values = {given: parse_value(given, self.rules) for given in {*texts}}
            ids = [*map(itemgetter(known.customer_key), payloads)]
        except (KeyError, StripeError, UsageValueError):
            return None
        different = dict.fromkeys(ids)
        if known.has_alerts or not self._live_now(different):
            return None
        places = self.page.ledger.places_on(known.meter.id, different)
        return [*map(places.__getitem__, ids)], [*map(values.__getitem__, texts)]

    def _live_now(self, ids: Iterable[str]) -> bool:
        """Whether there are such customers, who go by the account's time."""
        customers = self.tx.world.tables["customer"].objects
        for id_ in ids:
            customer = customers.get(id_)
            if customer is None or customer["test_clock"] is not None or "deleted" in customer:
                return False
        return True

    def _file_with_alerts(
        self, known: _Meter, owner: _Customer, stamp: int, value: Decimal, identifier: str | None
    ) -> None:
        """File an event that alerts count too."""
        id_ = owner.customer.id
        alerts = billing_alerts.about(self.tx, known.meter, owner.customer)
        keys = ((known.meter.id, id_), *((alert.id, id_) for alert in alerts))
        self.page.add(keys, stamp, value, identifier, owner.ready)
        for alert in alerts:
            billing_alerts.follow(self.tx, alert, known.meter, id_)

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

    def _value(self, known: _Meter, payload: Mapping[str, str]) -> Decimal:
        """The number an event carries; a meter that counts needs none. [inferred]"""
        given = payload.get(known.value_key)
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


def of_name(tx: Transaction, event_name: str, *, active: bool = True) -> Object | None:
    """The active meter that counts events of this name, or else, if any will do, one that did."""
    meters: Sequence[Object] = tx.find("billing.meter", "event_name", event_name)
    counting = next((meter for meter in meters if meter["status"] == "active"), None)
    return counting if active or counting is not None or not meters else meters[-1]
