"""Likely duplicates are found as the menu changes, merged by a person, and put back as they were."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from services.directory.domain.errors import NotShownAnyMore, PairDecided, ServiceChangedMeanwhile
from services.directory.storage.duplicate_rows import merged_into
from services.directory.use_cases.find_duplicates import DuplicateFinder
from services.directory.use_cases.merge_services import (
    Decision,
    merge_services,
    say_not_the_same,
    undo_decision,
)
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.outbox_reading import outbox_events
from tests.component.directory.test_one_write_path import bring
from tests.unit.directory.records import a_record, attribute

FIRST, SECOND, THIRD, OTHER = (UUID(int=number) for number in (11, 12, 13, 14))
SOMEBODY, NOW = UUID(int=99), datetime(2026, 11, 22, 12, tzinfo=UTC)
PROGRAM, BROWSER = {"accept": "application/json"}, {"accept": "text/html"}


def walk(service_id: UUID, **changes: object) -> dict[str, object]:
    """The same walk as another feed may have it: other ids, the same place, time and name."""
    feed = service_id.int
    organisation = {"id": str(UUID(int=1_000 + feed)), "name": "Walkers", "description": "They walk."}
    pool = attribute("kith-pools", "session", value="The walk") | {"id": str(UUID(int=2_000 + feed))}
    given = {
        "id": str(service_id),
        "organization": organisation,
        "attributes": [attribute("kith-needs", "loneliness"), pool],
    }
    return a_record(**{**given, **changes})


CHOIR: dict[str, object] = {
    "name": "Evening choir",
    "description": "Songs from all over the world, sung without notes.",
    "email": "sing@choir.example.org",
    "schedules": None,
    "service_at_locations": None,
}


async def pairs(pool: Pool, state: str = "likely") -> list[tuple[UUID, UUID]]:
    rows = await pool.fetch(
        "SELECT left_id, right_id FROM duplicate_pairs WHERE state = $1 ORDER BY 1, 2", state
    )
    return [(row[0], row[1]) for row in rows]


async def seen(pool: Pool, left: UUID = FIRST, right: UUID = SECOND) -> Decision:
    rows = await pool.fetch("SELECT id, version FROM services WHERE id = ANY ($1)", [left, right])
    version = {row["id"]: row["version"] for row in rows}
    return Decision(left, right, version[left], version[right], SOMEBODY, NOW)


async def merge(pool: Pool, keep: UUID, left: UUID = FIRST, right: UUID = SECOND) -> None:
    decision = await seen(pool, left, right)
    async with transaction(pool) as connection:
        await merge_services(connection, decision, keep=keep)


async def undo(pool: Pool, left: UUID = FIRST, right: UUID = SECOND) -> None:
    async with transaction(pool) as connection:
        await undo_decision(connection, left, right, SOMEBODY, NOW)


async def feed(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The open feed, without the moments of the last change."""
    answer = await client.get("/services", params={"per_page": 100}, headers=PROGRAM)
    return [{**record, "last_modified": None} for record in answer.json()["contents"]]


async def documents(pool: Pool) -> Sequence[tuple[Any, ...]]:
    rows = await pool.fetch(
        "SELECT id, document::text, fed::text, own_fields::text, listed FROM services ORDER BY id"
    )
    return [tuple(row) for row in rows]


@pytest.fixture
async def two_of_one(pool: Pool) -> DuplicateFinder:
    await bring(pool, walk(FIRST), walk(SECOND, name="Canal Walks"), walk(OTHER, **CHOIR))
    finder = DuplicateFinder(pool)
    assert await finder.look() == 3
    return finder


async def test_what_looks_the_same_is_found_once_and_what_does_not_is_left_alone(
    pool: Pool, two_of_one: DuplicateFinder
) -> None:
    assert await pairs(pool) == [(FIRST, SECOND)]
    points, reasons = await pool.fetchrow("SELECT points, reasons FROM duplicate_pairs") or (0, "")
    assert points >= 48
    assert "hours-same" in reasons

    assert await two_of_one.look() == 0


async def test_only_what_has_changed_is_compared_again_and_a_pair_that_is_none_any_more_goes(
    pool: Pool, two_of_one: DuplicateFinder
) -> None:
    saturdays = [
        {
            "id": str(UUID(int=5)),
            "freq": "WEEKLY",
            "byday": "TH",
            "opens_at": "09:00:00",
            "closes_at": "10:00:00",
        }
    ]
    await bring(
        pool, walk(SECOND, schedules=saturdays, minimum_age=65, maximum_age=80, name="Elders' stroll")
    )
    assert await two_of_one.look() == 1
    assert await pairs(pool) == []

    await bring(pool, walk(SECOND))
    assert await two_of_one.look() == 1
    assert await pairs(pool) == [(FIRST, SECOND)]


async def test_a_row_that_cannot_be_read_is_compared_with_nothing_and_all_others_are(pool: Pool) -> None:
    await bring(pool, walk(FIRST), walk(SECOND, name="Canal Walks"), walk(OTHER, **CHOIR))
    await pool.execute("UPDATE services SET document = document - 'name' WHERE id = $1", OTHER)

    await DuplicateFinder(pool).look()

    assert await pairs(pool) == [(FIRST, SECOND)]


async def test_a_service_that_has_ended_is_no_duplicate(pool: Pool, two_of_one: DuplicateFinder) -> None:
    await bring(pool, walk(SECOND, status="inactive"))
    await two_of_one.look()

    assert await pairs(pool) == []


async def test_an_organisation_s_new_name_compares_its_services_again(
    pool: Pool, two_of_one: DuplicateFinder
) -> None:
    organisation = {"id": str(UUID(int=1_012)), "name": "Amblers of the East", "description": "They walk."}
    before = await pool.fetchval("SELECT points FROM duplicate_pairs")
    await bring(pool, walk(SECOND, name="Canal Walks", organization=organisation))

    assert await two_of_one.look() == 1
    assert await pool.fetchval("SELECT points FROM duplicate_pairs") < before


async def test_two_who_look_at_the_same_time_find_the_same(pool: Pool, two_of_one: DuplicateFinder) -> None:
    await pool.execute("DELETE FROM duplicate_pairs")

    await asyncio.gather(*(DuplicateFinder(pool).look() for _ in range(3)))

    assert await pairs(pool) == [(FIRST, SECOND)]


async def test_what_is_not_the_same_is_not_asked_again_until_somebody_takes_that_back(
    pool: Pool, two_of_one: DuplicateFinder
) -> None:
    decision = await seen(pool)
    async with transaction(pool) as connection:
        await say_not_the_same(connection, decision)
    points = await pool.fetchval("SELECT points FROM duplicate_pairs")
    await bring(pool, walk(SECOND, email=None, schedules=None))
    await two_of_one.look()
    await DuplicateFinder(pool).look()
    assert await pairs(pool) == []
    assert await pool.fetchval("SELECT points FROM duplicate_pairs") == points
    assert await pairs(pool, "not-the-same") == [(FIRST, SECOND)]

    await undo(pool)
    assert await pairs(pool) == [(FIRST, SECOND)]


async def test_a_merged_service_is_withdrawn_and_its_address_leads_to_the_kept_one(
    pool: Pool,
    connection: "asyncpg.Connection[asyncpg.Record]",
    client: httpx.AsyncClient,
    two_of_one: DuplicateFinder,
) -> None:
    """LEI-3: nobody new is sent to the one that is not shown any more; the other takes people as before."""
    await merge(pool, keep=FIRST)

    last = (await outbox_events(connection))[-1]
    assert isinstance(last, ServiceWithdrawnV1)
    assert (last.service_id, last.version) == (SECOND, 2)
    assert [record["id"] for record in await feed(client)] == [str(FIRST), str(OTHER)]
    for_people = await client.get(f"/services/{SECOND}", headers=BROWSER)
    assert (for_people.status_code, for_people.headers["location"]) == (303, f"/services/{FIRST}")
    record = (await client.get(f"/services/{SECOND}", headers=PROGRAM)).json()
    assert (record["id"], record["status"]) == (str(SECOND), "inactive")
    assert (await client.get(f"/services/{FIRST}", headers=PROGRAM)).json()["status"] == "active"
    assert (await client.get(f"/fhir/HealthcareService/{SECOND}")).json()["active"] is False
    locations = (await client.get("/service_at_locations", headers=PROGRAM)).json()["contents"]
    assert str(SECOND) not in str(locations)
    assert str(FIRST) in str(locations)


async def test_undo_puts_back_every_byte_and_publishes_with_a_greater_version(
    pool: Pool,
    connection: "asyncpg.Connection[asyncpg.Record]",
    client: httpx.AsyncClient,
    two_of_one: DuplicateFinder,
) -> None:
    kept, before = await documents(pool), await feed(client)
    await merge(pool, keep=FIRST)
    assert await feed(client) != before
    await two_of_one.look()
    assert await pairs(pool, "merged") == [(FIRST, SECOND)]

    await undo(pool)

    assert await documents(pool) == kept
    assert await feed(client) == before
    last = (await outbox_events(connection))[-1]
    assert isinstance(last, ServicePublishedV1)
    assert (last.service_id, last.version) == (SECOND, 3)
    assert len(last.pools) == 1
    assert await pairs(pool) == [(FIRST, SECOND)]
    assert (await client.get(f"/services/{SECOND}", headers=BROWSER)).status_code == 200


async def test_a_source_s_changes_reach_a_merged_service_and_show_when_it_is_put_back(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]", two_of_one: DuplicateFinder
) -> None:
    await merge(pool, keep=FIRST)
    said = len(await outbox_events(connection))
    await bring(pool, walk(SECOND, name="Canal Walks", description="New words."))
    assert len(await outbox_events(connection)) == said

    await undo(pool)

    assert '"New words."' in (await pool.fetchval("SELECT document FROM services WHERE id = $1", SECOND))


async def test_an_address_leads_on_over_several_merges_and_back(pool: Pool) -> None:
    await bring(pool, walk(FIRST), walk(SECOND), walk(THIRD))
    await DuplicateFinder(pool).look()
    await merge(pool, keep=SECOND)
    await merge(pool, keep=THIRD, left=SECOND, right=THIRD)

    async with transaction(pool) as connection:
        assert await merged_into(connection, FIRST) == THIRD
        assert await merged_into(connection, THIRD) is None
    with pytest.raises(NotShownAnyMore):
        await merge(pool, keep=FIRST, left=FIRST, right=THIRD)

    await undo(pool, SECOND, THIRD)
    async with transaction(pool) as connection:
        assert await merged_into(connection, FIRST) == SECOND


async def test_of_two_people_who_decide_at_once_one_is_told(pool: Pool, two_of_one: DuplicateFinder) -> None:
    decision = await seen(pool)

    async def keep(which: UUID) -> None:
        async with transaction(pool) as connection:
            await merge_services(connection, decision, keep=which)

    ended = await asyncio.gather(keep(FIRST), keep(SECOND), return_exceptions=True)

    assert sorted(type(each).__name__ for each in ended) == ["NoneType", "PairDecided"]
    assert await pool.fetchval("SELECT count(*) FROM services WHERE NOT listed") == 1
    with pytest.raises(PairDecided):
        await keep(FIRST)


async def test_nobody_decides_about_what_they_have_not_seen(pool: Pool, two_of_one: DuplicateFinder) -> None:
    decision = await seen(pool)
    await bring(pool, walk(FIRST, description="Changed since."))

    with pytest.raises(ServiceChangedMeanwhile):
        async with transaction(pool) as connection:
            await merge_services(connection, decision, keep=SECOND)

    assert await pool.fetchval("SELECT bool_and(listed) FROM services")
    assert await pool.fetchval("SELECT count(*) FROM service_merges") == 0


async def test_what_was_not_decided_cannot_be_undone(pool: Pool, two_of_one: DuplicateFinder) -> None:
    with pytest.raises(PairDecided):
        await undo(pool)
