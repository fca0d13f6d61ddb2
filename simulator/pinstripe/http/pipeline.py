"""The one path every request takes, from who is asking to the bytes of the answer.

authenticate -> version -> find the operation -> decode -> idempotency -> check the parameters -> run the rule in a
transaction -> expand -> keep -> answer. Every refusal on the way is a `StripeError`; anything else that is raised is a
bug of pinstripe, answers 500 and says so.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import orjson

from pinstripe import errors
from pinstripe.errors import StripeError
from pinstripe.http import authentication, versions
from pinstripe.http.accounts import Account, Accounts
from pinstripe.http.idempotency import Kept
from pinstripe.http.message import Request, Response
from pinstripe.resources import registry
from pinstripe.resources.params import Params
from pinstripe.resources.resource import Answer, Call, Handler, Listing
from pinstripe.wire import expand, forms, pages
from pinstripe.wire import params as parameters
from pinstripe.world import Object, Transaction
from pinstripe_contracts import Operation, match, shape

LIST_PARAMS = ("limit", "starting_after", "ending_before", "created")

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
    """Answers requests against a set of accounts."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts

    def handle(self, request: Request) -> Response:
        """The answer to one request; never raises."""
        try:
            account = self.accounts.of(authentication.key_of(request.headers))
        except StripeError as error:
            return _unauthenticated(error)
        return _Exchange(account, request).answer()


def _unauthenticated(error: StripeError) -> Response:
    """A refusal before anybody is known: no request id and no version. [recorded]"""
    headers = {"Content-Type": "application/json", "Cache-Control": "no-cache, no-store"}
    if error.status == 401:
        headers["Www-Authenticate"] = 'Bearer realm="Stripe"'
    return Response(error.status, headers, encode({"error": error.body()}))


class _Exchange:
    """One request of one account on its way."""

    def __init__(self, account: Account, request: Request) -> None:
        self.account = account
        self.request = request
        self.request_id = account.next_request_id()
        self.version = versions.DEFAULT
        self.idempotency_key = request.headers.get("idempotency-key") if request.method == "POST" else None
        self.asked: tuple[str, Any] | None = None

    def answer(self) -> Response:
        """Run the request and put its answer into words."""
        account = self.account
        account.world.catch_up()
        account.journal.append((account.world.now, self.request))
        try:
            return self._run()
        except StripeError as error:
            return self._refusal(error)
        except Exception:  # noqa: BLE001 - whatever else is raised is our bug, and the caller must hear of it
            return self._refusal(errors.our_bug(traceback.format_exc()))

    def _run(self) -> Response:
        """Everything between knowing the caller and having the answer."""
        request = self.request
        self.version = versions.of_request(request.headers.get("stripe-version"))
        operation, handler, path = self._find()
        given = forms.merge(forms.decode(request.query), forms.decode(request.body))
        lifted = versions.lift(operation.name, given, self.version)
        self.asked = (f"{request.method} {request.path}", given)
        if self.idempotency_key is not None:
            kept = self.account.idempotency.find(self.idempotency_key, self.asked, self.account.world.now)
            if kept is not None:
                return self._replay(kept)
        checked = parameters.check(lifted, operation.params)
        tree = expand.paths(checked.pop("expand", None) or [])
        origin = {"id": self.request_id, "idempotency_key": self.idempotency_key}
        tx = self.account.world.transaction(origin)
        call = Call(operation.name, unquote(request.path), path, Params(checked), tx)
        try:
            body = self._body(tx, handler(call), call, tree)
            for name in call.params.unread():
                raise errors.unsupported_parameter(operation.name, name)
        except StripeError as error:
            if error.keeps_changes:
                tx.commit()
            response = self._refusal(error)
            if error.status != 501:
                self._keep(response)
            return response
        tx.commit()
        response = self._response(200, encode(versions.lower(body, self.version)))
        self._keep(response)
        return response

    def _find(self) -> tuple[Operation, Handler, Mapping[str, str]]:
        """The operation a URL names, and the rule that serves it."""
        method, path = self.request.method, self.request.path
        found = None if path.endswith("/") else match(method, path)
        if found is None:
            raise errors.unrecognized_url(method, path)
        operation, ids = found
        handler = registry.HANDLERS.get(operation.name)
        if handler is None:
            raise errors.unsupported_operation(method, operation.path)
        return operation, handler, {name: unquote(id_) for name, id_ in ids.items()}

    # --- from an answer to its body ----------------------------------------------------------------------------------

    def _body(self, tx: Transaction, answer: Answer, call: Call, tree: expand.ExpandTree) -> Mapping[str, Any]:
        """The body of an answer: objects shown, lists cut into pages, ids expanded."""

        def fetch(name: str, id_: str) -> Any:
            """The object an id names."""
            return registry.fetch(tx, name, id_)

        def include(name: str, shown: Mapping[str, Any], key: str) -> Any | None:
            """A member that is absent until asked for."""
            return registry.include(tx, name, shown, key)

        if isinstance(answer, Listing):
            page, name = self._page(tx, answer, call)
            return expand.expand_page(page, name, tree, fetch, shape, include)
        if isinstance(answer, Object):
            shown = registry.body(tx, answer)
            return expand.expand(shown, shape(answer.kind), tree, fetch, shape, include)
        return answer

    def _page(self, tx: Transaction, answer: Listing, call: Call) -> tuple[dict[str, Any], str]:
        """One page of a list."""
        params = call.params
        created = params.get("created")
        rows = [obj for obj in answer.objects if created is None or pages.in_range(created, obj["created"])]
        operation = match("GET", self.request.path)
        name = operation[0].returns if operation else None
        assert name is not None
        page = pages.page(
            rows,
            id_of=lambda obj: obj.id,
            limit=params.get("limit"),
            starting_after=params.get("starting_after"),
            ending_before=params.get("ending_before"),
            noun=registry.BY_NAME[name].called if name in registry.BY_NAME else name,
        )
        return pages.envelope(call.url, [registry.body(tx, obj) for obj in page.data], page.has_more), name

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
        log = f"https://dashboard.stripe.com/test/logs/{self.request_id}?t={self.account.world.now}"
        fields = dict(sorted({**error.body(), "request_log_url": log}.items()))
        return self._response(error.status, encode({"error": fields}), error.headers)

    def _keep(self, response: Response) -> None:
        """Remember the answer under its idempotency key."""
        if self.idempotency_key is None or self.asked is None:
            return
        kept = Kept(
            asked=self.asked,
            at=self.account.world.now,
            request_id=self.request_id,
            status=response.status,
            body=response.body,
            should_retry=response.headers.get("Stripe-Should-Retry", "false"),
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
