"""What a run knows: ids that appear and go, placeholders for them, and parameters that a server declines."""

from __future__ import annotations

from typing import Any

import pytest

from pinstripe_contracts.declined import ONE_IN, Declined
from pinstripe_contracts.exchange import Exchange, Request
from pinstripe_contracts.stock import REMEMBERED, Stock, placeholders


def test_a_placeholder_stands_for_what_was_made_last() -> None:
    """The number counts back from the newest; a kind of which nothing is known gets an id that names nothing."""
    stock = Stock()
    for id_ in ("cus_1", "cus_2"):
        stock.note({"object": "customer", "id": id_})
    drawn = {"customer": "known-customer-0", "items": [{"price": "known-price-1"}], "n": 1, "old": "known-customer-1"}
    assert stock.resolve(drawn) == {"customer": "cus_2", "items": [{"price": "missing_price"}], "n": 1, "old": "cus_1"}
    assert [stock.resolve(word) for word in placeholders("customer")] == ["cus_2", "cus_1", "cus_2"]


def test_what_is_deleted_is_forgotten() -> None:
    """A stub takes its id out of the stock."""
    stock = Stock()
    stock.note({"object": "product", "id": "prod_1"})
    stock.note({"object": "product", "id": "prod_1", "deleted": True})
    assert stock.resolve("known-product-0") == "missing_product"


def test_what_is_only_seen_stands_behind_what_was_made() -> None:
    """Objects of a list, objects inside an object and ids that are mentioned never push out the newest."""
    stock = Stock()
    stock.note({"object": "subscription", "id": "sub_1", "items": _page("subscription_item", "si_1")})
    stock.note(_page("subscription", "sub_2", "sub_1"))
    stock.note({"object": "charge", "id": "ch_1", "balance_transaction": "txn_1"})
    assert stock.ids == {
        "subscription": ["sub_2", "sub_1"],
        "subscription_item": ["si_1"],
        "balance_transaction": ["txn_1"],
        "charge": ["ch_1"],
    }


def test_old_ids_make_room() -> None:
    """A stock has room for a dozen of a kind and keeps the newest."""
    stock = Stock()
    for number in range(REMEMBERED + 5):
        stock.note({"object": "price", "id": f"price_{number}"})
    assert len(stock.ids["price"]) == REMEMBERED
    assert stock.resolve("known-price-0") == f"price_{REMEMBERED + 4}"


@pytest.mark.parametrize("answer", [None, [], {"object": "list"}, {"object": "list", "data": [1]}, {"id": 1}])
def test_nothing_is_learnt_from_nonsense(answer: Any) -> None:
    """An answer out of shape is for the checks to judge."""
    stock = Stock()
    stock.note(answer)
    assert stock.ids == {}


DECLINING = [
    ("coupon", {"coupon": "a", "name": "b"}, {"name": "b"}),
    ("items[0][discounts]", {"items": [{"price": "p", "discounts": 1}]}, {"items": [{"price": "p"}]}),
    ("items[0]", {"items": [1]}, {"items": []}),
    ("a[b][c]", {"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"d": 2}}}),
    ("a[b]", {"a": "no hash"}, {"a": "no hash"}),
    ("type", {"type": "card"}, {"type": "card"}),
]


@pytest.mark.parametrize("param, given, left", DECLINING, ids=[row[0] for row in DECLINING])
def test_what_is_declined_is_left_out(param: str, given: dict[str, Any], left: dict[str, Any]) -> None:
    """A declined parameter is left out of later requests of its operation, but for one in a few."""
    declined = Declined()
    declined.learn("POST /v1/x", _refused("unsupported_parameter", param))
    assert declined.without("POST /v1/x", given) == left
    assert declined.without("POST /v1/y", given) == given
    sent = [declined.without("POST /v1/x", given) for _ in range(ONE_IN)]
    assert sent.count(given) == (ONE_IN if left == given else 1)


def test_only_what_is_not_modelled_is_declined() -> None:
    """An ordinary refusal of a parameter teaches nothing."""
    declined = Declined()
    declined.learn("POST /v1/x", _refused("parameter_unknown", "name"))
    assert len(declined) == 0


def _page(kind: str, *ids: str) -> dict[str, Any]:
    """A list of objects, the newest first."""
    return {"object": "list", "data": [{"object": kind, "id": id_} for id_ in reversed(ids)]}


def _refused(code: str, param: str) -> Exchange:
    """A refusal that names a parameter."""
    error = f'{{"error": {{"code": "{code}", "param": "{param}"}}}}'
    return Exchange(Request("POST", "/v1/x"), 501, {}, error.encode())
