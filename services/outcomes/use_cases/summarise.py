"""Answers a commissioner: who was referred, what became of them, and what changed for them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import get_args

from asyncpg import Record

from services.outcomes.domain import swemwbs
from services.outcomes.domain.paired_change import Measure, PairedChange, paired_change
from services.outcomes.domain.summary import (
    COUNTS,
    FINER_THAN_NO_SERVICE,
    Figures,
    Summary,
    added_up,
    without_small_counts,
)
from services.outcomes.storage.summary_rows import Selection, SummaryRows, read_summary
from shared.events.referral import Door, UnmetReason
from shared.postgres.pool import Connection

DOORS: tuple[str, ...] = get_args(Door)
REASONS: tuple[str, ...] = (*get_args(UnmetReason), *FINER_THAN_NO_SERVICE)


async def summarise(
    connection: Connection, selection: Selection, *, today: date, hide_small_counts: bool
) -> Summary:
    """The summary of the selection. The connection's transaction must not have begun to read."""
    rows = await read_summary(connection, selection, swemwbs.CODE, today)
    areas = sorted({row["area"] for row in rows.by_door})
    boroughs = {area: _figures(rows, area) for area in areas}
    change = paired_change(map(_measure, rows.scores))
    together = _nothing(change, _support(rows, None))
    summary = Summary(added_up(list(boroughs.values()), together), boroughs)
    return without_small_counts(summary) if hide_small_counts else summary


def _figures(rows: SummaryRows, area: str) -> Figures:
    doors = [row for row in rows.by_door if row["area"] == area]
    reasons = {row["reason"]: row["legs"] for row in rows.by_reason if row["area"] == area}
    legs = next((dict(row) for row in rows.by_area if row["area"] == area), {})
    change = paired_change(_measure(row) for row in rows.scores if row["area"] == area)
    support = _support(rows, area)
    counted = {
        **legs,
        "supported": support["supported"],
        "six_weeks_without_support": support["too_long"],
        "referred": sum(row["referrals"] for row in doors),
        "needs": sum(row["needs"] for row in doors),
        "paired_people": change.people,
        "missing_follow_up": change.missing_follow_up,
    }
    by_door = {row["door"]: row["referrals"] for row in doors}
    return Figures(
        counts={name: counted.get(name, 0) for name in COUNTS},
        referred_by_door=_each(DOORS, by_door),
        unmet_by_reason=_each(REASONS, reasons),
        mean_paired_change=change.mean,
        median_days_to_support=support["median_days"],
        missed_by_need={row["need"]: row["times"] for row in rows.missed if row["area"] == area},
    )


def _support(rows: SummaryRows, area: str | None) -> Mapping[str, int | None]:
    """Of an area, or of all together."""
    found = next((dict(row) for row in rows.without_support if row["area"] == area), None)
    return found or {"supported": 0, "median_days": None, "too_long": 0}


def _nothing(change: PairedChange, support: Mapping[str, int | None]) -> Figures:
    """Zeros, and over everybody the change and the days until support."""
    people = {"paired_people": change.people, "missing_follow_up": change.missing_follow_up}
    return Figures(
        counts={name: people.get(name, 0) for name in COUNTS},
        referred_by_door=_each(DOORS, {}),
        unmet_by_reason=_each(REASONS, {}),
        mean_paired_change=change.mean,
        median_days_to_support=support["median_days"],
    )


def _each(known: Iterable[str], counted: dict[str, int]) -> dict[str, int | None]:
    """A count for every known name, zeros too; a name that a newer producer added comes last."""
    return {name: counted.get(name, 0) for name in (*known, *(counted.keys() - set(known)))}


def _measure(row: Record) -> Measure:
    return Measure(row["person_id"], row["occasion"], row["recorded_at"], row["score"])
