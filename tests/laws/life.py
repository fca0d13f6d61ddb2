"""One life of an account: commands carried out as form-encoded requests, each answer remembered.

A command is a name and a few small numbers, so that a life is plain data and can be lived again. Numbers that mean an
object count from the newest, around the corner; where there is none yet, the command does nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from pinstripe import Simulator
from pinstripe.http.message import Request
from pinstripe.world import World
from tests.laws import bills, sales, spans, terms
from tests.laws.catalogue import CARDS, NONSENSE, PLANS, PRICES
from tests.laws.forms import pairs

BIRTH = 1_801_353_600
"""31 January 2027, 00:00 UTC: months of 28, 31 and 30 days lie ahead."""
KEY = "sk_test_law"

MOVES: Mapping[str, Callable[..., None]] = {**spans.MOVES, **sales.MOVES, **bills.MOVES}
"""Commands that stand in files of their own, by their name; the others are methods of a life."""

Command = tuple[str, tuple[Any, ...]]
Watch = Callable[["Life", "Answer"], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """One request with what came of it."""

    method: str
    path: str
    params: Mapping[str, Any]
    status: int
    body: Any
    raw: bytes
    headers: Mapping[str, str]


class Life:
    """An account that things happen to; `watch` sees every answer."""

    def __init__(self, watch: Watch | None = None) -> None:
        self.simulator = Simulator(seed="life", now=BIRTH)
        self.watch = watch
        self.version: str | None = None
        """The API version that is asked for, if not the account's."""
        self.answers: list[Answer] = []
        self.deeds: Counter[str] = Counter()
        self.prices: dict[str, str] = {}
        self.customers: list[str] = []
        self.clocks: list[str] = []
        self.meter = ""
        self.product = ""

    def known(self) -> Any:
        """What the life remembers of what it has made, to be told to it again when the account goes back."""
        return self.prices.copy(), self.customers.copy(), self.clocks.copy(), self.meter, self.product

    def know(self, known: Any) -> None:
        """Remember this and nothing else."""
        prices, customers, clocks, self.meter, self.product = known
        self.prices, self.customers, self.clocks = prices.copy(), customers.copy(), clocks.copy()

    @property
    def world(self) -> World:
        """What is behind it all."""
        return self.simulator.account(KEY).world

    def live(self, commands: Sequence[Command]) -> Life:
        """Carry out one command after another."""
        for name, arguments in commands:
            self.do(name, *arguments)
        return self

    def do(self, name: str, *arguments: Any) -> None:
        """Carry out one command."""
        if name in MOVES:
            MOVES[name](self, *arguments)
        else:
            getattr(self, f"do_{name}")(*arguments)

    def ask(self, method: str, path: str, **params: Any) -> Any:
        """Send one request; the body of its answer."""
        form = urlencode(list(pairs(params)))
        query, body = (form, b"") if method == "GET" else ("", form.encode())
        headers = {"authorization": f"Bearer {KEY}", "content-type": "application/x-www-form-urlencoded"}
        if self.version is not None:
            headers["stripe-version"] = self.version
        response = self.simulator.handle(Request(method, path, query, headers, body))
        answer = Answer(
            method, path, params, response.status, orjson.loads(response.body), response.body, response.headers
        )
        assert answer.status != 500, answer.body["error"]["message"]
        self.answers.append(answer)
        if self.watch is not None:
            self.watch(self, answer)
        return answer.body

    def act(self, kind: str, which: int, verb: str, **params: Any) -> None:
        """Do something to an object, if there is one."""
        found = self.pick(kind, which)
        if found is not None:
            self.ask("POST", f"/v1/{kind}s/{found.id}/{verb}", **params)

    def control(self, call: str, body: Mapping[str, Any]) -> Any | None:
        """Do what only the control plane can; None where it is refused."""
        return sales.control(self, KEY, call, body)

    def ids(self, kind: str) -> list[str]:
        """All ids of a kind, oldest first."""
        return list(self.world.tables[kind].objects)

    def pick(self, kind: str, which: int) -> Any | None:
        """One object of a kind as it is kept, counted from the newest."""
        ids = self.ids(kind)
        return self.world.get(kind, ids[-1 - which % len(ids)]) if ids else None

    # --- the catalogue -----------------------------------------------------------------------------------------------

    def price(self, name: str) -> str:
        """The id of a price of the catalogue, made on first use."""
        if name not in self.prices:
            form = dict(PRICES[name])
            if not self.product:
                self.product = self.ask("POST", "/v1/products", name="Gold")["id"]
            if form.get("recurring", {}).get("usage_type") == "metered":
                form["recurring"] = {**form["recurring"], "meter": self.the_meter()}
            made = self.ask("POST", "/v1/prices", product=self.product, **{"currency": "usd", **form})
            self.prices[name] = made["id"]
        return self.prices[name]

    def the_meter(self) -> str:
        """The id of the one meter, made on first use."""
        if not self.meter:
            self.meter = self.ask(
                "POST",
                "/v1/billing/meters",
                display_name="Calls",
                event_name="calls",
                default_aggregation={"formula": "sum"},
            )["id"]
        return self.meter

    # --- commands: people --------------------------------------------------------------------------------------------

    def do_customer(self, clock: int | None, card: int, balance: int) -> None:
        """A new customer, on a test clock or not."""
        params: dict[str, Any] = {"email": "ada@example.com", "balance": balance or None}
        if clock is not None:
            if clock % 2 == 0 or not self.clocks:
                made = self.ask("POST", "/v1/test_helpers/test_clocks", frozen_time=BIRTH)
                self.clocks.append(made["id"])
            params["test_clock"] = self.clocks[-1]
        name = CARDS[card % len(CARDS)]
        if name is not None:
            params |= {"payment_method": name, "invoice_settings": {"default_payment_method": name}}
        self.keep(self.ask("POST", "/v1/customers", **params))

    def keep(self, customer: Mapping[str, Any]) -> None:
        """Remember a customer, if it was made."""
        if "id" in customer:
            self.customers.append(customer["id"])

    def somebody(self, which: int) -> str:
        """One of the customers."""
        return self.customers[-1 - which % len(self.customers)]

    def do_new_card(self, which: int, card: int) -> None:
        """Another default card for a customer."""
        name = CARDS[card % len(CARDS)]
        if self.customers and name is not None:
            customer = self.somebody(which)
            method = self.ask("POST", f"/v1/payment_methods/{name}/attach", customer=customer)
            if "id" in method:
                self.ask("POST", f"/v1/customers/{customer}", invoice_settings={"default_payment_method": method["id"]})

    def do_balance(self, which: int, balance: int) -> None:
        """Set a customer's balance."""
        if self.customers:
            self.ask("POST", f"/v1/customers/{self.somebody(which)}", balance=balance)

    def do_leave(self, which: int) -> None:
        """Delete a customer, who stays on the list: what comes later meets the stub."""
        if len(self.customers) > 1:
            self.ask("DELETE", f"/v1/customers/{self.somebody(which)}")

    # --- commands: subscriptions -------------------------------------------------------------------------------------

    def do_subscribe(self, which: int, plan: int, quantity: int, behavior: str | None) -> None:
        """A new subscription."""
        if self.customers:
            names = PLANS[plan % len(PLANS)]
            items = [self.item(name, quantity) for name in names]
            self.ask("POST", "/v1/subscriptions", customer=self.somebody(which), items=items, payment_behavior=behavior)

    def item(self, name: str, quantity: int) -> dict[str, Any]:
        """An item of this price; metered ones take no quantity."""
        metered = PRICES[name].get("recurring", {}).get("usage_type") == "metered"
        return {"price": self.price(name), **({} if metered else {"quantity": quantity})}

    def do_change(self, which: int, how: str, number: int, behavior: str | None, share: int | None) -> None:
        """Change what a subscription is of: another quantity or price, an item more or less.

        `share` places the proration date in the period, in hundredths.
        """
        subscription = self.pick("subscription", which)
        if subscription is None:
            return
        items = self.changed_items(subscription, how, number)
        self.ask(
            "POST",
            f"/v1/subscriptions/{subscription.id}",
            items=items,
            proration_behavior=behavior,
            proration_date=self.moment_in_period(subscription, share),
        )

    def changed_items(self, subscription: Any, how: str, number: int) -> list[dict[str, Any]]:
        """The `items` of a request that changes a subscription."""
        items = subscription["items"]
        item = items[number % len(items)]
        names = list(PRICES)
        match how:
            case "quantity":
                return [{"id": item["id"], "quantity": number}]
            case "price":
                return [{"id": item["id"], **self.item(names[number % 6], number % 3 + 1)}]
            case "add":
                return [self.item(names[number % len(names)], number % 3 + 1)]
        return [{"id": item["id"], "deleted": True}]

    def moment_in_period(self, subscription: Any, share: int | None) -> int | None:
        """A moment so many hundredths into the current period, up to now; None for now."""
        if share is None:
            return None
        start, now = subscription["items"][0]["current_period_start"], self.now_of(subscription)
        return int(start + (now - start) * share // 100)

    def now_of(self, obj: Mapping[str, Any]) -> int:
        """The time an object lives in."""
        return self.world.timelines[obj.get("test_clock")].now

    def do_cancel(self, which: int, invoice_now: bool, prorate: bool) -> None:
        """Cancel now."""
        subscription = self.pick("subscription", which)
        if subscription is not None:
            path = f"/v1/subscriptions/{subscription.id}"
            self.ask("DELETE", path, invoice_now=invoice_now, prorate=prorate)

    def do_cancel_later(self, which: int, wanted: bool) -> None:
        """Cancel at the period's end, or not after all."""
        subscription = self.pick("subscription", which)
        if subscription is not None:
            self.ask("POST", f"/v1/subscriptions/{subscription.id}", cancel_at_period_end=wanted)

    def do_terms(self, which: int, number: int, on_item: bool) -> None:
        """Give a subscription, or its first item, other discounts and tax rates."""
        terms.give(self, self.pick("subscription", which), number, on_item=on_item)

    def do_grant(self, which: int, value: int) -> None:
        """Give a customer billing credits for usage."""
        if self.customers:
            terms.grant(self, self.somebody(which), value)

    # --- commands: usage ---------------------------------------------------------------------------------------------

    def do_use(self, which: int, value: str, age: int, identifier: int | None) -> None:
        """Report usage that happened `age` seconds ago; numbered identifiers come twice."""
        if not self.customers:
            return
        self.the_meter()
        id_ = self.somebody(which)
        customer = self.world.get("customer", id_)
        assert customer is not None
        self.ask(
            "POST",
            "/v1/billing/meter_events",
            event_name="calls",
            payload={"stripe_customer_id": id_, "value": value},
            timestamp=self.now_of(customer) - age,
            identifier=None if identifier is None else f"fact {identifier}",
        )

    # --- commands: previews -------------------------------------------------------------------------------------------

    def do_preview(self, which: int, change: str | None, number: int, behavior: str | None) -> None:
        """Preview the next invoice, perhaps after a change."""
        subscription = self.pick("subscription", which)
        if subscription is None:
            return
        details = None
        if change is not None:
            details = {"items": self.changed_items(subscription, change, number), "proration_behavior": behavior}
        self.ask("POST", "/v1/invoices/create_preview", subscription=subscription.id, subscription_details=details)

    # --- commands: time ----------------------------------------------------------------------------------------------

    def do_wait(self, which: int | None, seconds: int) -> None:
        """Let time go by: on a test clock, or the account's own."""
        if which is None or not self.clocks:
            self.travel(self.world.now + seconds)
        else:
            clock = self.clocks[-1 - which % len(self.clocks)]
            self.advance(clock, self.world.timelines[clock].now + seconds)

    def do_next(self, which: int | None, seconds: int) -> None:
        """Let time go by until something is due, and so many seconds more."""
        clock = None if which is None or not self.clocks else self.clocks[-1 - which % len(self.clocks)]
        due = self.world.next_alarm(clock)
        if due is None:
            return
        if clock is None:
            self.travel(due + seconds)
        else:
            self.advance(clock, due + seconds)

    def travel(self, to: int) -> None:
        """Turn the account's clock."""
        self.simulator.account(KEY).set_clock(max(to, self.world.now))

    def advance(self, clock: str, to: int) -> Any:
        """Advance a test clock."""
        return self.ask("POST", f"/v1/test_helpers/test_clocks/{clock}/advance", frozen_time=to)

    # --- commands: nonsense ------------------------------------------------------------------------------------------

    def do_nonsense(self, which: int) -> None:
        """A request that cannot be right."""
        method, path, params = NONSENSE[which % len(NONSENSE)]
        self.ask(method, path, **params)
