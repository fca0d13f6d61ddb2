"""The error envelope: a status and the fields that say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DOCS = "https://stripe.com/docs"
SUPPORT = "https://support.stripe.com/"


class StripeError(Exception):
    """A request refused the way Stripe refuses it: a status and the fields of the error envelope."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",  # noqa: A002 - Stripe's word
        code: str | None = None,
        param: str | None = None,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        keeps_changes: bool = False,
        v2: Mapping[str, str] | None = None,
        is_logged: bool = True,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.details = dict(details or {})
        self.headers = dict(headers or {})
        self.keeps_changes = keeps_changes
        """True where Stripe refuses and still keeps what happened: a declined payment is recorded."""
        self.v2 = dict(v2 or {})
        """What API v2 says otherwise, such as another code."""
        self.is_logged = is_logged
        """Whether the error names its request's page in the Dashboard's log: not where no operation was found."""

    @property
    def retry(self) -> str | None:
        """What is said of a retry: that it is of no use; nothing where a parameter is refused before anything begins.

        [recorded: nothing for unknown parameters, amounts below the least, and what a parameter names and is not there,
        yet something for refusals of other codes or none; inferred: the other codes that begin like these]
        """
        code = "" if self.param is None else self.code or ""
        is_so = self.type == "invalid_request_error" and (code == "resource_missing" or code.startswith("parameter_"))
        return None if is_so else "false"

    def body(self) -> dict[str, Any]:
        """The fields of the `error` hash, in Stripe's alphabetical order; pinstripe's own codes have no page there."""
        fields: dict[str, Any] = {**self.details, "message": self.message, "type": self.type}
        if self.code is not None:
            fields["code"] = self.code
            if self.code not in OWN_CODES | CODES_WITHOUT_PAGE:
                fields["doc_url"] = f"{DOCS}/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            fields["param"] = self.param
        return dict(sorted(fields.items()))

    def body_v2(self) -> dict[str, Any]:
        """The fields of the `error` hash of API v2: what it is and what it says, nothing else. [inferred]

        What does not exist is `not_found`. [documented]
        """
        code = "not_found" if self.code == "resource_missing" else self.code
        fields = {"code": code, "message": self.message, "type": self.type} | self.v2
        return {name: value for name, value in fields.items() if value is not None}


UNSUPPORTED_CODES = frozenset({"operation", "parameter", "header", "test_card"})
CODES_WITHOUT_PAGE = frozenset({"subscription_payment_intent_requires_action"})
"""Stripe's codes that come without `doc_url`. [recorded]"""
BUG_CODE = "pinstripe_bug"
OWN_CODES = frozenset({BUG_CODE, *(f"unsupported_{what}" for what in UNSUPPORTED_CODES)})
"""Codes with which pinstripe speaks for itself; Stripe never sends them."""
