"""Who is asking: the API key of a request, by bearer token or as a basic user name."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from functools import lru_cache

from pinstripe import errors

SECRET = re.compile(r"(sk|rk)_test_[A-Za-z0-9_-]+")
LIVE = re.compile(r"[a-z]+_(org_)?live_.*", re.DOTALL)
PUBLISHABLE = re.compile(r"pk_test_.*", re.DOTALL)


def key_of(headers: Mapping[str, str]) -> str:
    """The secret test key of a request."""
    return _key(headers.get("authorization", "").strip())


@lru_cache(maxsize=1024)  # the same few callers come again and again; of who is refused nothing is kept
def _key(header: str) -> str:
    """The secret test key in a header."""
    return checked(_named(header))


def checked(key: str) -> str:
    """A key that names an account: any `sk_test_...`; live keys are always refused.

    A restricted key, `rk_test_...`, names an account of its own, which it may use without restriction: what Stripe's
    dashboard allows a key is not known here.
    """
    if LIVE.fullmatch(key):
        raise errors.live_key_refused(key)
    if PUBLISHABLE.fullmatch(key):
        raise errors.secret_key_required()
    if not SECRET.fullmatch(key):
        raise errors.invalid_api_key(key)
    return key


def token_of(headers: Mapping[str, str]) -> str:
    """The token of a meter event session."""
    return _named(headers.get("authorization", "").strip())


def accounts_named(headers: Mapping[str, str]) -> list[str]:
    """The accounts that a request names to act for; of a context's path the last one counts."""
    account, context = headers.get("stripe-account"), headers.get("stripe-context")
    if not account and not context:
        return []
    named = [account or "", (context or "").rpartition("/")[2]]
    return list(dict.fromkeys(filter(None, named)))


def _named(header: str) -> str:
    """The key or token that a header names."""
    given = _given(header)
    if not given:
        raise errors.no_api_key(header)
    return given


def _given(header: str) -> str:
    """The key as written; a password beside a basic user name counts for nothing. [documented]"""
    scheme, _, rest = header.partition(" ")
    rest = rest.strip()
    match scheme.lower():
        case "bearer":
            return rest
        case "basic":
            try:
                return base64.b64decode(rest, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                return rest
    return ""
