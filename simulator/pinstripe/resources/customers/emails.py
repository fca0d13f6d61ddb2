"""Addresses that mail could be sent to."""

from __future__ import annotations

import re

from pinstripe.resources import refusals
from pinstripe.resources.params import Params

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def require(params: Params, name: str) -> None:
    """Refuse what is no address: somebody, an @, and a place of two names at least; no space anywhere.

    [second-hand: otameshi@com, a@gmile, b@.maie.com, a name alone, a blank before it and a broad @ were refused;
    inferred: that nothing else is]
    """
    email = params.get(name)
    if email and EMAIL.fullmatch(email) is None:
        raise refusals.email_invalid(email, params.name(name))
