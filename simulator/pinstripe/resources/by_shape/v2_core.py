"""What a platform of API v2 keeps of others: accounts, their people and tokens, links to onboarding; and imports."""

from __future__ import annotations

from typing import Any

from pinstripe.resources import refusals
from pinstripe.resources.by_shape import v2_accounts, v2_persons
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.by_shape.wording import in_words
from pinstripe.resources.resource import Call, named
from pinstripe.wire.moments import rfc3339

LINK_SECONDS = 300
"""How long a link to onboarding works: five minutes. [second-hand]"""
UPLOAD_SECONDS = 300
"""How long a catalog can be uploaded: five minutes. [documented sample]"""


def _of_account(call: Call, _: Members) -> None:
    """A link leads to an account that is open."""
    account = named(call.tx, "v2.core.account", call.params.get("account"), "account")
    if account["closed"]:
        raise refusals.account_closed(account.id)


def _secret(call: Call, length: int) -> str:
    """Letters and digits that come once."""
    return call.tx.world.seed.secret(call.tx.new_id("secret"), length)


def _upload(call: Call, _: Members) -> dict[str, Any]:
    """Where the file is to go; nothing here takes it. [documented sample]"""
    url = f"https://stripeusercontent.com/files/us-west-2/upload/wksp_{_secret(call, 24)}"
    return {"awaiting_upload": {"upload_url": {"expires_at": call.tx.now() + UPLOAD_SECONDS, "url": url}}}


LINKS = Noun(
    "v2.core.account_link",
    path="/v2/core/account_links",
    check=_of_account,
    computed={
        "expires_at": lambda call, _: rfc3339(call.tx.now() + LINK_SECONDS),
        "url": lambda call, members: f"https://connect.stripe.com/setup/e/{members['account']}/{_secret(call, 12)}",
    },
    recomputed={"created": lambda call, _: rfc3339(call.tx.now())},
)
"""Nobody goes through the link, so no account comes back from it."""

IMPORTS = Noun(
    "v2.commerce.product_catalog_import",
    "pcimprt",
    "/v2/commerce/product_catalog/imports",
    starts={"status": "awaiting_upload"},
    computed={"status_details": _upload},
    view=in_words("created", "status_details.awaiting_upload.upload_url.expires_at"),
)
"""An import waits for its file, which would go to a server that is not ours, and so for ever."""

NOUNS = (v2_accounts.ACCOUNTS, *v2_persons.NOUNS, LINKS, IMPORTS)
