"""State and time: frozen objects, all-or-nothing transactions, timelines that read what is due off the objects.

The world knows no Stripe noun and no wire format. A request and a tick of the clock are the same thing to it: a
function that reads the world through a `Transaction` and returns changes. What happens next is never scheduled; each
`Kind` says of an object when it next needs the clock, and `World.advance` rings what is due.
"""

from pinstripe.world.clock import Clock, ControlledClock, WallClock
from pinstripe.world.ids import Seed
from pinstripe.world.kinds import Kind
from pinstripe.world.objects import Object, changed, frozen
from pinstripe.world.store import World
from pinstripe.world.transaction import Transaction

__all__ = [
    "Clock",
    "ControlledClock",
    "Kind",
    "Object",
    "Seed",
    "Transaction",
    "WallClock",
    "World",
    "changed",
    "frozen",
]
