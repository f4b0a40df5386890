"""Importing feeds over a real PostgreSQL: rows and events together, once, and nothing for what is unchanged."""

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest

from services.directory.entrypoints.feeds.load_command import import_feed, load
from services.directory.oruk.feed import Page, read_feed
from services.directory.settings import DirectorySettings
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Pool
from tests.component.directory.conftest import PACK
from tests.component.directory.outbox_reading import outbox_events
from tests.support.databases import TestDatabase
from tests.unit.directory.records import SERVICE_ID, a_record, attribute


def feed_file(folder: Path, *records: object) -> str:
    file = folder / "feed.json"
    file.write_text(json.dumps(list(records)))
    return str(file)


async def test_the_pack_is_taken_once_and_told_once(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    first = (await load(str(PACK), settings)).as_json()
    second = (await load(str(PACK), settings)).as_json()

    assert (first["taken"], first["changed"], first["unchanged"], first["refused"]) == (66, 0, 0, 0)
    assert (second["taken"], second["changed"], second["unchanged"], second["refused"]) == (0, 0, 66, 0)
    events = await outbox_events(connection)
    assert len(events) == 66
    assert all(isinstance(event, ServicePublishedV1) and event.version == 1 for event in events)


async def test_a_changed_service_is_told_again_with_a_greater_version_and_the_others_are_not(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    other = a_record(id="11111111-1111-4111-8111-222222222222")
    await load(feed_file(tmp_path, a_record(), other), settings)

    changed = a_record(attribute("kith-needs", "physical-activity"))
    report = (await load(feed_file(tmp_path, changed, other), settings)).as_json()

    assert (report["changed"], report["unchanged"]) == (1, 1)
    latest = (await outbox_events(connection))[-1]
    assert isinstance(latest, ServicePublishedV1)
    assert (latest.service_id, latest.version) == (SERVICE_ID, 2)
    assert latest.needs == ("loneliness", "physical-activity")


async def test_a_change_of_last_modified_alone_is_no_change(
    settings: DirectorySettings, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record(last_modified="2026-01-01T00:00:00Z")), settings)

    report = await load(feed_file(tmp_path, a_record(last_modified="2026-02-02T00:00:00Z")), settings)

    assert report.counts.unchanged == 1


async def test_a_service_that_says_it_has_ended_is_withdrawn_and_when_it_closes_for_good_that_is_told_once(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    for status in ("inactive", "temporarily closed", "defunct"):
        await load(feed_file(tmp_path, a_record(status=status)), settings)
    await load(feed_file(tmp_path, a_record(status="defunct", description="Closed")), settings)

    told = [event for event in await outbox_events(connection) if isinstance(event, ServiceWithdrawnV1)]
    assert [(event.version, event.closed) for event in told] == [(2, False), (4, True)]


async def test_people_move_on_from_a_service_that_closes_at_once_and_not_from_one_that_was_merged(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    """A merged entry takes nobody new, and what is under way there goes on, whatever its source says later."""
    await load(feed_file(tmp_path, a_record()), settings)
    await connection.execute("UPDATE services SET listed = false")
    await load(feed_file(tmp_path, a_record(status="defunct")), settings)
    await connection.execute("UPDATE services SET listed = true")
    await load(feed_file(tmp_path, a_record()), settings)
    await load(feed_file(tmp_path, a_record(status="defunct")), settings)

    told = [event for event in await outbox_events(connection) if isinstance(event, ServiceWithdrawnV1)]
    assert [event.closed for event in told] == [True]


async def test_a_service_that_opens_again_is_published_with_a_greater_version(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    for status in ("active", "temporarily closed", "active"):
        await load(feed_file(tmp_path, a_record(status=status)), settings)

    events = await outbox_events(connection)
    assert [type(event) for event in events] == [ServicePublishedV1, ServiceWithdrawnV1, ServicePublishedV1]
    assert isinstance(events[2], ServicePublishedV1)
    assert events[2].version == 3


async def test_a_service_that_was_never_open_is_taken_and_not_told(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    report = await load(feed_file(tmp_path, a_record(status="inactive")), settings)

    assert report.counts.taken == 1
    assert await outbox_events(connection) == []


async def test_a_service_missing_from_a_later_feed_stays(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    await load(feed_file(tmp_path), settings)

    assert await connection.fetchval("SELECT status FROM services WHERE id = $1", SERVICE_ID) == "active"


async def test_one_bad_record_stops_nothing_and_is_named(settings: DirectorySettings, tmp_path: Path) -> None:
    bad = a_record(id="11111111-1111-4111-8111-222222222222", minimum_age=200)

    report = (await load(feed_file(tmp_path, "nonsense", bad, a_record()), settings)).as_json()

    assert report["taken"] == 1
    assert report["refusals"] == [
        {"record": 1, "id": None, "field": "record", "rule": "not-an-object"},
        {
            "record": 2,
            "id": "11111111-1111-4111-8111-222222222222",
            "field": "minimum_age",
            "rule": "not-an-age",
        },
    ]


@pytest.mark.asvs("V2.3.3")
async def test_a_batch_whose_events_cannot_be_written_leaves_no_rows_either(
    pool: Pool, directory_database: TestDatabase
) -> None:
    owner = await asyncpg.connect(directory_database.owner_dsn)
    try:
        await owner.execute("REVOKE INSERT ON outbox_events FROM directory")

        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await import_feed(pool, read_feed([Page(None, [a_record()])]))

        assert await owner.fetchval("SELECT count(*) FROM services") == 0
        assert await owner.fetchval("SELECT count(*) FROM organisations") == 0
    finally:
        await owner.close()


async def test_two_imports_at_once_give_each_change_one_version_and_one_event(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    reports = await asyncio.gather(*(load(str(PACK), settings) for _ in range(4)))

    assert sum(report.counts.taken for report in reports) == 66
    assert sum(report.counts.changed for report in reports) == 0
    assert len(await outbox_events(connection)) == 66


async def test_events_carry_no_contact_no_address_and_no_place_of_a_sensitive_service(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await load(str(PACK), settings)

    rows = await connection.fetch(
        "SELECT headers::text || convert_from(payload, 'UTF8') AS text FROM outbox_events"
    )
    assert not [row["text"] for row in rows if "@" in row["text"] or "postal" in row["text"]]
    hidden = [
        event
        for event in await outbox_events(connection)
        if isinstance(event, ServicePublishedV1) and event.sensitive
    ]
    assert [(event.latitude, event.longitude) for event in hidden] == [(None, None)]


async def test_the_address_of_a_sensitive_service_is_nowhere_in_the_database(
    settings: DirectorySettings, connection: "asyncpg.Connection[asyncpg.Record]", tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record(attribute("kith-safety", "hidden-address"))), settings)

    stored = await connection.fetchval("SELECT string_agg(services::text, ' ') FROM services")
    assert "Canal walk" in stored
    assert "Clinton Road" not in stored
    assert "51.526" not in stored


async def test_a_thousand_services_go_in_by_batches(settings: DirectorySettings, tmp_path: Path) -> None:
    records = [a_record(id=f"11111111-1111-4111-8111-{number:012d}") for number in range(1_001)]

    report = await load(feed_file(tmp_path, *records), settings)
    again = await load(feed_file(tmp_path, *records), settings)

    assert (report.counts.taken, again.counts.unchanged) == (1_001, 1_001)
