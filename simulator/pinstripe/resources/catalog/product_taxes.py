"""What a product says of its tax: the code of what it is, in either of two spellings."""

from __future__ import annotations

import re
from typing import Any

from pinstripe import errors
from pinstripe.resources.params import Params

_CODE = re.compile(r"txcd_\d{8}", re.ASCII)


def members(given: Params) -> dict[str, Any]:
    """The tax code of a product as a request has it; unset, it has none. [inferred: that both spellings are one]

    Which codes there are is Stripe's own list, which is not known here: any that is spelled like one is taken.
    """
    said = [given] if "tax_code" in given else []
    if "tax_details" in given:
        said.append(given.hash("tax_details"))
    codes = {checked(at.get("tax_code"), at.name("tax_code")) for at in said}
    if not codes:
        return {}
    if len(codes) > 1:
        raise errors.only_one_parameter([given.name("tax_code"), given.name("tax_details")], given.name("tax_code"))
    (code,) = codes
    return {"tax_code": code, "tax_details": {"performance_location": None, "tax_code": code} if code else None}


def checked(code: str | None, param: str) -> str | None:
    """A code that could be one. [inferred: the sentence]"""
    if code is not None and not _CODE.fullmatch(code):
        raise errors.no_such("tax code", code, param=param)
    return code
