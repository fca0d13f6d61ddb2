"""A PDF of plain text, as small as the format allows: A4 pages, Helvetica, one column of words and one of amounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Row = tuple[str, str]
"""What stands on the left of a line, and what on the right."""

WIDTH, HEIGHT = 595, 842
"""A4 in points."""
LEFT, RIGHT, TOP = 56, 440, 780
LEADING: Final = 15
LINES_A_PAGE: Final = 48
CATALOG, PAGES, FONT, FIRST_PAGE = 1, 2, 3, 4
"""The numbers of the objects every file has; each page is two more, itself and its content."""


def document(title: str, rows: Sequence[Row]) -> bytes:
    """The file that shows a title and below it the rows, on as many pages as they need."""
    lines = [(title, ""), ("", ""), *rows]
    pages = [lines[start : start + LINES_A_PAGE] for start in range(0, len(lines), LINES_A_PAGE)]
    numbers = range(FIRST_PAGE, FIRST_PAGE + 2 * len(pages), 2)
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages %d 0 R >>" % PAGES,
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in zip(numbers, pages, strict=True):
        content = _content(page)
        objects += [
            b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %d %d] /Resources << /Font << /F1 %d 0 R >> >> "
            b"/Contents %d 0 R >>" % (PAGES, WIDTH, HEIGHT, FONT, number + 1),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        ]
    return _file(objects)


def _content(page: Sequence[Row]) -> bytes:
    """What is drawn on one page."""
    drawn = [b"BT /F1 11 Tf"]
    for line, row in enumerate(page):
        for at, words in zip((LEFT, RIGHT), row, strict=True):
            if words:
                drawn.append(b"1 0 0 1 %d %d Tm (%b) Tj" % (at, TOP - line * LEADING, _escaped(words)))
    return b"\n".join([*drawn, b"ET"])


def _escaped(words: str) -> bytes:
    """Text as a PDF string; what the font's encoding does not have becomes a question mark."""
    plain = words.encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b" ")


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects one after another, and the table that says at which byte each begins."""
    body = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"  # bytes above 127 tell whoever carries the file that it is no text
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, CATALOG, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (size, table, trailer)
