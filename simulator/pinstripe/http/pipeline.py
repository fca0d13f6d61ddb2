"""The one path every request takes, from who is asking to the bytes of the answer.

authenticate -> catch up with the clock -> version -> the account to act for -> find the operation -> decode ->
idempotency -> lift to the newest version -> check the parameters -> run the rule in a transaction -> lower to the
caller's version -> expand -> commit -> keep under the idempotency key -> answer. Every refusal on the way is a
`StripeError`; anything else that is raised is a bug of pinstripe, answers 500 and says so. A fault that a test has
ordered takes the place of the answer, before the work or after it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.http import authentication
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.answers import Wanted, body_of
from pinstripe.http.cli import readings
from pinstripe.http.decoding import decoded, take_page
from pinstripe.http.faults import Fault
from pinstripe.http.idempotency import IdempotencyKeys, Kept, fingerprint
from pinstripe.http.message import COMMON_HEADERS, Request, Response
from pinstripe.http.standing import place
from pinstripe.resources import older, registry
from pinstripe.resources.dialects import Dialect
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Call, Document, Handler
from pinstripe.resources.v2 import meter_events
from pinstripe.wire import companions, counts, exclusions, expand, json_bodies, versions
from pinstripe.wire import params as parameters
from pinstripe.wire.versions import OlderOperation
from pinstripe.world import Transaction
from pinstripe_contracts import Operation, match

STREAM = "/v2/billing/meter_event_stream"
"""The one path whose caller shows no key but a session's token."""

log = logging.getLogger("pinstripe")


def encode(body: Mapping[str, Any]) -> bytes:
    """A body as Stripe prints it."""
    return orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class Pipeline:
    """Answers requests against a set of accounts, by the rules it is given."""

    def __init__(self, accounts: Accounts, handlers: Mapping[str, Handler] = registry.HANDLERS) -> None:
        self.accounts = accounts
        self.handlers = handlers

    def handle(self, request: Request) -> Response:
        """The answer to one request; never raises."""
        try:
            account = self._caller(request)
        except StripeError as error:
            return _unauthenticated(error, is_v2=request.path.startswith("/v2/"))
        before = account.world.changes
        response = self._answer(account, request)
        if account.world.changes != before:
            self.accounts.touch(account.key)
        return response

    def _answer(self, account: Account, request: Request) -> Response:
        """The answer to a request of one account."""
        exchange = _Exchange(account, request, self.handlers, self.accounts)
        fault = account.meet(request, has_key=exchange.idempotency_key is not None)
        return exchange.answer() if fault is None else exchange.answer_with(fault)

    def _caller(self, request: Request) -> Account:
        """The account of the key, or of the session's token."""
        if request.path == STREAM:
            return self.accounts.of_session(authentication.token_of(request.headers))
        return self.accounts.at(authentication.key_of(request.headers))


def _unauthenticated(error: StripeError, *, is_v2: bool) -> Response:
    """A refusal before anybody is known: no request id and no version. [recorded]"""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache, no-store"}
    if error.status == 401:
        headers["Www-Authenticate"] = 'Bearer realm="Stripe"'
    return Response(error.status, headers, encode({"error": error.body_v2() if is_v2 else error.body()}))


class _Exchange:
    """One request of one account on its way."""

    def __init__(self, account: Account, request: Request, handlers: Mapping[str, Handler], accounts: Accounts) -> None:
        self.platform = account
        self.account = account
        """The account acted for: the key's own, until a header names a connected one."""
        self.request = request
        self.handlers = handlers
        self.accounts = accounts
        self.request_id = account.begin(request)
        self.version = account.version
        self.path = _plain(request.path)
        """The path without the empty segments that count for nothing, still percent-encoded."""
        self.is_v2 = self.path.startswith("/v2/")
        self.is_repeatable = request.method == "POST" or (self.is_v2 and request.method == "DELETE")
        """Whether an idempotency key means anything. [documented]"""
        self.idempotency_key = (request.headers.get("idempotency-key") or None) if self.is_repeatable else None
        self.scope = ""
        """What tells idempotency keys of one name apart."""
        self.operation = ""
        """The operation's name, once it is known that there is one."""
        self.given: dict[str, Any] = {}
        self.asked = b""
        """The parameters as an idempotency key remembers them."""
        self.lifted = ""
        """The operation whose words the parameters are in."""
        self.kept = False
        """Whether the request has changed anything yet."""
        self.rejected: str | None = None
        """What usage is found wrong with once it was taken, if a test has ordered so."""

    def answer(self) -> Response:
        """Run the request and put its answer into words."""
        response = self._answered()
        self.platform.asked.note(self.operation, response.status)
        return response

    def _answered(self) -> Response:
        """The answer, whatever happens on the way to it."""
        try:
            self.platform.catch_up()
            return self._run()
        except StripeError as error:
            return self._refusal(error)
        except Exception:
            log.exception("A bug in pinstripe: %s %s", self.request.method, self.path)
            return self._refusal(errors.our_bug(traceback.format_exc(), kept=self.kept))

    def answer_with(self, fault: Fault) -> Response:
        """Meet a fault instead of the work, after it, or while all seems well."""
        if fault.lets_through:
            self.rejected = fault.code if fault.rejects_usage else None
            response = self.answer()
        elif fault.comes_after:
            response = self.answer()
            if not fault.breaks_off:
                response = self._refusal(fault.refusal(self.idempotency_key, is_v2=self.is_v2))
                if self.kept and not self.is_v2:
                    self._keep(response)
        else:
            try:
                self._enter()
                response = self._refusal(fault.refusal(self.idempotency_key, is_v2=self.is_v2))
            except StripeError as error:
                response = self._refusal(error)
        return response._replace(lost=fault.breaks_off, seconds=fault.seconds)

    def _enter(self) -> None:
        """Settle the version, and for which account the key acts."""
        self.version = versions.of_request(self.request.headers.get("stripe-version"), self.account.version)
        ids = authentication.accounts_named(self.request.headers)
        if len(ids) > 1:
            raise errors.accounts_differ()
        for id_ in ids:
            account = self.accounts.connected(self.platform, id_)
            if account is None:
                raise errors.account_inaccessible(self.platform.key, id_)
            self.account = account

    def _run(self) -> Response:
        """Everything between knowing the caller and having the answer."""
        self._enter()
        operation, handler, ids = self._find()
        if self.is_v2 and not self.request.headers.get("stripe-version"):
            raise errors.version_required()
        self.scope = f"{operation.name} " if self.is_v2 else ""
        given, written = decoded(self.request, is_v2=self.is_v2)
        self.given = given
        if self.idempotency_key is not None:
            now = self.account.world.now
            self.asked = fingerprint(given, written)
            first = self._keys.find(self.idempotency_key, self.path, self.asked, now, self.scope)
            if first is not None:
                return self._replay(first)
        page = take_page(given) if isinstance(operation, Operation) and operation.kind == "v2 page" else None
        try:
            checked = readings.taken(self.request, self.version, partial(self._read, operation, given, ids))
        except StripeError:
            if written is None:
                raise
            # What is refused is quoted as it was sent, and the quick reader rounds integers beyond 64 bits.
            self.given = json_bodies.exact(self.request.body)
            checked = readings.taken(self.request, self.version, partial(self._read, operation, self.given, ids))
        exclusions.check(operation.name, checked)
        companions.check(operation.name, checked)
        counts.check(operation.name, checked)
        tree = expand.paths(checked.pop("expand", None) or [])
        whose = {"platform": self.platform, "account": self.account}
        at = place(operation, handler, ids, self.accounts, **whose, params=checked)
        tx = at.world.transaction({"id": self.request_id, "idempotency_key": self.idempotency_key})
        call = Call(operation.name, unquote(self.path), at.ids, Params(checked), tx)
        try:
            answer = at.handler(call)
        except StripeError as error:
            return self._refused_by_rule(error, call)
        extra: Mapping[str, str] = {}
        if isinstance(answer, Document):
            body, extra = answer.content, {"Content-Type": answer.media_type}
        else:
            said = parse_qsl(self.request.query) if self.is_v2 and self.request.query else []
            query = [(name, value) for name, value in said if name != "page"]
            body = encode(body_of(operation, answer, call, Wanted(self.version, tree, query, page)))
        _refuse_unread(call)
        self._commit(tx if self.rejected is None else self._rejecting(tx, self.rejected))
        response = self._response(200, body, extra)
        self._keep(response)
        return response

    def _read(
        self, operation: Operation | OlderOperation, given: Mapping[str, Any], ids: Mapping[str, str], version: str
    ) -> tuple[str, dict[str, Any]]:
        """The operation that serves a version's words, and the parameters in the newest words, with their types."""
        name, params = operation.name, operation.params
        if isinstance(operation, OlderOperation) and operation.served_by is not None:
            given = versions.translated(operation, given, ids)
            name, params = operation.served_by, versions.params_of(operation)
        self.lifted = name
        lifted = versions.lift(name, given, version)
        return name, parameters.check(lifted, versions.carried(name, params, version))

    def _refused_by_rule(self, error: StripeError, call: Call) -> Response:
        """A rule ran and refused: its answer is kept, and with a failed payment also what the attempt made."""
        if error.keeps_changes:
            _refuse_unread(call)
            self._commit(call.tx)
        response = self._refusal(error)
        if error.status != 501 and not self.is_v2:
            self._keep(response)
        return response

    def _rejecting(self, tx: Transaction, code: str) -> Transaction:
        """What becomes of usage that is found wrong once it was taken: a report, and nothing else."""
        instead = tx.world.transaction(tx.request)
        rows = self.given.get("events", [self.given])
        meter_events.reject(instead, [row["event_name"] for row in rows], code)
        return instead

    def _commit(self, tx: Transaction) -> None:
        """Keep what a rule changed."""
        self.kept = True
        tx.commit()

    def _find(self) -> tuple[Operation | OlderOperation, Handler, Mapping[str, str]]:
        """The operation a URL names at the caller's version, and the rule that serves it."""
        method, path = self.request.method, self.request.path
        found: tuple[Operation | OlderOperation, Mapping[str, str]] | None = None
        if not path.endswith("/"):
            found = _meant(method, self.path, self.version)
        if found is None:
            raise errors.unrecognized_url(method, path)
        operation, ids = found
        self.operation = operation.name
        handlers = older.HANDLERS if isinstance(operation, OlderOperation) else self.handlers
        handler = handlers.get(operation.name)
        if handler is None:
            raise errors.unsupported_operation(method, operation.path)
        return operation, handler, {name: unquote(id_) for name, id_ in ids.items()}

    # --- answers -----------------------------------------------------------------------------------------------------

    def _response(
        self, status: int, body: bytes, extra: Mapping[str, str] = {}, retry: str | None = "false"
    ) -> Response:
        """Bytes with Stripe's headers around them."""
        headers = {**COMMON_HEADERS, "Request-Id": self.request_id, "Stripe-Version": self.version}
        if self.account is not self.platform:
            headers["Stripe-Account"] = self.account.id
        elif status == 200 and self.path.startswith("/v1/accounts/"):
            headers["Stripe-Account"] = self.path.split("/")[3]  # as its own requests do [recorded]
        if self.is_repeatable:
            headers |= {"Original-Request": self.request_id} | ({"Stripe-Should-Retry": retry} if retry else {})
            if self.idempotency_key is not None:
                headers["Idempotency-Key"] = self.idempotency_key
        elif self.request.method == "DELETE" and "idempotency-key" in self.request.headers:
            # It has no effect there, but is repeated. [recorded]
            headers["Idempotency-Key"] = self.request.headers["idempotency-key"]
        return Response(status, headers | {**extra}, body)

    def _refusal(self, error: StripeError) -> Response:
        """An error in Stripe's envelope."""
        if error.status == 501:
            self.platform.asked.refused(self.operation, error.code or "", error.param)
        if self.is_v2:
            return self._response(error.status, encode({"error": error.body_v2()}), error.headers)
        url = f"https://dashboard.stripe.com/{self.account.id}/test/workbench/logs?object={self.request_id}"
        logged = {"request_log_url": url} if error.is_logged else {}
        fields = dict(sorted({**error.body(), **logged}.items()))
        fields["message"] = versions.sentence(error.message, self.version)
        if error.param is not None:
            fields["param"] = versions.param(self.lifted, error.param, self.version)
        body = Dialect(self.account.world.transaction(), self.version).lower({"error": fields})
        return self._response(error.status, encode(body), error.headers, retry=error.retry)

    @property
    def _keys(self) -> IdempotencyKeys:
        """The idempotency keys of the API that is spoken."""
        return self.account.idempotency_v2 if self.is_v2 else self.account.idempotency

    def _keep(self, response: Response) -> None:
        """Remember the answer under its idempotency key."""
        if self.idempotency_key is None:
            return
        kept = Kept(
            path=self.path,
            asked=self.asked,
            at=self.account.world.now,
            request_id=self.request_id,
            status=response.status,
            body=response.body,
            should_retry=response.headers.get("Stripe-Should-Retry"),
        )
        self._keys.keep(self.idempotency_key, kept, self.scope)

    def _replay(self, kept: Kept) -> Response:
        """The first answer once more; it names the request that it was made for. [documented]"""
        extra = {"Idempotent-Replayed": "true", "Original-Request": kept.request_id}
        return self._response(kept.status, kept.body, extra, retry=kept.should_retry)


@lru_cache(maxsize=4096)
def _meant(method: str, path: str, version: str) -> tuple[Operation | OlderOperation, Mapping[str, str]] | None:
    """The operation that a request means at a version, with its placeholders; most paths come again."""
    return versions.find_older(method, path, version) or match(method, path)


@lru_cache(maxsize=4096)
def _plain(path: str) -> str:
    """A path without its empty segments; most paths come again."""
    return "/" + "/".join(filter(None, path.split("/")))


def _refuse_unread(call: Call) -> None:
    """Whatever a rule did not read it would have ignored."""
    for name in call.params.unread():
        raise errors.unsupported_parameter(call.operation, name)
