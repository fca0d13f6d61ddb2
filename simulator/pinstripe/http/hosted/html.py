"""The frame around every page, and its few pieces. Whatever comes from outside is escaped, names of fields too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape

from starlette.responses import HTMLResponse, RedirectResponse, Response

from pinstripe.billing.money import decimals, format_money, parse_decimal
from pinstripe.resources.selling import addresses

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""A page runs nothing and loads nothing."""

STYLE = """
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1a1f36;background:#f6f8fa}
header{background:#1a1f36;color:#fff;padding:.5rem 1rem;font-size:.9rem;text-align:center}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border:1px solid #d8dee4;border-radius:8px}
h1{font-size:1.5rem;margin:0 0 1rem}h2{font-size:1.1rem;margin:0 0 .5rem}
section{border-top:1px solid #d8dee4;margin-top:1.5rem;padding-top:1.2rem}
table{width:100%;border-collapse:collapse}td,th{padding:.3rem 0;text-align:left;font-weight:400}
td:last-child{text-align:right}tr.sum td{font-weight:600;border-top:1px solid #d8dee4}
label{display:block;margin:.8rem 0}label.tick{display:flex;gap:.5rem;align-items:baseline}
fieldset{border:1px solid #d8dee4;border-radius:4px;margin:1rem 0;padding:0 1rem}legend{padding:0 .3rem}
input,select{display:block;width:100%;padding:.5rem;font:inherit;color:inherit;background:#fff;
border:1px solid #8792a2;border-radius:4px}label.tick input{display:inline;width:auto}
button{padding:.6rem 1.2rem;margin-right:.5rem;font:inherit;font-weight:600;cursor:pointer;color:#fff;
background:#3b4bc8;border:1px solid #3b4bc8;border-radius:4px}button.plain{color:#3b4bc8;background:#fff}
:focus-visible{outline:3px solid #f5a623;outline-offset:2px}
.wrong{color:#8c0023;background:#fdeef1;border:1px solid #8c0023;border-radius:4px;padding:.6rem}
.hint{color:#4f566b;font-size:.9rem}
"""

Attribute = str | bool | int | None
"""What an attribute of HTML may be."""

TEST_CARDS: Mapping[str, str] = {
    "4242424242424242": "4242 4242 4242 4242 - pays",
    "4000002500003155": "4000 0025 0000 3155 - asks for authentication",
    "4000000000000341": "4000 0000 0000 0341 - can be saved, is declined",
    "4000000000000002": "4000 0000 0000 0002 - is declined",
    "4000000000009995": "4000 0000 0000 9995 - has insufficient funds",
}
"""The cards a page offers, by number."""


def page(title: str, *parts: str) -> str:
    """A whole document, which says whose it is."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)} - pinstripe</title><style>{STYLE}</style></head><body>"
        "<header>A test page of pinstripe, not of Stripe. No real money, no real cards.</header>"
        f"<main><h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>"
    )


def answer(document: str, status: int = 200) -> HTMLResponse:
    """A document on its way to a browser, which asks for it again after going back, and so sees how things are."""
    return HTMLResponse(document, status, {**HEADERS, "Cache-Control": "no-store"})


def answer_to_form(document: str, status: int = 200) -> HTMLResponse:
    """The same after a form; a browser that goes back to it could not ask again without sending the form again."""
    return HTMLResponse(document, status, HEADERS)


def lead(url: str) -> Response:
    """Lead the browser somewhere else, with a page instead where that is no address."""
    if addresses.leads(url):
        return RedirectResponse(url, 303)
    return answer(page("Done", paragraph(f"The way back is no address: {url}")))


def paragraph(text: str, kind: str = "") -> str:
    """Words, if there are any."""
    return f"<p{_attribute('class', kind or None)}>{escape(text)}</p>" if text else ""


def wrong(text: str) -> str:
    """What went wrong, if anything; readers of a screen hear it at once."""
    return f'<p class="wrong" role="alert">{escape(text)}</p>' if text else ""


def section(title: str, *parts: str) -> str:
    """A part of a page under a title of its own; nothing where it is empty."""
    return f"<section><h2>{escape(title)}</h2>{''.join(parts)}</section>" if any(parts) else ""


def group(title: str, *parts: str) -> str:
    """Fields that belong together."""
    return f"<fieldset><legend>{escape(title)}</legend>{''.join(parts)}</fieldset>"


def rows(table: Iterable[tuple[str, ...]], *, sums: bool = False) -> str:
    """Rows of cells, such as what costs how much; the last row may be the sum."""
    cells = [f"<td>{'<td>'.join(escape(cell) for cell in row)}" for row in table]
    marked = [f'<tr class="sum">{row}' if sums and row is cells[-1] else f"<tr>{row}" for row in cells]
    return f"<table>{''.join(marked)}</table>" if cells else ""


def field(label: str, name: str, value: str = "", /, **more: Attribute) -> str:
    """One thing to type; what is more are attributes of HTML, `type_` for `type`."""
    attributes: dict[str, Attribute] = {"type_": "text", **more, "name": name, "value": value}
    written = "".join(_attribute(key.rstrip("_"), found) for key, found in attributes.items())
    return f"<label>{escape(label)}<input{written}></label>"


def tick(label: str, name: str, *, required: bool = False) -> str:
    """A box to tick."""
    named = f"{_attribute('name', name)}{_attribute('required', required)}"
    return f'<label class="tick"><input type="checkbox" value="yes"{named}>{escape(label)}</label>'


def choice(label: str, name: str, options: Mapping[str, str], chosen: str | None = None) -> str:
    """One of several."""
    shown = "".join(
        f"<option{_attribute('value', value)}{_attribute('selected', value == chosen)}>{escape(text)}</option>"
        for value, text in options.items()
    )
    return f"<label>{escape(label)}<select{_attribute('name', name)}>{shown}</select></label>"


def form(button: str, *parts: str, plain: bool = False, **hidden: str) -> str:
    """Something to send to the page's own address."""
    kind = _attribute("class", "plain" if plain else None)
    return of_buttons(hidden, f"<button{kind}>{escape(button)}</button>", *parts)


def of_buttons(hidden: Mapping[str, str], buttons: str, *parts: str) -> str:
    """The same with buttons of its own, and with values that nobody sees."""
    kept = "".join(
        f'<input type="hidden"{_attribute("name", name)}{_attribute("value", value)}>' for name, value in hidden.items()
    )
    return f'<form method="post">{kept}{"".join(parts)}<p>{buttons}</p></form>'


def button(text: str, name: str, value: str, *, plain: bool = False) -> str:
    """One of several ways to send a form."""
    named = f"{_attribute('name', name)}{_attribute('value', value)}{_attribute('class', 'plain' if plain else None)}"
    return f"<button{named}>{escape(text)}</button>"


def link(text: str, url: str) -> str:
    """A way somewhere else; nothing where it leads nowhere."""
    return f"<p><a{_attribute('href', url)}>{escape(text)}</a></p>" if addresses.leads(url) else ""


def money(amount: int, currency: str) -> str:
    """An amount as people read it."""
    return format_money(Decimal(amount), currency)


def minor(typed: str, currency: str) -> int | str:
    """An amount as people type it ("25", "25.00", "$1,000") in minor units; what is no amount as it was typed."""
    try:
        amount = parse_decimal(typed.strip().lstrip("$€£¥").replace(",", "")).scaleb(decimals(currency))
    except ValueError:
        return typed
    return int(amount) if amount == amount.to_integral_value() else typed


def _attribute(name: str, value: Attribute) -> str:
    """An attribute with its value escaped; one that is off or unset is not there."""
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'
