"""Organisations are asked whether their entries are still right: in time, each time once, and not when they have said so."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.directory.domain.freshness import POLICY
from services.directory.use_cases.change_services import ServiceChange
from services.directory.use_cases.import_services import SourceRef
from services.directory.use_cases.remind import remind
from shared.postgres.pool import Pool, transaction
from tests.component.directory.test_one_write_path import bring, change
from tests.unit.directory.records import ORGANISATION_ID, SERVICE_ID, a_record

CONFIRMED = date(2026, 1, 5)
DUE = CONFIRMED + timedelta(days=POLICY.days_until_reminder)
SECOND = UUID("11111111-1111-4111-8111-111111111112")


async def on(pool: Pool, day: date) -> int:
    now = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    async with transaction(pool) as connection:
        return await remind(connection, day, now)


async def asked(pool: Pool) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        "SELECT payload FROM outbox_events WHERE topic = 'directory.assurances.v1' ORDER BY seq"
    )
    return [json.loads(row["payload"]) for row in rows]


async def test_an_organisation_is_asked_once_for_all_its_entries_and_again_in_steps(pool: Pool) -> None:
    said = {"assured_date": CONFIRMED.isoformat()}
    await bring(pool, a_record(**said), a_record(id=str(SECOND), **said))
    assert await on(pool, DUE - timedelta(days=1)) == 0
    counted = [await on(pool, DUE + timedelta(days=days)) for days in (0, 0, 13, 14, 14, 27, 28, 42, 300)]

    assert counted == [2, 0, 0, 2, 0, 0, 2, 0, 0]
    events = await asked(pool)
    assert [each["reminder"] for each in events] == [1, 2, 3]
    assert {each["organisation_id"] for each in events} == {str(ORGANISATION_ID)}
    assert all(each["service_ids"] == [str(SERVICE_ID), str(SECOND)] for each in events)


async def test_entries_that_fall_due_day_after_day_are_one_question_a_week(pool: Pool) -> None:
    records = [
        a_record(id=str(UUID(int=each)), assured_date=(CONFIRMED + timedelta(days=each)).isoformat())
        for each in range(1, 21)
    ]
    await bring(pool, *records)

    for day in range(1, 14):
        await on(pool, DUE + timedelta(days=day))

    assert [len(each["service_ids"]) for each in await asked(pool)] == [1, 7]


async def test_one_address_is_asked_once_a_day_however_many_organisations_a_source_says_it_is_of(
    pool: Pool,
) -> None:
    for number, email in enumerate(("same@example.org", "Same@example.org", "other@example.org"), 1):
        organisation = {"id": str(UUID(int=number)), "name": "A", "description": "A", "email": email}
        said = {
            "organization": organisation,
            "assured_date": CONFIRMED.isoformat(),
            "contacts": [],
        }
        await bring(pool, a_record(id=str(UUID(int=100 + number)), **said))

    counted = [await on(pool, DUE + timedelta(days=day)) for day in (0, 0, 1, 1)]

    assert counted == [2, 0, 1, 0]
    whom = [each["organisation_id"] for each in await asked(pool)]
    assert whom == [str(UUID(int=number)) for number in (1, 3, 2)]


async def test_whoever_says_that_all_is_right_is_asked_half_a_year_later(pool: Pool) -> None:
    await bring(pool, a_record(assured_date=CONFIRMED.isoformat()))
    assert await on(pool, DUE) == 1
    await change(pool, ServiceChange(SERVICE_ID, confirmed_on=DUE))
    later = DUE + timedelta(days=POLICY.days_until_reminder)
    assert [await on(pool, later + timedelta(days=days)) for days in (-1, 0)] == [0, 1]
    assert [each["reminder"] for each in await asked(pool)] == [1, 1]


async def test_an_entry_that_nobody_ever_confirmed_counts_from_its_sources_last_word(pool: Pool) -> None:
    await bring(pool, a_record())
    today = datetime.now(UTC).date()
    assert await on(pool, today + timedelta(days=POLICY.days_until_reminder - 1)) == 0
    assert await on(pool, today + timedelta(days=POLICY.days_until_reminder + 1)) == 1


async def test_of_two_workers_one_asks(pool: Pool) -> None:
    records = (a_record(id=str(UUID(int=each)), assured_date=CONFIRMED.isoformat()) for each in range(1, 31))
    await bring(pool, *records)
    counted = await asyncio.gather(*(on(pool, DUE) for _ in range(4)))
    assert sum(counted) == 30
    told = [service_id for each in await asked(pool) for service_id in each["service_ids"]]
    assert len(told) == len(set(told)) == 30


async def test_nobody_is_asked_about_what_is_only_listed_or_shown_no_more(pool: Pool) -> None:
    said = {"assured_date": CONFIRMED.isoformat()}
    await bring(pool, a_record(**said), source=SourceRef(UUID(int=9), routable=False))
    await bring(
        pool, a_record(id=str(SECOND), **said), a_record(id=str(UUID(int=3)), status="inactive", **said)
    )
    await change(pool, ServiceChange(SECOND, listed=False))
    assert await on(pool, DUE + timedelta(days=400)) == 0
    assert await asked(pool) == []
