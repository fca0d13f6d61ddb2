"""What was asked for, and by whom: command line, marker, override fixture, ini file, in this order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

BACKENDS = ("fake", "http", "testmode")
GUARDS = ("calls", "sockets")

MARKERS = (
    (
        "stripe(now=None, seed=None, catalog=None): a Stripe account of the test's own, which begins at `now` (a "
        "datetime, a date as text, or seconds), takes its ids from `seed` and sells `catalog`."
    ),
    "stripe_fake_only(reason): the test needs the simulator, and is skipped against a Stripe that we do not run.",
)
"""Registered with their signatures, so that `pytest --markers` explains them."""
MARKER_WORDS = ("now", "seed", "catalog")

INI = {
    "stripe_backend": "where Stripe is: fake (default), http or testmode",
    "stripe_server_url": "base URL that --stripe-backend=testmode calls, instead of Stripe's own",
    "stripe_seed": "decides every id of the simulator; the same seed gives the same ids",
    "stripe_now": "the moment at which every test begins, e.g. 2027-01-31 or 2027-01-31T12:00Z; default: the present",
    "stripe_guard": "calls (default): no call of the SDK without a stripe fixture; sockets: let the SDK run, for "
    "suites that fake HTTP beneath it, and stop only what looks up a host of Stripe's",
}


def add_options(parser: pytest.Parser) -> None:
    """Declare options and ini values under one name each: `--stripe-seed` and `stripe_seed`."""
    group = parser.getgroup("pinstripe_scenarios", "stripe: billing scenarios with pinstripe")
    group.addoption("--stripe-backend", choices=BACKENDS, dest="stripe_backend", help=INI["stripe_backend"])
    group.addoption("--stripe-server-url", dest="stripe_server_url", metavar="URL", help=INI["stripe_server_url"])
    group.addoption("--stripe-seed", dest="stripe_seed", metavar="TEXT", help=INI["stripe_seed"])
    group.addoption("--stripe-now", dest="stripe_now", metavar="WHEN", help=INI["stripe_now"])
    group.addoption(
        "--update-stories",
        action="store_true",
        dest="update_stories",
        help="rewrite the expectations of *.story files to what really happens",
    )
    for name, meaning in INI.items():
        parser.addini(name, meaning, type="string", default="")


def for_run(config: pytest.Config, name: str, allowed: tuple[str, ...] = (), default: str = "") -> str:
    """What the command line says, else the ini file; raises UsageError for a word that is not allowed."""
    value = str(getattr(config.known_args_namespace, name, None) or config.getini(name) or default)
    if allowed and value not in allowed:
        raise pytest.UsageError(f"{name} is one of {', '.join(allowed)}, not {value!r}")
    return value


def for_test(request: pytest.FixtureRequest, name: str, fixture: str | None = None) -> Any:
    """What the command line says, else the test's marker, else the override fixture, else the ini file, else None."""
    config = request.config
    given = config.getoption(f"stripe_{name}", None)
    if given:
        return given
    marked = marker_values(request.node)
    if marked.get(name) is not None:
        return marked[name]
    overridden = request.getfixturevalue(fixture) if fixture else None
    if overridden is not None:
        return overridden
    return (config.getini(f"stripe_{name}") or None) if f"stripe_{name}" in INI else None


def marker_values(node: pytest.Item) -> Mapping[str, Any]:
    """What the markers of a test say, the closest first; raises UsageError for a word that the marker does not know."""
    __tracebackhide__ = True
    values: dict[str, Any] = {}
    for marker in node.iter_markers("stripe"):
        unknown = set(marker.kwargs) - set(MARKER_WORDS)
        if marker.args or unknown:
            wrong = ", ".join(sorted(unknown)) or "positional arguments"
            raise pytest.UsageError(f"{node.nodeid}: @pytest.mark.stripe does not take {wrong}; {MARKERS[0]}")
        values = {**marker.kwargs, **values}
    return values


def seconds(value: Any) -> int | None:
    """A moment given as datetime, ISO text or seconds, as seconds since 1970 UTC; without a zone it is UTC."""
    from datetime import UTC, datetime  # noqa: PLC0415 - the plugin's start imports nothing it does not need

    if value is None or isinstance(value, int):
        return value
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
