"""Addresses that mail could be sent to."""

from __future__ import annotations

import re

from pinstripe.resources import refusals
from pinstripe.resources.params import Params

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def require(params: Params, name: str) -> None:
    """Refuse what is no address; one has somebody before its @ and a place behind it, and no spaces.

    [inferred: what exactly Stripe looks at]
    """
    email = params.get(name)
    if email and EMAIL.fullmatch(email) is None:
        raise refusals.email_invalid(email, params.name(name))
