"""Presence: which fields may be absent and which may be null, as the npm package declares it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from pinstripe_contracts import AnyOf, Hash, ListOf, MapOf, Nullable, Type, shape
from pinstripe_contracts.derive import DATA
from pinstripe_contracts.expressions import Shapes
from pinstripe_contracts.presence import Member, Presence
from pinstripe_contracts.sdk import Place, Sdk

DECLARATIONS = """
import { Coin } from './Coins.js';
import { Metadata, Address } from './shared.js';
import * as Nested from './Nested/index.js';
export declare class PurseResource extends StripeResource {
    retrieve(id: string, options?: { a: string }): Promise<Response<Purse | DeletedPurse>>;
    update(id: string): Promise<Response<Purse>>;
}
export interface Purse {
    /** A comment with a { brace and a `quote'. */
    id: string;
    object: 'purse';
    deleted?: void;
    metadata: Metadata;
    address?: Address | null;
    coins: Array<Purse.Coin> | null;
    best: string | Coin | DeletedCoin | null;
    by_size?: { [key: string]: Purse.Coin };
    lining: Purse.Lining | null;
    other: Nested.Thing;
    'quoted-name'?: number;
    readonly marks: string[];
    shake(times: number): void;
    onShake: (times: number) => void;
    [key: string]: unknown;
}
export interface DeletedPurse { id: string; object: 'purse'; deleted: true; }
export declare namespace Purse {
    interface Coin { value: number; face?: Coin.Face; }
    type Lining = 'silk' | 'wool' | OtherString;
    namespace Coin { interface Face { worn: boolean | null } }
}
export interface PurseListParams { object: 'purse'; }
export interface DeletedObject { id: string; object?: string; }
export interface V1PurseShakenEvent extends Base, Omit<Other, 'data'> {
    type: 'v1.purse.shaken';
    data: { times: number; };
}
export interface V1PurseShakenNotification extends EventNotificationBase { type: 'v1.purse.shaken'; data: string; }
export interface Box<T extends object = {}> { content: T; key: keyof T; }
"""
SHARED = """
export interface Metadata { [name: string]: string; }
export interface Address { city: string | null; }
export type Emptyable<T> = null | '' | T;
"""
COINS = """
export interface Coin { object: 'coin'; mint?: Coin; }
export interface DeletedCoin { object: 'coin'; deleted: true; }
"""


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A very small npm package."""
    resources = tmp_path / "esm" / "resources"
    resources.mkdir(parents=True)
    (tmp_path / "package.json").write_text('{"version": "1.2.3"}', encoding="utf-8")
    (resources / "shared.d.ts").write_text(SHARED, encoding="utf-8")
    (resources / "Purses.d.ts").write_text(DECLARATIONS, encoding="utf-8")
    (resources / "Coins.d.ts").write_text(COINS, encoding="utf-8")
    return tmp_path


def test_presence_is_read_from_declarations(npm: Path) -> None:
    """Marks follow the declaration, nested hashes are followed, other objects are not, and `void` means never."""
    found = Presence.extract(npm)
    assert found.npm_version == "1.2.3"
    assert found.trees["deleted_purse"] == {"deleted": 0, "id": 0, "object": 0}
    assert found.trees["purse"] == {
        "address?~": {"city~": 0},
        "best~-": 0,
        "by_size?": {"face?": {"worn~": 0}, "value": 0},
        "coins~": {"face?": {"worn~": 0}, "value": 0},
        "id": 0,
        "lining~": 0,
        "marks": 0,
        "metadata": 0,
        "object": 0,
        "onShake": 0,
        "other": 0,
        "quoted-name?": 0,
    }
    assert found.trees["v2.deleted_object"] == {"id": 0, "object?": 0}
    assert found.trees["v1.purse.shaken"] == {"data": {"times": 0}, "type": 0}
    assert found.remains == {"purse": ["retrieve"]}


def test_marks_are_read_back() -> None:
    """A key's marks become the member's words."""
    found = Presence.of("1", {"purse": {"id": 0, "coins?~-": {"value?": 0}}}, {}).objects["purse"]
    inner = {"value": Member(may_be_absent=True)}
    assert found == {"id": Member(), "coins": Member(True, True, True, inner)}


def test_a_field_without_presence_is_reported() -> None:
    """What the npm package does not declare is required, nullable where stripe-python says Optional, and reported."""
    shapes = Shapes(Sdk.installed(), Presence.of("1", {}, {}))
    found = shapes.described(Place("stripe.billing._meter", ("Meter",)), "billing.meter")
    assert found["display_name"] == "str"
    assert found["event_time_window"] == ["null", ["open", "day", "hour"]]
    assert "billing.meter.status_transitions.deactivated_at" in shapes.unmatched


def hashes(found: Type) -> Iterator[Hash]:
    """The hashes with fixed keys inside a type."""
    match found:
        case Hash():
            yield found
        case Nullable(inner=inner) | ListOf(inner=inner) | MapOf(inner=inner):
            yield from hashes(inner)
        case AnyOf(options=options):
            for option in options:
                yield from hashes(option)


def strangers(members: Mapping[str, Member], fields: Hash, path: str) -> Iterator[str]:
    """The declared fields that a shape lacks."""
    for name, member in members.items():
        if name not in fields.fields:
            yield f"{path}.{name}"
        elif member.members:
            for inner in hashes(fields.fields[name].type):
                yield from strangers(member.members, inner, f"{path}.{name}")


def test_every_declared_field_is_in_its_shape() -> None:
    """The npm package declares no field that stripe-python does not know."""
    presence = Presence.load((DATA / "presence.json").read_text(encoding="utf-8"))
    assert [path for name, members in presence.objects.items() for path in strangers(members, shape(name), name)] == []


@pytest.mark.skipif("PINSTRIPE_NPM_STRIPE" not in os.environ, reason="PINSTRIPE_NPM_STRIPE names no npm package")
def test_presence_is_what_the_npm_package_declares() -> None:
    """Reading presence again from the npm package changes nothing.

    This test runs only where PINSTRIPE_NPM_STRIPE names the folder of an unpacked npm package `stripe`: the package is
    no Python distribution, so a plain environment does not have it.
    """
    kept = Presence.load((DATA / "presence.json").read_text(encoding="utf-8"))
    assert Presence.extract(Path(os.environ["PINSTRIPE_NPM_STRIPE"])).kept() == kept.kept()
