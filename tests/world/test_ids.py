"""Ids look like Stripe's, come from the seed, and never come twice."""

from __future__ import annotations

import re
import string

import pytest

from pinstripe.world import Seed
from pinstripe.world.ids import ALPHABET, CAPITALS, text

LOOKS = {
    "cus": r"cus_[0-9A-Za-z]{14}",
    "prod": r"prod_[0-9A-Za-z]{14}",
    "si": r"si_[0-9A-Za-z]{14}",
    "req": r"req_[0-9A-Za-z]{14}",
    "sub": r"sub_1[0-9A-Za-z]{23}",
    "in": r"in_1[0-9A-Za-z]{23}",
    "evt": r"evt_1[0-9A-Za-z]{23}",
    "price": r"price_1[0-9A-Za-z]{23}",
    "pi": r"pi_3[0-9A-Za-z]{23}",
    "ch": r"ch_3[0-9A-Za-z]{23}",
    "mtr": r"mtr_test_61[0-9A-Za-z]{22}",
}


@pytest.mark.parametrize("prefix, pattern", LOOKS.items())
def test_ids_look_like_stripes(prefix: str, pattern: str) -> None:
    """Length and first characters are those of recorded ids, whatever the number."""
    seed = Seed("look")
    assert all(re.fullmatch(pattern, seed.id(prefix, number)) for number in range(1, 200))


def test_what_else_comes_from_the_seed_looks_right() -> None:
    """The account's id, secrets and invoice prefixes have their lengths and letters."""
    seed = Seed("look")
    assert re.fullmatch(r"acct_1[0-9A-Za-z]{15}", seed.account_id)
    assert re.fullmatch(r"[0-9A-Za-z]{32}", seed.secret("we_1", 32))
    assert re.fullmatch(r"[0-9A-Z]{8}", seed.invoice_prefix("cus_1"))


def test_the_same_seed_gives_the_same_ids() -> None:
    """Ids depend on the seed, the prefix and the number, and on nothing else."""
    assert Seed("a").id("cus", 1) == Seed("a").id("cus", 1)
    different = {Seed("a").id("cus", 1), Seed("b").id("cus", 1), Seed("a").id("cus", 2)}
    assert len(different) == 3
    assert Seed("a").id("cus", 1)[4:] != Seed("a").id("prod", 1)[5:]
    assert Seed("a").account("sk_test_1") == Seed("a").account("sk_test_1") != Seed("a").account("sk_test_2")


def test_the_first_id_is_pinned() -> None:
    """Ids stay the same from release to release, lest recorded answers go stale: this one is written down."""
    assert Seed("pinstripe/sk_test_1").id("cus", 1) == "cus_ArAi4uAi2zeo1k"


def test_ids_never_come_twice() -> None:
    """Fifty thousand ids of two accounts are all different, even by their short forms."""
    seeds = [Seed("server").account(key) for key in ("sk_test_1", "sk_test_2")]
    ids = [seed.id("cus", number) for seed in seeds for number in range(25_000)]
    assert len(set(ids)) == len(ids)


def test_a_fresh_seed_is_fresh() -> None:
    """Two servers without a seed of their own share no ids."""
    assert Seed.fresh() != Seed.fresh()


@pytest.mark.parametrize("alphabet", [ALPHABET, CAPITALS, string.digits])
def test_text_uses_its_whole_alphabet(alphabet: str) -> None:
    """Every character comes up, none too often, and no other one does."""
    letters = "".join(text(f"{number}", 64, alphabet) for number in range(200))
    assert set(letters) == set(alphabet)
    fair = len(letters) / len(alphabet)
    assert all(fair / 2 < letters.count(letter) < fair * 2 for letter in alphabet)
