"""Files that were uploaded or written here, and links to them for people without a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinstripe import errors
from pinstripe.resources.by_shape.noun import Below, Members, Noun
from pinstripe.resources.resource import Answer, Call, Document, addressed, merged_metadata
from pinstripe.world import Object, Transaction


def _uploaded(call: Call, members: Members) -> None:
    """What is known of the file in a multipart form; its bytes are not kept."""
    said = call.params.get("file")
    if not isinstance(said, Mapping) or "filename" not in said:
        raise errors.invalid_object("file")
    members |= {"filename": said["filename"], "size": int(said["size"]), "type": said["type"] or None}


def _link_at_once(call: Call, file: Object) -> None:
    """A link that was asked for with the file. [documented]"""
    said = call.params.hash("file_link_data")
    if not said.get("create"):
        return
    tx = call.tx
    id_ = tx.new_id("link")
    members = {
        "created": tx.now(),
        "expires_at": said.get("expires_at"),
        "file": file.id,
        "livemode": False,
        "metadata": merged_metadata({}, said),
        "url": _address(call, {"id": id_}),
    }
    tx.new("file_link", members, id=id_)


def _address(call: Call, members: Mapping[str, Any]) -> str:
    return f"https://files.stripe.com/links/{call.tx.world.seed.secret(members['id'], 60)}"


def contents_url(tx: Transaction, id_: str) -> str:
    """Where what is in a file written here can be fetched with a key: at this server, or at Stripe's address."""
    return f"{tx.world.pages or 'https://files.stripe.com'}/v1/files/{id_}/contents"


def contents(call: Call) -> Answer:
    """GET /v1/files/{file}/contents: what was written here; an upload's bytes are not kept. [documented: the URL]"""
    file = addressed(call, "file")
    if "_content" not in file:
        raise errors.unsupported_operation("GET", "/v1/files/{file}/contents")
    return Document(file["_content"].encode(), "text/csv")


FILES = Noun(
    "file",
    "file",
    "/v1/files",
    check=_uploaded,
    computed={"url": lambda _, members: f"https://files.stripe.com/v1/files/{members['id']}/contents"},
    below={"links": Below("file_link", "file", "/v1/file_links?file={}")},
    after=_link_at_once,
)
"""A file; of an upload everything is known but its contents. [inferred: the media type of those that are fetched]"""


def _expiry(call: Call, members: Members) -> int | None:
    """When a link stops working; it can be said to be now. [documented]"""
    if "expires_at" not in call.params:
        return members.get("expires_at")
    value = call.params.get("expires_at")
    return call.tx.now() if value == "now" else value


def _link(tx: Transaction, link: Object) -> Mapping[str, Any]:
    """A link that has expired leads nowhere. [documented]"""
    expired = link.get("expires_at") is not None and link["expires_at"] <= tx.now()
    return {**link, "expired": expired, "url": None if expired else link["url"]}


FILE_LINKS = Noun(
    "file_link",
    "link",
    "/v1/file_links",
    starts={"expired": False},
    computed={"url": _address},
    recomputed={"expires_at": _expiry},
    view=_link,
    indexes={"file": lambda link: (link["file"],)},
)

NOUNS = (FILES, FILE_LINKS)
