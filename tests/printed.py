"""A strict reader of the PDFs that pinstripe writes: it follows every reference from the last line of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

STRING = re.compile(rb"\(((?:[^\\()]|\\.)*)\) Tj")


def shown(file: bytes) -> Iterator[str]:
    """What the pages show, in the order in which it is drawn."""
    assert file.startswith(b"%PDF-1.")
    assert file.endswith(b"%%EOF\n")
    places = _places(file)
    trailer = file[file.rindex(b"trailer") :]
    pages = _object(file, places, _reference(trailer, b"Root"))
    tree = _object(file, places, _reference(pages, b"Pages"))
    kids = [int(number) for number in re.findall(rb"(\d+) 0 R", tree[tree.index(b"[") : tree.index(b"]")])]
    assert len(kids) == int(re.findall(rb"/Count (\d+)", tree)[0])
    for kid in kids:
        page = _object(file, places, kid)
        assert b"/BaseFont /Helvetica" in _object(file, places, _reference(page, b"F1"))
        content = _object(file, places, _reference(page, b"Contents"))
        length = int(re.findall(rb"/Length (\d+)", content)[0])
        stream = content.split(b"stream\n", 1)[1]
        assert stream[length:] == b"\nendstream\n"
        for words in STRING.findall(stream[:length]):
            yield re.sub(rb"\\(.)", rb"\1", words).decode("cp1252")


def _places(file: bytes) -> dict[int, int]:
    """At which byte each object begins, by the table."""
    start = int(file.split(b"startxref\n")[1].split(b"\n")[0])
    head, first, *rows = file[start : file.rindex(b"trailer")].split(b"\n")[:-1]
    assert head == b"xref"
    assert first == b"0 %d" % len(rows)
    assert {len(row) for row in rows} == {19}
    return {number: int(row[:10]) for number, row in enumerate(rows) if row.endswith(b" n ")}


def _object(file: bytes, places: dict[int, int], number: int) -> bytes:
    """One object of the file."""
    begins = file[places[number] :]
    assert begins.startswith(b"%d 0 obj\n" % number)
    return begins[: begins.index(b"endobj")].split(b"\n", 1)[1]


def _reference(within: bytes, name: bytes) -> int:
    """The number of the object that a member refers to."""
    return int(re.findall(rb"/%b (\d+) 0 R" % name, within)[0])
