"""An official OpenAPI file, read into our vocabulary, and what it says otherwise than the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pinstripe.cli import app
from pinstripe_contracts.derive import lengths_of
from pinstripe_contracts.drift import Difference, differences
from pinstripe_contracts.official import Official
from pinstripe_contracts.types import (
    AnyOf,
    Enum,
    Expandable,
    Field,
    Hash,
    ListOf,
    MapOf,
    Nullable,
    ObjectRef,
    Page,
    Scalar,
    Unsettable,
)

STRING = {"type": "string", "maxLength": 5000}
REF = "#/components/schemas/"


def member(**schema: Any) -> Official:
    """A file in which a shed has one interesting member."""
    shed = {"type": "object", "required": ["object"], "properties": {"object": {"enum": ["shed"]}, "it": schema}}
    tool = {"type": "object", "properties": {"object": {"enum": ["tool"]}}}
    roof = {"type": "object", "required": ["flat"], "properties": {"flat": {"type": "boolean"}}}
    schemas = {"shed": shed, "tool": tool, "shed_roof": roof}
    return Official({"openapi": "3.0.0", "info": {"version": "x"}, "paths": {}, "components": {"schemas": schemas}})


def page_of(name: str) -> dict[str, Any]:
    """A list object as the files write it."""
    rows = {"type": "array", "items": {"$ref": f"{REF}{name}"}}
    return {"type": "object", "properties": {"object": {"enum": ["list"]}, "data": rows}}


@pytest.mark.parametrize(
    "schema, kind",
    [
        (STRING, Scalar("str")),
        ({"type": "string", "maxLength": 22}, Scalar("str", 22)),
        ({"type": "string", "format": "decimal"}, Scalar("decimal")),
        ({"type": "integer", "nullable": True}, Nullable(Scalar("int"))),
        ({"type": "number"}, Scalar("float")),
        ({"type": "string", "enum": ["a", "b"]}, Enum(("a", "b"))),
        ({"type": "string", "enum": ["a"], "x-stripeBypassValidation": True}, Enum(("a",), is_open=True)),
        ({"type": "string", "enum": ["", "a"]}, Unsettable(Enum(("a",)))),
        ({"anyOf": [{"type": "integer"}, {"enum": [""]}]}, Unsettable(Scalar("int"))),
        ({"anyOf": [{"type": "integer"}, STRING]}, AnyOf((Scalar("int"), Scalar("str")))),
        ({"type": "array", "items": STRING}, ListOf(Scalar("str"))),
        ({"type": "object", "additionalProperties": STRING}, MapOf(Scalar("str"))),
        ({"type": "object"}, Scalar("any")),
        ({"$ref": f"{REF}tool"}, ObjectRef("tool")),
        ({"$ref": f"{REF}shed_roof"}, Hash({"flat": Field(Scalar("bool"), required=True)})),
        (page_of("tool"), Page("tool")),
        (
            {"anyOf": [STRING, {"$ref": f"{REF}tool"}], "x-expansionResources": {"oneOf": [{"$ref": f"{REF}tool"}]}},
            Expandable(("tool",)),
        ),
    ],
)
def test_a_schema_in_our_vocabulary(schema: dict[str, Any], kind: object) -> None:
    """One row for each thing that Stripe's files know how to say."""
    assert member(**schema).shape("shed").fields["it"] == Field(kind, required=False)  # type: ignore[arg-type]


def coupons(**changed: Any) -> Official:
    """A file that knows how to delete and to make coupons, and nothing else."""
    name = {"type": "string", "maxLength": 40}
    body = {
        "type": "object",
        "properties": {"name": name, "colour": STRING, "duration": {"enum": ["once"]}},
        "required": ["duration"],
        **changed,
    }
    form = {"application/x-www-form-urlencoded": {"schema": body}}
    shed = {"type": "object", "required": ["name"], "properties": {"object": {"enum": ["coupon"]}, "name": STRING}}
    return Official(
        {
            "openapi": "3.0.0",
            "info": {"version": "2031-01-01.oak"},
            "paths": {"/v1/coupons": {"post": {"requestBody": {"content": form}}}, "/v1/sheds": {"get": {}}},
            "components": {"schemas": {"coupon": shed}},
        }
    )


def test_every_disagreement_is_told() -> None:
    """Operations, parameters, words, demands, members and nulls that only one of them knows."""
    told = {str(difference) for difference in differences(coupons())}
    assert told >= {
        "GET /v1/sheds: missing here, present there",
        "DELETE /v1/coupons/{coupon}: present here, missing there",
        "POST /v1/coupons colour: missing here, present there",
        "POST /v1/coupons percent_off: present here, missing there",
        "POST /v1/coupons duration: forever, repeating here, nothing more there",
        "POST /v1/coupons duration: may be absent here, required there",
        "coupon.name: may be null here, is never null there",
        "coupon.valid: present here, missing there",
        "customer: present here, missing there",
    }
    assert not any(line.startswith(("POST /v1/coupons name", "coupon.object")) for line in told)
    assert not any("/v2/" in line or line.startswith("v2.") for line in told)


def test_the_lengths_of_texts_are_kept() -> None:
    """Only what is not the usual 5,000; rows of arrays and values of maps by their path."""
    inside = {"type": "array", "items": {"type": "object", "properties": {"label": {"type": "string", "maxLength": 9}}}}
    metadata = {"type": "object", "additionalProperties": {"type": "string", "maxLength": 500}}
    made = coupons(properties={"name": {"type": "string", "maxLength": 40}, "rows": inside, "metadata": metadata})
    assert lengths_of(made) == {
        "api_version": "2031-01-01.oak",
        "operations": {"POST /v1/coupons": {"name": 40, "rows[].label": 9}},
    }


def test_compare_prints_what_differs(tmp_path: Path) -> None:
    """Exit code 1 and a line for each difference that the expression finds, then how many."""
    file = tmp_path / "spec3.json"
    file.write_text(json.dumps(coupons().document))
    done = CliRunner().invoke(app, ["contracts", "compare", "--spec", str(file), "--only", "sheds|colour"])
    assert done.exit_code == 1
    assert done.output.splitlines()[:-1] == [
        "GET /v1/sheds: missing here, present there",
        "POST /v1/coupons colour: missing here, present there",
    ]
    assert done.output.splitlines()[-1].startswith("2 differences between the contract (")
    agreed = CliRunner().invoke(app, ["contracts", "compare", "--spec", str(file), "--only", "^POST /v1/coupons name$"])
    assert (agreed.exit_code, agreed.output[:2]) == (0, "0 ")


@pytest.mark.parametrize("text, says", [("{", "is no JSON"), ("[]", "is no OpenAPI document"), ("{}", "is no OpenAPI")])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """Exit code 2, and why."""
    file = tmp_path / "spec3.json"
    file.write_text(text)
    done = CliRunner().invoke(app, ["contracts", "compare", "--spec", str(file)])
    assert done.exit_code == 2
    assert says in " ".join(done.output.split())


def test_a_difference_reads_as_a_sentence() -> None:
    """Where, what we say, what they say."""
    assert str(Difference("coupon.name", "missing", "present")) == "coupon.name: missing here, present there"
