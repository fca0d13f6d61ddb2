"""Terminal: places, how their readers are set up, and the readers with what they are told to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pinstripe import errors
from pinstripe.resources import refusals
from pinstripe.resources.by_shape import making
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.resource import Answer, Call, Handler, addressed, merged_metadata, named
from pinstripe.world import Object
from pinstripe_contracts import shape
from pinstripe_contracts.types import Hash, Nullable

READER = "terminal.reader"

SIMULATED: Final[Mapping[str, str]] = {
    "simulated-wpe": "simulated_wisepos_e",
    "simulated-s700": "simulated_stripe_s700",
}
"""The registration codes of simulated readers, and what they are; a code from a real device is refused. [documented]"""


# --- places ----------------------------------------------------------------------------------------------------------


def _check_location(call: Call, members: Members) -> None:
    """A place has a name and an address, in Japan also in kana or kanji. [documented]"""
    for name in ("display_name", "address"):
        if not any(key in members for key in (name, f"{name}_kana", f"{name}_kanji")):
            raise errors.missing_parameter(name)
    _check_overrides(call)


def _check_overrides(call: Call) -> None:
    if call.params.peek("configuration_overrides"):
        id_ = call.params.get("configuration_overrides")
        named(call.tx, "terminal.configuration", id_, "configuration_overrides")


CONFIGURATIONS = Noun(
    "terminal.configuration", "tmc", "/v1/terminal/configurations", starts={"is_account_default": False}
)
LOCATIONS = Noun(
    "terminal.location",
    "tml",
    "/v1/terminal/locations",
    check=_check_location,
    changing=lambda call, _: _check_overrides(call),
)


def _check_connection(call: Call, _: Members) -> None:
    if "location" in call.params:
        named(call.tx, "terminal.location", call.params.get("location"), "location")


CONNECTION_TOKENS = Noun(
    "terminal.connection_token",
    path="/v1/terminal/connection_tokens",
    check=_check_connection,
    computed={"secret": lambda call, _: f"pst_test_{call.tx.world.seed.secret(call.tx.new_id('pst'), 23)}"},
)


# --- readers ---------------------------------------------------------------------------------------------------------


def _device(_: Call, members: Members) -> str:
    """What a registration code stands for."""
    known = SIMULATED.get(members["_registration_code"])
    if known is None:
        raise refusals.unknown_registration_code(members["_registration_code"])
    return known


def _serial(call: Call, members: Members) -> str:
    """A serial number as simulated readers have: 8-4-4-4-12 hexadecimal digits. [documented: an example]"""
    drawn = call.tx.world.seed.secret(f"{members['id']}:serial", 16).encode().hex()
    return "-".join((drawn[:8], drawn[8:12], drawn[12:16], drawn[16:20], drawn[20:]))


def _action_form(name: str) -> Hash:
    """The shape of what a reader is told."""
    kind = shape(READER).fields["action"].type
    assert isinstance(kind, Nullable)
    assert isinstance(kind.inner, Hash)
    form = kind.inner.fields[name].type
    assert isinstance(form, Hash)
    return form


def _tell(name: str, *, aside: tuple[str, ...] = ()) -> Handler:
    """POST /v1/terminal/readers/{reader}/NAME: the reader begins to do it. [documented]"""

    def run(call: Call) -> Answer:
        """Put it on the reader's screen; nobody stands before a simulated one, so it stays there."""
        reader = addressed(call, READER)
        if _busy(reader):
            raise refusals.reader_busy(reader.id)
        form = _action_form(name)
        said = making.members_of(call, call.params, form)
        if "metadata" in call.params and "metadata" in form.fields:
            said["metadata"] = merged_metadata({}, call.params)
        for other in aside:
            call.params.get(other)
        action = {"failure_code": None, "failure_message": None, "status": "in_progress", "type": name, name: said}
        for lacking in making.lacking(said, form):
            raise errors.unsupported_member(call.operation, READER, f"action.{name}.{lacking}")
        return call.tx.put(reader, action=action)

    return run


def _busy(reader: Object) -> bool:
    """Whether a reader waits for somebody; what it merely displays is no hindrance. [documented]"""
    action = reader.get("action")
    return action is not None and action["status"] == "in_progress" and action["type"] != "set_reader_display"


def _cancel(call: Call) -> Answer:
    """POST /v1/terminal/readers/{reader}/cancel_action: the reader is idle again. [documented]"""
    return call.tx.put(addressed(call, READER), action=None)


def _collecting(call: Call) -> Object:
    """The reader in the path, while it asks for inputs."""
    reader = addressed(call, READER)
    action = reader.get("action")
    if action is None or action["type"] != "collect_inputs" or action["status"] != "in_progress":
        raise refusals.reader_not_collecting(reader.id)
    return reader


def _time_out(call: Call) -> Answer:
    """POST /v1/test_helpers/terminal/readers/{reader}/timeout_input_collection. [documented: code and message]"""
    reader = _collecting(call)
    inputs = [_unanswered(row) for row in _inputs(reader)]
    ended = {
        "failure_code": "collect_inputs_timeout",
        "failure_message": "collect inputs was timed out",
        "status": "failed",
    }
    return _ended(call, reader, ended, inputs, "terminal.reader.action_failed")


def _succeed(call: Call) -> Answer:
    """POST /v1/test_helpers/terminal/readers/{reader}/succeed_input_collection.

    Somebody picks the first choice and has the address of the API reference's example; what they would say to other
    questions is not known. [documented: an example]
    """
    reader = _collecting(call)
    skips = call.params.get("skip_non_required_inputs") == "all"
    inputs = [_answered(call, row, skips=skips) for row in _inputs(reader)]
    ended = {"failure_code": None, "failure_message": None, "status": "succeeded"}
    return _ended(call, reader, ended, inputs, "terminal.reader.action_succeeded")


def _answered(call: Call, row: Mapping[str, Any], *, skips: bool) -> Mapping[str, Any]:
    """One input with what was said."""
    type_ = row["type"]
    if skips and not row.get("required"):
        return {**_unanswered(row), "skipped": True}
    if row.get("toggles") is None and type_ == "email":
        return {**row, type_: {"value": "someone@example.com"}}
    if row.get("toggles") is None and type_ == "selection":
        first = row[type_]["choices"][0]
        return {**row, type_: {**row[type_], "id": first["id"], "text": first["text"]}}
    raise errors.unsupported_parameter(call.operation, "skip_non_required_inputs", f": it has no {type_} to enter")


def _unanswered(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """One input to which nothing was said."""
    type_ = row["type"]
    if type_ == "selection":
        return {**row, type_: {**row[type_], "id": None, "text": None}}
    return {**row, type_: {"value": None}}


def _inputs(reader: Object) -> Any:
    return reader["action"]["collect_inputs"]["inputs"]


def _ended(call: Call, reader: Object, ended: Mapping[str, Any], inputs: Any, event: str) -> Object:
    """The reader once its action is over."""
    collected = {**reader["action"]["collect_inputs"], "inputs": inputs}
    reader = call.tx.put(reader, action={**reader["action"], **ended, "collect_inputs": collected})
    call.tx.emit(event, reader)
    return reader


def _path(name: str) -> str:
    return f"POST /v1/terminal/readers/{{reader}}/{name}"


READERS = Noun(
    READER,
    "tmr",
    "/v1/terminal/readers",
    starts={"action": None, "ip_address": "0.0.0.0", "status": "online"},  # noqa: S104 - what simulated readers show
    computed={
        "device_type": _device,
        "label": lambda _, members: members["_registration_code"],
        "last_seen_at": lambda call, _: call.tx.now() * 1000,
        "serial_number": _serial,
    },
    aside=("registration_code",),
    routes={
        _path("cancel_action"): _cancel,
        _path("collect_inputs"): _tell("collect_inputs"),
        _path("collect_payment_method"): _tell("collect_payment_method"),
        _path("confirm_payment_intent"): _tell("confirm_payment_intent"),
        _path("process_payment_intent"): _tell("process_payment_intent"),
        _path("process_setup_intent"): _tell("process_setup_intent", aside=("allow_redisplay",)),
        _path("refund_payment"): _tell("refund_payment"),
        _path("set_reader_display"): _tell("set_reader_display"),
        "POST /v1/test_helpers/terminal/readers/{reader}/timeout_input_collection": _time_out,
        "POST /v1/test_helpers/terminal/readers/{reader}/succeed_input_collection": _succeed,
    },
)
"""A simulated reader. No card is ever presented to it: that helper would have to pay, which is not modelled."""

NOUNS = (CONFIGURATIONS, LOCATIONS, CONNECTION_TOKENS, READERS)
