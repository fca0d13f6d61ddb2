"""How lives are drawn: a beginning with customers and subscriptions, then anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.laws.catalogue import CARDS, NONSENSE, PLANS, TERMS
from tests.laws.drawing import (
    AGE,
    AMOUNT,
    BALANCE,
    BEHAVIOR,
    BEYOND,
    CARD,
    CHANGE,
    CLOCK,
    DAY,
    HOUR,
    IDENTIFIER,
    METERED,
    NUMBER,
    PLAN,
    PRORATION,
    QUANTITY,
    SECONDS,
    SETTLE,
    SHARE,
    VALUE,
    WHICH,
    command,
    scene,
)
from tests.laws.life import Command
from tests.laws.turns import RICHER, VARIED, richer_scenes

CUSTOMER = command("customer", CLOCK, CARD, BALANCE)
SUBSCRIBE = command("subscribe", WHICH, PLAN, QUANTITY, BEHAVIOR)
CHANGES = command("change", WHICH, CHANGE, NUMBER, PRORATION, SHARE)
TIME = command("wait", CLOCK, SECONDS) | command("next", CLOCK, BEYOND)
PAY = command("settle", st.just(0), st.sampled_from(["pay", "pay with visa", "finalize"]))

ANYTHING = st.one_of(
    CUSTOMER,
    SUBSCRIBE,
    CHANGES,
    CHANGES,
    TIME,
    TIME,
    TIME,
    command("use", WHICH, VALUE, AGE, IDENTIFIER),
    command("use", WHICH, VALUE, st.just(0), st.none()),
    command("terms", WHICH, st.integers(0, len(TERMS) - 1), st.booleans()),
    command("grant", WHICH, AMOUNT),
    command("new_card", WHICH, CARD),
    command("balance", WHICH, BALANCE),
    command("cancel", WHICH, st.booleans(), st.booleans()),
    command("cancel_later", WHICH, st.booleans()),
    command("invoice_item", WHICH, AMOUNT, st.booleans()),
    command("invoice", WHICH, st.booleans(), st.booleans()),
    command("settle", WHICH, SETTLE),
    command("preview", WHICH, st.none() | CHANGE, NUMBER, PRORATION),
    command("leave", WHICH),
    command("nonsense", st.integers(0, len(NONSENSE) - 1)),
)


def scenes_on(clock: int | None) -> SearchStrategy[list[Command]]:
    """Scenes of a new customer on the account's clock, or on a test clock."""
    payer: Command = ("customer", (clock, 0, 0))
    use = command("use", st.just(0), st.sampled_from(["60", "250", "1200"]), st.just(0), IDENTIFIER)
    month: Command = ("wait", (clock, 31 * DAY))
    return st.one_of(
        # A month of usage, billed and paid, and one more.
        scene(payer, command("subscribe", st.just(0), st.sampled_from(METERED), QUANTITY, st.none()), use, use, month),
        scene(use, month, use, command("next", st.just(clock), BEYOND)),
        # A card that pays once and never again, tried until the tries are used up.
        scene(
            payer,
            ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
            ("new_card", (0, CARDS.index("pm_card_chargeCustomerFail"))),
            month,
            command("wait", st.just(clock), st.sampled_from([2 * DAY, 5 * DAY, 20 * DAY])),
        ),
        # Two changes in one period, billed with the renewal or at once.
        scene(payer, SUBSCRIBE, ("wait", (clock, 3 * DAY)), CHANGES, ("wait", (clock, DAY)), CHANGES, month),
        # A change invoiced at once, then the end of the period as the end of all.
        scene(
            payer,
            ("subscribe", (0, PLANS.index(("gold", "calls")), 1, None)),
            ("wait", (clock, 3 * DAY)),
            command("change", st.just(0), st.just("quantity"), NUMBER, st.just("always_invoice"), st.none()),
            ("cancel_later", (0, True)),
            month,
        ),
        # Invoices by hand: one for what waits, one that is opened and settled somehow.
        scene(payer, command("invoice_item", st.just(0), AMOUNT, st.just(False)), ("invoice", (0, True, False)), PAY),
        scene(
            payer,
            ("invoice_item", (0, 5000, False)),
            ("invoice", (0, True, False)),
            ("settle", (0, "finalize")),
            command("settle", st.just(0), SETTLE),
        ),
        # Further than the clock may go.
        scene(payer, ("subscribe", (0, PLANS.index(("daily",)), 1, None)), ("wait", (clock, 45 * DAY))),
    )


SCENE = st.one_of(scenes_on(None), scenes_on(0), richer_scenes(None), richer_scenes(0))


def lives(shortest: int = 5, longest: int = 18) -> SearchStrategy[list[Command]]:
    """Lives with at least one customer and one subscription, whatever comes of them."""
    people, purchases = st.lists(CUSTOMER, min_size=1, max_size=2), st.lists(SUBSCRIBE, min_size=1, max_size=3)
    turns = st.lists(
        st.one_of(*[ANYTHING.map(lambda one: [one])] * 3, *[RICHER.map(lambda one: [one])] * 2, SCENE),
        min_size=shortest,
        max_size=longest,
    )
    return st.builds(
        lambda first, then, rest: [*first, *then, *(command for turn in rest for command in turn)],
        people,
        purchases,
        turns,
    )


GOLD, CALLS, DAILY = (PLANS.index(plan) for plan in (("gold",), ("gold", "calls"), ("daily",)))
VISA, LATER, NONE = 0, CARDS.index("pm_card_chargeCustomerFail"), CARDS.index(None)

EVENTFUL: list[Command] = [
    # Ada has credit, uses much, reports badly, changes twice and stays.
    ("customer", (None, VISA, -1500)),
    ("subscribe", (0, CALLS, 1, None)),
    ("use", (0, "1200", 0, 0)),
    ("use", (0, "60", 0, 0)),
    ("use", (0, "60", 36 * DAY, None)),
    ("use", (0, "60", -HOUR, None)),
    ("preview", (0, None, 0, None)),
    ("preview", (0, "quantity", 5, "always_invoice")),
    ("wait", (None, 3 * DAY)),
    ("change", (0, "quantity", 4, "always_invoice", None)),
    ("change", (0, "quantity", 2, "create_prorations", 40)),
    # Bob's first payment fails; one subscription is rescued, one expires.
    ("customer", (None, LATER, 0)),
    ("subscribe", (0, GOLD, 1, "error_if_incomplete")),
    ("subscribe", (0, GOLD, 1, None)),
    ("settle", (0, "pay")),
    ("settle", (0, "pay with visa")),
    ("subscribe", (0, GOLD, 2, None)),
    ("wait", (None, DAY)),
    # Carol's card gives out after a month, and one of her invoices is given up.
    ("customer", (None, VISA, 0)),
    ("subscribe", (0, GOLD, 1, None)),
    ("new_card", (0, LATER)),
    ("wait", (None, 32 * DAY)),
    ("wait", (None, 20 * DAY)),
    ("preview", (0, None, 0, None)),
    # Dora leaves with the period, Eve at once; small amounts, invoices by hand.
    ("customer", (None, VISA, 0)),
    ("subscribe", (0, CALLS, 1, None)),
    ("cancel_later", (0, True)),
    ("wait", (None, 31 * DAY)),
    ("customer", (None, VISA, 40)),
    ("subscribe", (0, PLANS.index(("tiny",)), 1, None)),
    ("cancel", (0, True, True)),
    ("invoice_item", (0, 20, False)),
    ("invoice", (0, True, False)),
    ("settle", (0, "pay")),
    ("invoice_item", (0, 5000, False)),
    ("invoice", (0, True, False)),
    ("settle", (0, "finalize")),
    ("settle", (0, "mark_uncollectible")),
    ("invoice_item", (0, 5000, False)),
    ("invoice", (0, True, True)),
    ("settle", (0, "pay")),
    ("balance", (0, -700)),
    ("invoice_item", (0, 900, False)),
    ("invoice", (0, True, False)),
    ("settle", (0, "finalize")),
    ("settle", (0, "void")),
    ("leave", (0,)),
    ("nonsense", (0,)),
    # Gina pays less, pays tax and has credits; once, for two months and for ever.
    ("customer", (None, VISA, 0)),
    ("subscribe", (0, CALLS, 2, None)),
    ("terms", (0, 1, False)),
    ("terms", (0, 2, True)),
    ("grant", (0, 300)),
    ("use", (0, "1200", 0, None)),
    ("preview", (0, None, 0, None)),
    ("wait", (None, 10 * DAY)),
    ("change", (0, "quantity", 3, "always_invoice", None)),
    ("change", (0, "quantity", 5, "create_prorations", 40)),
    ("wait", (None, 31 * DAY)),
    ("terms", (0, 5, False)),
    ("wait", (None, 31 * DAY)),
    # Frank lives on a test clock.
    ("customer", (0, VISA, 0)),
    ("subscribe", (0, DAILY, 1, None)),
    ("wait", (0, 45 * DAY)),
    ("wait", (0, 5 * DAY)),
    ("customer", (1, VISA, 0)),
    ("subscribe", (0, CALLS, 1, None)),
    ("use", (0, "1200", 0, None)),
    # What is still open at the end.
    ("customer", (None, VISA, 0)),
    ("subscribe", (0, GOLD, 1, None)),
    ("new_card", (0, LATER)),
    ("wait", (None, 32 * DAY)),
    ("customer", (None, VISA, 0)),
    ("subscribe", (0, GOLD, 1, None)),
    ("cancel_later", (0, True)),
    ("customer", (None, LATER, 0)),
    ("subscribe", (0, GOLD, 1, None)),
]
"""A life in which everything happens that random ones may miss: every law is tried on it first."""


SEEDED = settings.get_current_profile_name() == "seeded"
few = settings(max_examples=8) if SEEDED else settings()
"""For laws that are dear to try: a few of the seeded lives, and as many as asked for where somebody has asked."""
some = settings(max_examples=20) if SEEDED else settings()
"""For the other laws of lives, which are long: what a run of the suite can spare."""


def on_lives(law: Callable[[list[Command]], None]) -> Callable[[], None]:
    """Try a law on the eventful life, on the varied one, and on random ones."""
    tried = some(example(commands=EVENTFUL)(example(commands=VARIED)(given(commands=lives())(law))))
    return cast("Callable[[], None]", tried)
