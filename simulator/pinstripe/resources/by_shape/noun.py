"""How a noun without rules of its own is declared: what is said of it here is all that is not read off its shape.

A member of a new object comes from a parameter of the same name, from `starts` or `computed`, or it is null, absent,
empty metadata or a moment. A required member that none of these gives cannot be known, and the request is refused: no
answer holds a value that nobody computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pinstripe.resources.resource import Call, Handler, Include, View, as_stored
from pinstripe.world import Object, Transaction

Members = dict[str, Any]

Compute = Callable[[Call, Members], Any]
"""Works out one member from the request and the members known so far, the id among them."""

Check = Callable[[Call, Object], None]
"""Raises the refusal of a request that the object's state forbids."""

After = Callable[[Call, Object], None]
"""Does what else follows for the world once an object is made or moved on."""


@dataclass(frozen=True, slots=True)
class Below:
    """A list inside an object of what hangs below it, such as the reversals of a transfer."""

    kind: str
    by: str
    """The member of each row that holds the object's id."""
    url: str
    """The list's own address, with `{}` for the object's id."""
    counted: bool = False
    """Whether it says how many rows there are in all, as with fees and transfers. [second-hand; others: samples]"""


@dataclass(frozen=True, slots=True)
class Verb:
    """An operation that moves an object on, such as `cancel`."""

    changes: Mapping[str, Any] = field(default_factory=dict)
    """What becomes of the object; hashes merge into what is there."""
    computed: Mapping[str, Compute] = field(default_factory=dict)
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """The states in which it is possible, by member: {"status": ("pending",)}."""
    events: tuple[str, ...] = ()
    """The types of the events that tell of it; `NOUN.updated` goes without saying where Stripe has it."""
    check: Check | None = None
    after: After | None = None
    aside: tuple[str, ...] = ()
    """Parameters that are understood and show nowhere; kept under `_name`."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Parameters whose member has another name."""


@dataclass(frozen=True, slots=True)
class Noun:
    """One noun that is served by shape."""

    name: str
    """Its shape's name, which is the value of `object`."""
    prefix: str = ""
    """How its ids begin; "" where it has none, and then it is answered and not kept."""
    path: str = ""
    """Its collection, `/v1/transfers/{}/reversals`: what hangs below it is found in the contract."""
    create: str = ""
    """Where it is made, if not at its collection."""
    made: bool = True
    """Whether one can be made; if not, its list is empty and none is found."""
    parents: Mapping[str, str] = field(default_factory=dict)
    """Each placeholder of `path`, in order: the kind it names -> our member that holds its id; a name that begins with
    "_" where the shape has none."""
    starts: Mapping[str, Any] = field(default_factory=dict)
    """Members of a new one that no parameter has said; hashes inside are filled up, not replaced."""
    computed: Mapping[str, Compute] = field(default_factory=dict)
    """Members of a new one that are worked out, in order, unless a parameter has said them."""
    recomputed: Mapping[str, Compute] = field(default_factory=dict)
    """Members worked out whenever the object is made or changed, whatever was said."""
    aside: tuple[str, ...] = ()
    """Parameters that are understood and show nowhere; kept under `_name`."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Parameters whose member has another name; a dotted one lies inside hashes."""
    filters: Mapping[str, str] = field(default_factory=dict)
    """Filters of the list that do not have their member's name; a dotted one lies inside hashes."""
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    """By the path below one object, `cancel`, or by a whole path with `{}` for placeholders."""
    routes: Mapping[str, Handler] = field(default_factory=dict)
    """Operations with a rule of their own, by the contract's name."""
    singleton: bool = False
    """There is one in every account, unmade and unlisted."""
    id_from: str = ""
    """The parameter that chooses the id, where one can."""
    events: str = ""
    """What its event types begin with, if not its name."""
    check: Callable[[Call, Members], None] | None = None
    """Raises the refusal of a new one that cannot be."""
    changing: Check | None = None
    """Raises the refusal of an update that the state forbids."""
    deleting: Check | None = None
    """Raises the refusal of a deletion that the state forbids, or takes away what hangs below."""
    after: After | None = None
    """What follows once one is made, after its `created` event."""
    announced: bool = True
    """Whether its `created` event comes with its making; if not, a rule tells of it later."""
    below: Mapping[str, Below] = field(default_factory=dict)
    """Members that list what hangs below the object."""
    alarm: Callable[[Object], int | None] | None = None
    """When one next needs the clock; see `Kind`."""
    ring: Callable[[Transaction, Object], None] | None = None
    """What then happens."""
    includes: Mapping[str, Include] = field(default_factory=dict)
    """Members that are absent until `expand` asks for them."""
    indexes: Mapping[str, Callable[[Object], Iterable[str]]] = field(default_factory=dict)
    view: View = as_stored
    noun: str = ""
    """The word in Stripe's "No such ...", where it is not the object's name."""

    @property
    def stem(self) -> str:
        """What its event types begin with."""
        if self.events:
            return self.events
        return self.name.replace(".", "_") if self.name.startswith("issuing.") else self.name

    @property
    def kept(self) -> bool:
        """Whether it is an object that can be asked for again."""
        return bool(self.prefix or self.id_from or self.singleton)
