"""What every backend can do, whatever stands behind it."""

from __future__ import annotations

from typing import Protocol

from pinstripe.control import Client
from pinstripe_contracts import contract
from pinstripe_scenarios.account import Account


class Backend(Protocol):
    """A Stripe to run tests against."""

    name: str
    features: frozenset[str]

    @property
    def api_version(self) -> str:
        """The version spoken where a call names none."""
        ...

    def supports(self, feature: str) -> bool:
        """Whether it can do something; raises ValueError for a word that no backend knows."""
        ...

    def open(self, test: str, *, seed: str, now: int | None) -> Account:
        """The account of one test, empty where accounts are made for each test."""
        ...

    def control_client(self, account: Account) -> Client | None:
        """The control plane of an account, or None where Stripe is not ours to control."""
        ...

    def shut(self, account: Account) -> None:
        """The test is over."""
        ...

    def pause(self, attempt: int) -> None:
        """Let time pass before asking again whether something is ready."""
        ...

    def server_url(self) -> str | None:
        """The base URL of a server that answers for the same accounts, or None where there is none to point at."""
        ...

    def close(self) -> None:
        """The run is over."""
        ...


FEATURES = {
    "isolation": "every test has an account of its own, which begins empty",
    "reproducible-ids": "the same test gives the same ids",
    "set-now": "an account can begin at any moment",
    "fates": "a card can be told to fail, to recover or to want its holder from some payment on",
    "control": "clocks, savepoints, faults and deliveries on command",
    "server": "other processes can reach the same accounts by a base URL",
}


class Features:
    """The words that `supports` understands."""

    features: frozenset[str] = frozenset()

    @property
    def api_version(self) -> str:
        """The newest version that pinstripe's contract describes."""
        return contract().version

    def supports(self, feature: str) -> bool:
        """Whether it can do something; raises ValueError for a word that no backend knows."""
        if feature not in FEATURES:
            raise ValueError(f"No backend knows the feature {feature!r}; there are {', '.join(FEATURES)}.")
        return feature in self.features
