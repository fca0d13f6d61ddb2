"""Requests about accounts: which of them a key may speak of, and in whose world they are carried out.

A platform keeps the objects of its connected accounts, so whatever is done to one is done in the platform's world, also
where the account itself asks for it. The account of a key is no object: it is worked out when somebody looks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from pinstripe import errors
from pinstripe.http.accounts import Account, Accounts
from pinstripe.resources import event_retries, registry
from pinstripe.resources.by_shape import external_accounts
from pinstripe.resources.resource import Handler
from pinstripe.wire.versions import OlderOperation
from pinstripe.world import World
from pinstripe_contracts import Operation

PAID_OUT_TO = "GET /v1/accounts/{account}/external_accounts"
OWN, ANY, NEW = "GET /v1/account", "GET /v1/accounts/{account}", "POST /v1/accounts"
RETRY = "POST /v1/events/{id}/retry"
"""Of an event of a connected account, where a parameter names one."""
OF_ONE = "/v1/accounts/{account}"
"""How the paths begin that name an account."""


class Place(NamedTuple):
    """Where a request is carried out, by which rule, and with which ids of its path."""

    world: World
    handler: Handler
    ids: Mapping[str, str]


def place(
    operation: Operation | OlderOperation,
    handler: Handler,
    ids: Mapping[str, str],
    accounts: Accounts,
    *,
    platform: Account,
    account: Account,
    params: Mapping[str, Any],
) -> Place:
    """Where one key's request for an account is carried out.

    403 for an account that is neither the key's own nor connected to it; for one that acts for itself every other is.
    501 for what Stripe's dashboard does to the account of a key.
    """
    if operation.name == RETRY and params.get("account", account.id) != account.id:
        theirs = accounts.connected(platform, params["account"]) if account is platform else None
        if theirs is None:
            raise errors.account_inaccessible(platform.key, params["account"])
        return Place(platform.world, partial(event_retries.retry_theirs, theirs.world, theirs.id), ids)
    if operation.name == NEW and account is not platform:
        raise errors.accounts_are_the_platforms()
    if operation.name != OWN and not operation.path.startswith(OF_ONE):
        return Place(account.world, handler, ids)
    named = account.id if operation.name == OWN else ids["account"]
    whose = account if named == account.id else None
    if account is platform:
        whose = accounts.connected(platform, named)
    if whose is None:
        raise errors.account_inaccessible(platform.key, named)
    if platform.keeps(named):
        rule = registry.HANDLERS[ANY] if operation.name == OWN else handler
        return Place(platform.world, rule, {**ids, "account": named})
    if operation.name == PAID_OUT_TO:
        return Place(whose.world, external_accounts.list_none, {})
    if operation.name not in (OWN, ANY):
        raise errors.unsupported_parameter(operation.name, "account", " with an account that no object stands for")
    return Place(whose.world, registry.HANDLERS[OWN], {})
