"""What a customer reads on the statement of a card or a bank."""

from __future__ import annotations

import re

from pinstripe.resources import refusals
from pinstripe.resources.params import Params

_LATIN = re.compile(r"[A-Za-z]")
FORBIDDEN = "<>\\\"'"
"""What no descriptor has. [documented]"""


def require(params: Params, name: str = "statement_descriptor") -> None:
    """Refuse a descriptor without a letter, or with a character that banks do not print. [documented]"""
    said = params.peek(name)
    if not said:
        return
    for character in FORBIDDEN:
        if character in said:
            raise refusals.descriptor_with_character(character, params.name(name))
    if _LATIN.search(said) is None:
        raise refusals.descriptor_without_letter(params.name(name))
