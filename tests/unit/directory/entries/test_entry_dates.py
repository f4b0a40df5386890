"""Courses and events in a form: a first day, a last one, and a pool of their own that can be full."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.directory.domain.occurrences import LONDON, occurrences
from services.directory.domain.opening import Opening
from services.directory.domain.service import Pool, Service
from services.directory.entrypoints.entries.entry_draft import Draft
from services.directory.entrypoints.finding.told_times import told_opening
from services.directory.storage.own_fields import overlaid
from services.directory.storage.stored_documents import service_document
from tests.unit.directory.entries.test_entry_forms import SERVICE, WORDS, typed

COURSE = {
    "opening_1_days": ["TU", "TH"],
    "opening_1_opens": ["10:00"],
    "opening_1_closes": ["12:00"],
    "opening_1_starts": ["12/01/2027"],
    "opening_1_ends": ["28/01/2027"],
    "opening_1_kind": ["cohort"],
    "opening_1_pool": ["Winter course"],
}
EVENT = {
    "opening_1_opens": ["14:00"],
    "opening_1_starts": ["24/12/2026"],
    "opening_1_kind": ["event"],
    "opening_1_pool": ["Carols"],
}


def after(draft: Draft, service: Service = SERVICE) -> Service:
    assert draft.wrong == {}
    return overlaid(service_document(service), draft.said)


def days_of(opening: Opening) -> list[date]:
    year = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
    return [start.astimezone(LONDON).date() for start, _ in occurrences(opening, *year)]


def test_a_course_starts_on_its_day_ends_and_can_be_full_by_itself() -> None:
    draft = typed("when", SERVICE, **COURSE)
    changed = after(draft)
    course = changed.opening[1]
    assert days_of(course) == [date(2027, 1, day) for day in (12, 14, 19, 21, 26, 28)]
    *before, pool = changed.pools
    assert tuple(before) == SERVICE.pools
    assert (pool.kind, pool.name, changed.opening_of(pool)) == ("cohort", "Winter course", course)
    assert WORDS.value_words("pools", draft.said["pools"])[-1] == "Course: Winter course"
    assert typed("when", changed).changes == ()


def test_an_event_is_on_one_day_and_over_after_it() -> None:
    changed = after(typed("when", SERVICE, **EVENT))
    event = changed.opening[1]
    assert days_of(event) == [date(2026, 12, 24)]
    assert told_opening(event, date(2026, 12, 24)) == "Thursday 24 December 2026, 2pm"
    assert told_opening(event, date(2026, 12, 25)) is None
    assert typed("when", changed).changes == ()

    moved = after(typed("when", changed, opening_1_starts=["23/12/2026"]), changed)
    assert (moved.opening[1].id, days_of(moved.opening[1])) == (event.id, [date(2026, 12, 23)])
    assert moved.pools == changed.pools


def test_a_course_goes_with_its_days_and_the_last_pool_stays() -> None:
    changed = after(typed("when", SERVICE, **COURSE))
    assert after(typed("when", changed, opening_1_remove=["yes"]), changed).pools == SERVICE.pools
    usual = after(typed("when", changed, opening_1_kind=[""], opening_1_pool=[""]), changed)
    assert (usual.pools, usual.opening) == (SERVICE.pools, changed.opening)

    alone = replace(changed, pools=changed.pools[-1:])
    [left] = after(typed("when", alone, opening_1_remove=["yes"]), alone).pools
    assert left == replace(alone.pools[0], opening_id=None)


def test_a_pool_keeps_its_id_when_it_is_called_otherwise() -> None:
    pool = Pool(UUID(int=5), "session", "Mondays", SERVICE.opening[0].id)
    service = replace(SERVICE, pools=(pool,))
    assert typed("when", service).said == {}
    [renamed] = after(typed("when", service, opening_0_pool=["Monday walk"]), service).pools
    assert renamed == replace(pool, name="Monday walk")


@pytest.mark.parametrize(
    ("changed", "told_at"),
    [
        ({"opening_1_starts": ["soon"]}, "opening_1_starts"),
        ({"opening_1_ends": ["01/01/2027"]}, "opening_1_ends"),
        ({"opening_1_days": []}, "opening_1_days"),
        ({"opening_1_starts": [""]}, "opening_1_starts"),
        ({"opening_1_pool": [""]}, "opening_1_pool"),
        ({"opening_1_pool": ["x" * 201]}, "opening_1_pool"),
        ({"opening_1_kind": ["party"]}, "opening_1_kind"),
        ({"opening_1_kind": [""]}, "opening_1_kind"),
    ],
)
def test_what_is_typed_wrongly_is_told_at_its_field(changed: dict[str, list[str]], told_at: str) -> None:
    assert list(typed("when", SERVICE, **(COURSE | changed)).wrong) == [told_at]
