"""Multipart forms, in which files are uploaded; a file becomes a hash of what is known of it. [documented: RFC 7578]

a field       {"purpose": "dispute_evidence"}
a file        {"file": {"filename": "receipt.png", "size": "1024", "type": "png"}}
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from typing import Final

from pinstripe.errors import malformed_form
from pinstripe.wire.forms import Tree, grown

MEDIA_TYPE: Final = "multipart/form-data"

SIGNATURES: Final = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"%PDF": "pdf", b"GIF8": "gif"}
"""How files of some types begin; the others are known by the end of their name."""


def decode(body: bytes, content_type: str) -> dict[str, Tree]:
    """The fields and files of a body as nested hashes; what cannot be read is a 400."""
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not boundary:
        raise malformed_form("a multipart body without a boundary")
    return grown(pair for part in _parts(body, boundary.encode()) for pair in _fields(part))


def _parts(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """What stands between the boundaries."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise malformed_form("a multipart body that does not end")
    for piece in pieces[1:-1]:
        yield piece.removeprefix(b"\r\n")


def _fields(part: bytes) -> Iterator[tuple[str, str]]:
    """The field, or what is known of the file, in one part."""
    head, _, content = part.partition(b"\r\n\r\n")
    try:
        headers = HeaderParser().parsestr(head.decode())
        name = headers.get_param("name", header="content-disposition")
        filename = headers.get_param("filename", header="content-disposition")
        if not isinstance(name, str):
            raise malformed_form("a part of a multipart body without a name")
        if not isinstance(filename, str):
            yield name, content.decode()
            return
    except UnicodeDecodeError:
        raise malformed_form("invalid UTF-8 in a multipart body") from None
    yield f"{name}[filename]", filename
    yield f"{name}[size]", str(len(content))
    yield f"{name}[type]", _type(filename, content)


def _type(filename: str, content: bytes) -> str:
    """The type of a file by its first bytes, else by the end of its name; "" where neither tells."""
    for signature, type_ in SIGNATURES.items():
        if content.startswith(signature):
            return type_
    return filename.rpartition(".")[2].lower() if "." in filename else ""
