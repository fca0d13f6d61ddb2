"""How the richer turns of a life are drawn: other beginnings, rests, plans ahead, other ways to buy, corrections."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.laws.bills import WAYS
from tests.laws.catalogue import CARDS, PLANS
from tests.laws.drawing import AMOUNT, BEHAVIOR, BEYOND, DAY, PRORATION, QUANTITY, WHICH, command, scene
from tests.laws.life import Command
from tests.laws.spans import AMENDMENTS, BEGINNINGS, PAUSES, RESUMPTIONS

PLAN_OF_ONE = st.sampled_from(["gold", "silver", "calls", "seats", "weekly", "yearly", "exact", "blocks"])
BEGINNING = st.sampled_from(list(BEGINNINGS))
AMENDMENT = st.sampled_from(list(AMENDMENTS))
LATER = CARDS.index("pm_card_chargeCustomerFail")

BEGIN = command("begin", WHICH, PLAN_OF_ONE, BEGINNING, BEHAVIOR)
AMEND = command("amend", WHICH, AMENDMENT, st.none() | st.none() | QUANTITY, BEHAVIOR)
CREDIT = command("credit", WHICH, st.sampled_from([1, 30, 100, 150]), st.integers(0, len(WAYS) - 1), st.booleans())
EDITS = ["add", "change", "remove", "text", "discount", "tax", "send", "hold", "advance"]
EDIT = command("edit", WHICH, st.sampled_from(EDITS), AMOUNT)
PHASES = st.sampled_from([("gold",), ("silver", "gold"), ("gold", "yearly"), ("silver", "seats", "weekly")])
SCHEDULE = command(
    "schedule", WHICH, PHASES, st.sampled_from(["release", "cancel"]), st.sampled_from([0, 0, 5 * DAY, 40 * DAY])
)
AROUND = command("schedule_around", WHICH, PLAN_OF_ONE, st.sampled_from([1, 14, 27]))
BUY = command("session", st.none() | WHICH, PLAN_OF_ONE | st.just("once"), st.integers(0, 3), st.integers(0, 2))
QUOTE = command("quote", WHICH, PLAN_OF_ONE, st.booleans(), st.integers(0, 2))

RICHER: SearchStrategy[Command] = st.one_of(
    BEGIN,
    BEGIN,
    AMEND,
    AMEND,
    command("wait_for_money", WHICH, QUANTITY),
    command("pause", WHICH, st.integers(0, len(PAUSES) - 1)),
    command("resume", WHICH, st.integers(0, len(RESUMPTIONS) - 1)),
    command("migrate", WHICH),
    command("add_item", WHICH, PLAN_OF_ONE, PRORATION),
    command("drop_item", WHICH, st.integers(0, 3), PRORATION, st.booleans()),
    SCHEDULE,
    AROUND,
    command("end_schedule", WHICH, st.sampled_from(["release", "cancel"])),
    QUOTE,
    command("deal", WHICH, st.sampled_from(["finalize", "accept", "accept", "cancel"])),
    BUY,
    command("expire", WHICH),
    command("link", PLAN_OF_ONE | st.just("once"), st.integers(0, 3)),
    CREDIT,
    command("take_back", WHICH),
    command("refund", WHICH, st.sampled_from([None, 1, 500])),
    EDIT,
    EDIT,
    command("drop_pending", WHICH, st.none() | AMOUNT),
    command("promise", WHICH, st.sampled_from(["once", "two months", "gone"])),
    command("withdraw", st.integers(0, 2)),
    command("unsay", st.integers(0, 1)),
    command("authenticate", WHICH, st.booleans()),
    command("locate", WHICH, st.integers(0, 4)),
    command("note_down", WHICH, AMOUNT),
    command("stop_clock", WHICH),
)


def richer_scenes(clock: int | None) -> SearchStrategy[list[Command]]:
    """Scenes of a new customer, on the account's clock or on a test clock, with the turns of this file."""
    payer: Command = ("customer", (clock, 0, 0))
    month: Command = ("wait", (clock, 31 * DAY))
    week: Command = ("wait", (clock, 7 * DAY))
    extra: Command = ("invoice_item", (0, 5000, False))
    gold: Command = ("subscribe", (0, PLANS.index(("gold",)), 1, None))
    begin = command("begin", st.just(0), PLAN_OF_ONE, BEGINNING, st.none())
    amend = command("amend", st.just(0), AMENDMENT, st.none() | QUANTITY, st.none())
    return st.one_of(
        scene(payer, begin, week, amend, month),
        scene(payer, begin, month, amend, month),
        scene(payer, ("locate", (0, 0)), ("begin", (0, "gold", "taxed by itself", None)), amend, month),
        scene(payer, ("begin", (0, "calls", "with a threshold", None)), ("use", (0, "1200", 0, None)), week, month),
        scene(payer, gold, week, ("pause", (0, 0)), week, command("resume", st.just(0), st.integers(0, 5)), month),
        scene(payer, SCHEDULE, month, AMEND, month),
        scene(payer, gold, AROUND, month, command("end_schedule", st.just(0), st.sampled_from(["release", "cancel"]))),
        scene(payer, QUOTE, ("deal", (0, "finalize")), ("deal", (0, "accept")), month),
        scene(
            payer, gold, ("new_card", (0, LATER)), ("wait_for_money", (0, 3)), command("wait", st.just(clock), BEYOND)
        ),
        scene(payer, gold, CREDIT, CREDIT, command("take_back", st.just(0)), month),
        scene(payer, extra, ("invoice", (0, True, False)), EDIT, EDIT, ("settle", (0, "pay"))),
        scene(payer, ("begin", (0, "gold", "sent", None)), ("settle", (0, "finalize")), CREDIT, month),
    )


VARIED: list[Command] = [
    # Hal begins on trial without a card, and comes back.
    ("customer", (None, CARDS.index(None), 0)),
    ("begin", (0, "gold", "trial without a card", None)),
    ("wait", (None, 5 * DAY)),
    ("new_card", (0, 0)),
    ("resume", (0, 1)),
    ("amend", (0, "trial", None, None)),
    ("wait", (None, 12 * DAY)),
    # Ida bills the classic way, rests, and goes over to the flexible one.
    ("customer", (None, 0, 0)),
    ("begin", (0, "silver", "classic", None)),
    ("amend", (0, "new cycle at once", 4, None)),
    ("wait", (None, 3 * DAY)),
    ("migrate", (0,)),
    ("pause", (0, 0)),
    ("wait", (None, 3 * DAY)),
    ("resume", (0, 1)),
    ("add_item", (0, "seats", "always_invoice")),
    ("drop_item", (0, 0, "create_prorations", False)),
    # Joe has a plan ahead, and Kim gets one around what she has.
    ("customer", (None, 0, 0)),
    ("schedule", (0, ("silver", "gold"), "release", 0)),
    ("customer", (None, 0, 0)),
    ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
    ("schedule_around", (0, "yearly", 14)),
    ("wait", (None, 31 * DAY)),
    ("wait", (None, 31 * DAY)),
    # Lea pays by month and year, is sent her bills, and pauses what is collected.
    ("customer", (None, 0, 0)),
    ("begin", (0, "gold", "mixed", None)),
    ("begin", (0, "gold", "sent", None)),
    ("wait", (None, DAY)),
    ("edit", (0, "send", 0)),
    ("amend", (0, "void for a while", None, None)),
    ("amend", (1, "write off", None, None)),
    ("wait", (None, 31 * DAY)),
    # Max accepts an offer, buys on a page and by a link.
    ("customer", (None, 0, 0)),
    ("quote", (0, "gold", True, 0)),
    ("deal", (0, "finalize")),
    ("deal", (0, "accept")),
    ("session", (0, "silver", 0, 1)),
    ("session", (None, "once", 2, 0)),
    ("expire", (0,)),
    ("link", ("once", 0)),
    # Nia's card gives out; her upgrade waits for money and comes to nothing.
    ("customer", (None, 0, 0)),
    ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
    ("new_card", (0, LATER)),
    ("wait_for_money", (0, 3)),
    ("wait", (None, 2 * DAY)),
    # Oda's bills are corrected before and after they are paid.
    ("customer", (None, 0, 0)),
    ("invoice_item", (0, 5000, False)),
    ("invoice", (0, True, False)),
    ("edit", (0, "add", 1200)),
    ("edit", (0, "discount", 0)),
    ("settle", (0, "finalize")),
    ("credit", (0, 30, 0, False)),
    ("credit", (0, 30, 0, False)),
    ("take_back", (0,)),
    ("settle", (0, "pay")),
    ("credit", (0, 30, 1, False)),
    ("credit", (0, 30, 2, False)),
    ("refund", (0, 1)),
    ("invoice_item", (0, 5000, False)),
    ("invoice", (0, True, False)),
    ("edit", (0, "tax", 0)),
    ("settle", (0, "pay")),
    ("credit", (0, 0, 2, True)),
    ("note_down", (0, -900)),
    ("subscribe", (0, PLANS.index(("gold", "calls")), 1, None)),
    ("use", (0, "250", 0, 0)),
    ("unsay", (0,)),
    ("promise", (0, "two months")),
    ("withdraw", (0,)),
    ("wait", (None, 31 * DAY)),
    # Pam lives on a test clock that is taken away.
    ("customer", (0, 0, 0)),
    ("begin", (0, "gold", "by the calendar", None)),
    ("wait", (0, 45 * DAY)),
    ("stop_clock", (0,)),
    # Quinn is taxed by where she lives, pays when she has used enough, and has to be asked.
    ("customer", (None, 0, 0)),
    ("locate", (0, 0)),
    ("begin", (0, "gold", "taxed by itself", None)),
    ("begin", (0, "calls", "with a threshold", None)),
    ("use", (0, "1200", 0, None)),
    ("customer", (None, CARDS.index("pm_card_authenticationRequired"), 0)),
    ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
    ("authenticate", (0, True)),
    ("customer", (None, CARDS.index("pm_usBankAccount_success"), 0)),
    ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
    ("wait", (None, 31 * DAY)),
    # What is still open at the end.
    ("customer", (None, 0, 0)),
    ("begin", (0, "gold", "trial", None)),
    ("begin", (0, "gold", "to be canceled", None)),
    ("subscribe", (0, PLANS.index(("gold",)), 1, None)),
    ("pause", (0, 0)),
    ("schedule", (0, ("gold",), "cancel", 40 * DAY)),
]
"""A life of what has come to be modelled beside plain subscriptions: every law is tried on it as well."""
