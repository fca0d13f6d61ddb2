"""Doing what a request of the API does, without one: how a page or a link carries out what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, Handler
from pinstripe.world import Object, Transaction

CREATE = "POST /v1/checkout/sessions"


def ask(tx: Transaction, operation: str, handler: Handler, values: Mapping[str, Any], **path: str) -> Object:
    """Do what a request of the API does; values that its rule does not read are refused."""
    given = {name: value for name, value in values.items() if value is not None}
    call = Call(operation, operation.partition(" ")[2], path, Params(given), tx)
    answer = handler(call)
    for name in call.params.unread():
        raise errors.unsupported_parameter(CREATE, name, f", which {operation} would have to know,")
    assert isinstance(answer, Object)
    return answer
