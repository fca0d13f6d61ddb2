"""The frame around every page, and its few pieces."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from html import escape

from pinstripe.billing.money import format_money

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1a1f36}
table{width:100%;border-collapse:collapse}td{padding:.3rem 0}td:last-child{text-align:right}
label{display:block;margin:.8rem 0}
input,select{display:block;width:100%;box-sizing:border-box;padding:.5rem;font:inherit}
button{padding:.6rem 1.2rem;font:inherit;cursor:pointer}.wrong{color:#b3093c}small{color:#697386}
section{border-top:1px solid #e3e8ee;margin-top:1.5rem}
"""

TEST_CARDS: Mapping[str, str] = {
    "4242424242424242": "4242 4242 4242 4242 - pays",
    "4000002500003155": "4000 0025 0000 3155 - asks for authentication",
    "4000000000000341": "4000 0000 0000 0341 - can be saved, is declined",
    "4000000000000002": "4000 0000 0000 0002 - is declined",
    "4000000000009995": "4000 0000 0000 9995 - has insufficient funds",
}
"""The cards a page offers, by number."""


def page(title: str, *parts: str) -> str:
    """A whole document."""
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title><style>{STYLE}</style>"
        f"<body><h1>{escape(title)}</h1>{''.join(parts)}<p><small>pinstripe: a local Stripe. No real money.</small></p>"
    )


def paragraph(text: str, kind: str = "") -> str:
    """Words."""
    return f"<p class='{kind}'>{escape(text)}</p>"


def rows(table: list[tuple[str, str]]) -> str:
    """What costs how much."""
    cells = "".join(f"<tr><td>{escape(left)}<td>{escape(right)}" for left, right in table)
    return f"<table>{cells}</table>"


def field(label: str, name: str, value: str = "", *, kind: str = "text", required: bool = False) -> str:
    """One thing to type."""
    needed = " required" if required else ""
    return f"<label>{escape(label)}<input type={kind} name={name} value='{escape(value, quote=True)}'{needed}></label>"


def choice(label: str, name: str, options: Mapping[str, str]) -> str:
    """One of several."""
    shown = "".join(f"<option value='{escape(value, quote=True)}'>{escape(text)}" for value, text in options.items())
    return f"<label>{escape(label)}<select name={name}>{shown}</select></label>"


def form(button: str, *parts: str, **hidden: str) -> str:
    """Something to send to the page's own address."""
    kept = "".join(
        f"<input type=hidden name={name} value='{escape(value, quote=True)}'>" for name, value in hidden.items()
    )
    return f"<form method=post>{kept}{''.join(parts)}<p><button>{escape(button)}</button></form>"


def link(text: str, url: str) -> str:
    """A way somewhere else; only addresses of the web are followed."""
    safe = url if url.startswith(("http://", "https://")) else "#"
    return f"<p><a href='{escape(safe, quote=True)}'>{escape(text)}</a></p>"


def money(amount: int, currency: str) -> str:
    """An amount as people read it."""
    return format_money(Decimal(amount), currency)
