"""The one path every request takes, from who is asking to the bytes of the answer.

authenticate -> catch up with the clock -> version -> find the operation -> decode -> idempotency -> lift to the newest
version -> check the parameters -> run the rule in a transaction -> expand -> commit -> lower to the caller's version ->
keep under the idempotency key -> answer. Every refusal on the way is a `StripeError`; anything else that is raised is a
bug of pinstripe, answers 500 and says so.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.http import authentication
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.idempotency import Kept
from pinstripe.http.message import Request, Response
from pinstripe.resources import registry
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Handler, Listing
from pinstripe.wire import expand, forms, pages, versions
from pinstripe.wire import params as parameters
from pinstripe.world import Object, Transaction
from pinstripe_contracts import Operation, match, shape

LARGEST_BODY = 1_000_000
"""Bytes a request body may have; Stripe's own limit is not documented."""
FORM = "application/x-www-form-urlencoded"
OTHER_ACCOUNTS = {"stripe-account": "Stripe-Account", "stripe-context": "Stripe-Context"}
"""Headers that ask for another account than the key's."""

log = logging.getLogger("pinstripe")

COMMON_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, PATCH, POST, DELETE",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, "
    "X-Stripe-External-Auth-Required, X-Stripe-Privileged-Session-Required",
    "Access-Control-Max-Age": "300",
    "Cache-Control": "no-cache, no-store",
    "Content-Type": "application/json",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
    "Vary": "Origin",
    "X-Stripe-Routing-Context-Priority-Tier": "api-testmode",
}
"""What every answer to a known caller carries. [recorded]"""


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
            account = self.accounts.of(authentication.key_of(request.headers))
        except StripeError as error:
            return _unauthenticated(error)
        return _Exchange(account, request, self.handlers).answer()


def _unauthenticated(error: StripeError) -> Response:
    """A refusal before anybody is known: no request id and no version. [recorded]"""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache, no-store"}
    if error.status == 401:
        headers["Www-Authenticate"] = 'Bearer realm="Stripe"'
    return Response(error.status, headers, encode({"error": error.body()}))


class _Exchange:
    """One request of one account on its way."""

    def __init__(self, account: Account, request: Request, handlers: Mapping[str, Handler]) -> None:
        self.account = account
        self.request = request
        self.handlers = handlers
        self.request_id = account.begin(request)
        self.version = versions.DEFAULT
        self.path = "/" + "/".join(filter(None, request.path.split("/")))
        """The path without the empty segments that count for nothing, still percent-encoded."""
        self.idempotency_key = (request.headers.get("idempotency-key") or None) if request.method == "POST" else None
        self.kept = False
        """Whether the request has changed anything yet."""

    def answer(self) -> Response:
        """Run the request and put its answer into words."""
        try:
            self.account.world.catch_up()
            return self._run()
        except StripeError as error:
            return self._refusal(error)
        except Exception:
            log.exception("A bug in pinstripe: %s %s", self.request.method, self.path)
            return self._refusal(errors.our_bug(traceback.format_exc(), kept=self.kept))

    def _run(self) -> Response:
        """Everything between knowing the caller and having the answer."""
        self.version = versions.of_request(self.request.headers.get("stripe-version"))
        for header, name in OTHER_ACCOUNTS.items():
            if self.request.headers.get(header):
                raise errors.unsupported_header(name)
        operation, handler, ids = self._find()
        given = forms.merge(forms.decode(self.request.query), forms.decode(self._form()))
        if self.idempotency_key is not None:
            first = self.account.idempotency.find(self.idempotency_key, self.path, given, self.account.world.now)
            if first is not None:
                return self._replay(first)
        checked = parameters.check(versions.lift(operation.name, given, self.version), operation.params)
        tree = expand.paths(checked.pop("expand", None) or [])
        tx = self.account.world.transaction({"id": self.request_id, "idempotency_key": self.idempotency_key})
        call = Call(operation.name, unquote(self.path), ids, Params(checked), tx)
        try:
            answer = handler(call)
        except StripeError as error:
            return self._refused_by_rule(error, call, given)
        body = self._body(tx, operation, answer, call, tree)
        _refuse_unread(call)
        self._commit(tx)
        response = self._response(200, encode(versions.lower(body, self.version)))
        self._keep(given, response)
        return response

    def _refused_by_rule(self, error: StripeError, call: Call, given: Any) -> Response:
        """A rule ran and refused: its answer is kept, and with a failed payment also what the attempt made."""
        if error.keeps_changes:
            _refuse_unread(call)
            self._commit(call.tx)
        response = self._refusal(error)
        if error.status != 501:
            self._keep(given, response)
        return response

    def _commit(self, tx: Transaction) -> None:
        """Keep what a rule changed."""
        self.kept = True
        tx.commit()

    def _find(self) -> tuple[Operation, Handler, Mapping[str, str]]:
        """The operation a URL names, and the rule that serves it."""
        method, path = self.request.method, self.request.path
        found = None if path.endswith("/") else match(method, self.path)
        if found is None:
            raise errors.unrecognized_url(method, path)
        operation, ids = found
        handler = self.handlers.get(operation.name)
        if handler is None:
            raise errors.unsupported_operation(method, operation.path)
        return operation, handler, {name: unquote(id_) for name, id_ in ids.items()}

    def _form(self) -> bytes:
        """The body, which is a form whatever the method; a body that says nothing about itself is taken for one."""
        body = self.request.body
        if len(body) > LARGEST_BODY:
            raise errors.body_too_large(LARGEST_BODY)
        said = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if body and said not in ("", FORM):
            raise errors.malformed_form()
        return body

    # --- from an answer to its body ----------------------------------------------------------------------------------

    def _body(
        self, tx: Transaction, operation: Operation, answer: Answer, call: Call, tree: expand.ExpandTree
    ) -> Mapping[str, Any]:
        """The body of an answer: objects shown, lists cut into pages, ids expanded."""

        def fetch(name: str, id_: str) -> Any:
            """The object an id names."""
            return registry.fetch(tx, name, id_)

        def include(name: str, shown: Mapping[str, Any], key: str) -> Any | None:
            """A member that is absent until asked for."""
            return registry.include(tx, name, shown, key)

        name = operation.returns
        assert name is not None, f"{operation.name} answers with no object"
        if isinstance(answer, Listing):
            page = self._page(tx, name, answer, call)
            return expand.expand_page(page, name, tree, fetch, shape, include)
        if isinstance(answer, Object):
            shown = registry.body(tx, answer)
            return expand.expand(shown, shape(answer.kind), tree, fetch, shape, include)
        return expand.expand(answer, shape(name), tree, fetch, shape, include)

    def _page(self, tx: Transaction, name: str, answer: Listing, call: Call) -> dict[str, Any]:
        """One page of a list."""
        params = call.params
        created = params.get("created")
        rows = list(answer.objects)
        if created is not None:  # invoice items call the moment `date`
            rows = [obj for obj in rows if pages.in_range(created, obj["created" if "created" in obj else "date"])]
        page = pages.page(
            rows,
            id_of=lambda obj: obj.id,
            limit=params.get("limit"),
            starting_after=params.get("starting_after"),
            ending_before=params.get("ending_before"),
            noun=registry.BY_NAME[name].called if name in registry.BY_NAME else name,
        )
        return pages.envelope(call.url, [registry.body(tx, obj) for obj in page.data], page.has_more)

    # --- answers -----------------------------------------------------------------------------------------------------

    def _response(self, status: int, body: bytes, extra: Mapping[str, str] | None = None) -> Response:
        """Bytes with Stripe's headers around them."""
        headers = {**COMMON_HEADERS, "Request-Id": self.request_id, "Stripe-Version": self.version}
        if self.request.method == "POST":
            headers |= {"Original-Request": self.request_id, "Stripe-Should-Retry": "false"}
            if self.idempotency_key is not None:
                headers["Idempotency-Key"] = self.idempotency_key
        return Response(status, {**headers, **(extra or {})}, body)

    def _refusal(self, error: StripeError) -> Response:
        """An error in Stripe's envelope."""
        if self.path.startswith("/v2/"):
            return self._response(error.status, encode({"error": error.body_v2()}), error.headers)
        url = f"https://dashboard.stripe.com/test/logs/{self.request_id}?t={self.account.world.now}"
        fields = dict(sorted({**error.body(), "request_log_url": url}.items()))
        return self._response(error.status, encode(versions.lower({"error": fields}, self.version)), error.headers)

    def _keep(self, given: Any, response: Response) -> None:
        """Remember the answer under its idempotency key."""
        if self.idempotency_key is None:
            return
        kept = Kept(
            path=self.path,
            params=given,
            at=self.account.world.now,
            request_id=self.request_id,
            status=response.status,
            body=response.body,
            should_retry=response.headers["Stripe-Should-Retry"],
        )
        self.account.idempotency.keep(self.idempotency_key, kept)

    def _replay(self, kept: Kept) -> Response:
        """The first answer once more; it names the request that it was made for. [documented]"""
        extra = {
            "Idempotent-Replayed": "true",
            "Original-Request": kept.request_id,
            "Stripe-Should-Retry": kept.should_retry,
        }
        return self._response(kept.status, kept.body, extra)


def _refuse_unread(call: Call) -> None:
    """Whatever a rule did not read it would have ignored."""
    for name in call.params.unread():
        raise errors.unsupported_parameter(call.operation, name)
