"""Ids that look like Stripe's and come from a seed: the same calls give the same ids, whatever the machine or the day.

Lengths and first characters follow recorded ids: newer nouns have 24 characters that begin with a digit which routes
them, older ones 14. This is the only file that may ask for randomness, and only for the seed of a server.
"""

from __future__ import annotations

import hashlib
import secrets
import string
from dataclasses import dataclass
from functools import cache, lru_cache

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
CAPITALS = string.digits + string.ascii_uppercase
SHORT = frozenset({"cus", "prod", "si", "req"})
"""Prefixes whose ids have 14 characters. [recorded]"""

ROUTED_BY_3 = frozenset({"pi", "ch", "re", "py", "payatt"})
"""Prefixes whose 24 characters begin with 3 instead of 1. [recorded]"""


LONG = {
    "acct": ("acct_1", 15),
    "mtr": ("mtr_test_61", 22),
    "ed": ("ed_test_61", 42),
    "ent": ("ent_test_61", 30),
    "feat": ("feat_test_61", 30),
    "cbtxn_test": ("cbtxn_test_61", 30),
    "credgr": ("credgr_test_61", 30),
    "evt_test": ("evt_test_65", 42),
    "mtr_event_adj": ("mtr_event_adj_test_61", 42),
    "accttok": ("accttok_61", 42),
    "perstok": ("perstok_61", 42),
    "person_test": ("person_test_61", 42),
    "usba": ("usba_test_61", 42),
    "gbba": ("gbba_test_61", 42),
    "osi": ("osi_test_61", 42),
    "pcimprt": ("pcimprt_test_61", 42),
}
"""Prefixes whose ids begin otherwise, with the number of characters that follow. [documented samples]"""


def text(material: str, length: int, alphabet: str = ALPHABET) -> str:
    """So many characters, 64 at most, drawn from the material by a hash: always the same, and as good as never twice.

    Each byte of the hash picks one character. The first few of the alphabet come up a little more often, which costs
    nothing here: these are names, not secrets.
    """
    return hashlib.blake2b(material.encode(), digest_size=length).digest().translate(_letters(alphabet)).decode()


@cache
def _letters(alphabet: str) -> bytes:
    """The character that each of the 256 bytes stands for."""
    return bytes(ord(alphabet[byte % len(alphabet)]) for byte in range(256))


@lru_cache(maxsize=1024)  # every event asks whose it is
def _account_id(seed: str) -> str:
    """The id of the account with this seed."""
    return "acct_1" + text(f"{seed}:account", 15)


@dataclass(frozen=True, slots=True)
class Seed:
    """What every id of one account is drawn from."""

    value: str
    owner: str = ""
    """The account's own id, where somebody else has chosen it."""

    @staticmethod
    def fresh() -> Seed:
        """A seed no earlier run has used, so that ids kept in an app's database never come back as other objects."""
        return Seed(secrets.token_hex(8))

    def account(self, key: str) -> Seed:
        """The seed of one account."""
        return Seed(f"{self.value}/{key}")

    @property
    def account_id(self) -> str:
        """The account's own id: `acct_` and 16 characters, unless it was given."""
        return self.owner or _account_id(self.value)

    def named(self, owner: str) -> Seed:
        """The same seed for an account that has its id already."""
        return Seed(self.value, owner)

    def id(self, prefix: str, number: int) -> str:
        """The id of the number-th object with this prefix, such as `cus_` and 14 characters."""
        material = f"{self.value}:{prefix}:{number}"
        if prefix in SHORT:
            return f"{prefix}_{text(material, 14)}"
        if prefix in LONG:
            beginning, length = LONG[prefix]
            return beginning + text(material, length)
        return f"{prefix}_{'3' if prefix in ROUTED_BY_3 else '1'}{text(material, 23)}"

    def secret(self, of: str, length: int) -> str:
        """Letters and digits that belong to one thing, such as an endpoint's signing secret."""
        return text(f"{self.value}:secret:{of}", length)

    def invoice_prefix(self, customer: str) -> str:
        """Eight capitals and digits that begin a customer's invoice numbers. [recorded]"""
        return text(f"{self.value}:invoice_prefix:{customer}", 8, CAPITALS)
