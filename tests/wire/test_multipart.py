"""Multipart forms: fields by Rack's rules, and what is known of a file."""

from __future__ import annotations

import pytest
from tests import uploads

from pinstripe.errors import StripeError
from pinstripe.wire import multipart

FILES = [
    # name, first bytes -> type
    ("receipt.png", b"hello", "png"),
    ("blob", b"\x89PNG\r\n", "png"),
    ("blob", b"\xff\xd8\xff\xe0", "jpg"),
    ("scan.JPG", b"%PDF-1.7", "pdf"),
    ("blob", b"hello", ""),
]


@pytest.mark.parametrize("filename, content, type_", FILES)
def test_a_file_is_known_by_its_beginning_or_its_name(filename: str, content: bytes, type_: str) -> None:
    """The first bytes speak before the name does; the bytes themselves are counted."""
    body = uploads.multipart({"purpose": "logo", "file": content}, filename)
    assert multipart.decode(body, uploads.CONTENT_TYPE) == {
        "purpose": "logo",
        "file": {"filename": filename, "size": str(len(content)), "type": type_},
    }


def test_brackets_nest_and_bytes_stay_whole() -> None:
    """Fields are those of any form, and a file may hold what looks like a line's end or half a boundary."""
    content = b"a\r\n--front\r\n\r\nb"
    body = uploads.multipart({"file_link_data": {"create": True}, "file": content}, "x.csv")
    read = multipart.decode(body, uploads.CONTENT_TYPE)
    assert read["file_link_data"] == {"create": "true"}
    assert read["file"] == {"filename": "x.csv", "size": "15", "type": "csv"}


@pytest.mark.parametrize(
    "body, content_type",
    [
        (b"--frontier\r\n", uploads.CONTENT_TYPE),
        (b"", uploads.CONTENT_TYPE),
        (b"--frontier--\r\n", "multipart/form-data"),
        (b"--frontier\r\nContent-Disposition: form-data\r\n\r\nx\r\n--frontier--\r\n", uploads.CONTENT_TYPE),
        (
            b'--frontier\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--frontier--\r\n',
            uploads.CONTENT_TYPE,
        ),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes, content_type: str) -> None:
    """No end, no boundary, no name, no UTF-8: Stripe's 400 for bodies that are no form."""
    with pytest.raises(StripeError) as refusal:
        multipart.decode(body, content_type)
    assert refusal.value.status == 400
