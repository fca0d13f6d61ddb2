"""Reports: tables about a stretch of time, written from the balance transactions and handed over as a CSV file.

`balance.summary.1`                       what the balance was, what came in, what was paid out, what is left
`balance_change_from_activity.summary.1`  what came in, by reporting category
`payouts.summary.1`                       what was paid out, by reporting category

[documented: types, columns, parameters, major units; second-hand, from exported files: the rows of the first and their
order, the row of totals in the others, the last day of an interval in words, quotes around every value, the file's
name, title and year] All others need what is not known here and are refused. [inferred: a second to write one; the
order of currencies and categories; that an interval has to be over]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinstripe import errors
from pinstripe.billing.money import decimals
from pinstripe.resources import refusals
from pinstripe.resources.by_shape.files import contents_url
from pinstripe.resources.by_shape.noun import Members, Noun
from pinstripe.resources.resource import Call
from pinstripe.world import Object, Transaction

WRITING_SECONDS = 1
KEPT_SECONDS = 365 * 86400
PAID_OUT = frozenset({"payout", "payout_reversal"})
"""The reporting categories that are no activity. [documented]"""
SAID = frozenset({"columns", "currency", "interval_end", "interval_start", "timezone"})
"""What these reports can be told."""

Row = Mapping[str, str]
Booked = Sequence[Object]


def _check(call: Call, members: Members) -> None:
    """A type that is known, an interval that is over, and nothing beside it that would be ignored."""
    type_, said = members["report_type"], members.get("parameters") or {}
    if type_ not in REPORTS:
        raise errors.unsupported_parameter(call.operation, "report_type", f" with the value {type_}")
    for name in sorted(set(said) - SAID):
        raise errors.unsupported_parameter(call.operation, f"parameters[{name}]", f" for {type_}")
    for name in ("interval_start", "interval_end"):
        if name not in said:
            raise errors.missing_parameter(f"parameters[{name}]")
    if not said["interval_start"] < said["interval_end"] <= call.tx.now():
        raise refusals.report_interval_unfit()
    for column in said.get("columns") or ():
        if column not in REPORTS[type_].columns:
            raise errors.unsupported_parameter(call.operation, "parameters[columns]", f" with the value {column}")
    if _zone(said) is None:
        raise errors.unsupported_parameter(call.operation, "parameters[timezone]", " that this machine does not know")


def _zone(said: Mapping[str, Any]) -> tzinfo | None:
    """The time zone of a report's days, UTC unless it names one. [documented]"""
    try:
        return ZoneInfo(said["timezone"]) if said.get("timezone") else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):  # the last for names of folders
        return None


def _due(run: Object) -> int | None:
    """A pending run is written in a moment."""
    return int(run["created"]) + WRITING_SECONDS if run["status"] == "pending" else None


def _write(tx: Transaction, run: Object) -> None:
    """The table is written from what was booked in the interval, or before. [documented: that it is told]"""
    content, id_ = table(tx, run), tx.new_id("file")
    members = {
        "created": tx.now(),
        "expires_at": tx.now() + KEPT_SECONDS,
        "filename": f"{run.id}.csv",
        "purpose": "finance_report_run",
        "size": len(content.encode()),
        "title": f"FinanceReportRun {run.id}",
        "type": "csv",
        "url": contents_url(tx, id_),
        "_content": content,
    }
    tx.new("file", members, id=id_)
    done = tx.put(run, result=id_, status="succeeded", succeeded_at=tx.now())
    tx.emit("reporting.report_run.succeeded", done, automatic=True)


# --- tables ----------------------------------------------------------------------------------------------------------


def table(tx: Transaction, run: Object) -> str:
    """A run's report as CSV: its columns in quotes, then a line for each row."""
    report, said = REPORTS[run["report_type"]], run["parameters"]
    columns = said.get("columns") or report.columns
    booked = [
        row
        for row in tx.all("balance_transaction")
        if row["balance_type"] == "payments" and said.get("currency") in (None, row["currency"])
    ]
    currencies = sorted({row["currency"] for row in booked}) or [said.get("currency") or "usd"]
    lines: list[Iterable[str]] = [columns]
    for currency in currencies:
        mine = [row for row in booked if row["currency"] == currency]
        lines += [[row[column] for column in columns] for row in report.rows(mine, currency, said)]
    return "".join(",".join(f'"{value}"' for value in line) + "\n" for line in lines)


def _during(booked: Booked, said: Mapping[str, Any], *, payouts: bool) -> list[Object]:
    """What was booked in an interval, its beginning included and its end not, as payouts or not. [documented]"""
    span = range(said["interval_start"], said["interval_end"])
    return [row for row in booked if row["created"] in span and (row["reporting_category"] in PAID_OUT) is payouts]


def _balance(booked: Booked, currency: str, said: Mapping[str, Any]) -> Iterator[Row]:
    """From the balance before to the balance after."""
    first, last = said["interval_start"], said["interval_end"] - 1
    before = sum(row["net"] for row in booked if row["created"] < first)
    activity, payouts = (_during(booked, said, payouts=is_payout) for is_payout in (False, True))
    came, went = _total(activity, "net"), _total(payouts, "net")
    for category, description, amount in (
        ("starting_balance", f"Starting balance ({_day(first, said)})", before),
        ("activity_gross", "Account activity before fees", _total(activity, "amount")),
        ("activity_fee", "Less fees", -_total(activity, "fee")),
        ("activity", "Activity", came),
        ("payouts_gross", "Payouts to bank", _total(payouts, "amount")),
        ("payouts_fee", "Payout fees", -_total(payouts, "fee")),
        ("payouts", "Total payouts", went),
        ("ending_balance", f"Ending balance ({_day(last, said)})", before + came + went),
    ):
        yield {
            "category": category,
            "description": description,
            "net_amount": _major(amount, currency),
            "currency": currency,
        }


def _by_category(*, payouts: bool) -> Callable[[Booked, str, Mapping[str, Any]], Iterator[Row]]:
    """What was booked in an interval, by reporting category, and all together."""

    def rows(booked: Booked, currency: str, said: Mapping[str, Any]) -> Iterator[Row]:
        """One row for each category that there was."""
        found = _during(booked, said, payouts=payouts)
        for category in [*sorted({row["reporting_category"] for row in found}), "total"]:
            mine = [row for row in found if category in ("total", row["reporting_category"])]
            yield {
                "reporting_category": category,
                "currency": currency,
                "count": str(len(mine)),
                "gross": _major(_total(mine, "amount"), currency),
                "fee": _major(_total(mine, "fee"), currency),
                "net": _major(_total(mine, "net"), currency),
            }

    return rows


def _total(rows: Iterable[Object], member: str) -> int:
    return sum(row[member] for row in rows)


def _major(amount: int, currency: str) -> str:
    """Minor units as major ones: 1234 US cents are 12.34. [documented]"""
    return format(Decimal(amount).scaleb(-decimals(currency)), "f")


def _day(at: int, said: Mapping[str, Any]) -> str:
    """The day of a moment in the report's time zone."""
    return datetime.fromtimestamp(at, _zone(said)).date().isoformat()


@dataclass(frozen=True, slots=True)
class Report:
    """A type of report: its columns, in the order of the file, and how the rows of one currency come about."""

    columns: tuple[str, ...]
    rows: Callable[[Booked, str, Mapping[str, Any]], Iterator[Row]]


SUMMARY = ("reporting_category", "currency", "count", "gross", "fee", "net")

REPORTS: Mapping[str, Report] = {
    "balance.summary.1": Report(("category", "description", "net_amount", "currency"), _balance),
    "balance_change_from_activity.summary.1": Report(SUMMARY, _by_category(payouts=False)),
    "payouts.summary.1": Report(SUMMARY, _by_category(payouts=True)),
}

REPORT_RUNS = Noun(
    "reporting.report_run",
    "frr",
    "/v1/reporting/report_runs",
    starts={"parameters": {}, "status": "pending"},
    check=_check,
    alarm=_due,
    ring=_write,
)

NOUNS = (REPORT_RUNS,)
