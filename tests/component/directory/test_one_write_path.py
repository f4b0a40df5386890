"""However services come to change, rows, rows for filters and events say the same; and nobody changes another's record."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.directory.domain.assurance import Assurance
from services.directory.domain.errors import ServiceChangedMeanwhile, ServiceNotFound
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.oruk.read_service import read_service_record
from services.directory.storage.organisation_list import find_organisation
from services.directory.storage.organisation_tree import leads_among, organisations_below, parent_of
from services.directory.storage.service_rows import find_service
from services.directory.use_cases.change_services import ServiceChange, change_services
from services.directory.use_cases.expand_services import expand_some
from services.directory.use_cases.import_services import ImportServices, SourceRef, import_services
from services.directory.use_cases.write_services import Refused, Written
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.outbox_reading import outbox_events
from tests.unit.directory.records import ORGANISATION_ID, SERVICE_ID, a_record, attribute

Connection = "asyncpg.Connection[asyncpg.Record]"
OURS, THEIRS = SourceRef(UUID(int=1)), SourceRef(UUID(int=2))
OTHERS = [UUID(f"11111111-1111-4111-8111-{number:012d}") for number in range(4)]
EXPANDED = {
    "service_openings": "position, day, opens_at, closes_at, valid_from, valid_to",
    "service_locations": "link_id, location_id, kind, latitude, longitude, position",
    "service_terms": "term_id, taxonomy_id",
}


async def bring(pool: Pool, *records: dict[str, object], source: SourceRef | None = None) -> Written:
    read = [read_service_record(record, routable=source is None or source.routable) for record in records]
    organisations = {each.organisation.id: each.organisation for each in read}
    command = ImportServices([each.service for each in read], list(organisations.values()), source=source)
    async with transaction(pool) as connection:
        return await import_services(connection, command)


async def change(pool: Pool, *wanted: ServiceChange) -> Written:
    async with transaction(pool) as connection:
        return await change_services(connection, wanted)


async def shown(pool: Pool) -> Service:
    async with transaction(pool) as connection:
        return (await find_service(connection, SERVICE_ID)).service


async def expanded(pool: Pool) -> dict[str, Sequence[Any]]:
    return {
        table: [
            tuple(row)
            for row in await pool.fetch(f"SELECT service_id, {columns} FROM {table} ORDER BY 1, 2, 3")
        ]
        for table, columns in EXPANDED.items()
    }


async def made_anew(pool: Pool) -> dict[str, Sequence[Any]]:
    """The rows for filters as they come out of the documents alone."""
    await pool.execute("UPDATE services SET expanded = 0")
    for table in EXPANDED:
        await pool.execute(f"DELETE FROM {table}")
    async with transaction(pool) as connection:
        assert await expand_some(connection) > 0
        assert await expand_some(connection) == 0
    return await expanded(pool)


def other(number: int, **changes: object) -> dict[str, object]:
    return a_record(id=f"11111111-1111-4111-8111-{number:012d}", **changes)


async def test_rows_for_filters_are_those_of_the_documents_after_any_order_of_changes(pool: Pool) -> None:
    foreign = attribute("openeligibility", "walks")
    location = a_record()["service_at_locations"]
    await bring(pool, a_record(foreign), other(1), other(2, service_at_locations=None), source=OURS)
    await bring(pool, a_record(schedules=[]), other(1, status="inactive"), source=OURS)
    await change(
        pool, ServiceChange(SERVICE_ID, own_fields={"suitability.needs": ["housing"], "places": None})
    )
    await bring(pool, a_record(foreign, service_at_locations=location), source=OURS)
    await change(pool, ServiceChange(SERVICE_ID, own_fields={"opening": None}))

    found = await expanded(pool)

    assert found == await made_anew(pool)
    assert [row[2] for row in found["service_openings"]] == [
        2,
        6,
        2,
        6,
    ]  # the two others, on Tuesdays and Saturdays
    assert len(found["service_locations"]) == 2
    assert await pool.fetchval("SELECT taxonomy FROM taxonomy_terms") == "openeligibility"


async def test_a_row_that_cannot_be_read_stops_no_rows_for_filters_behind_it(pool: Pool) -> None:
    await bring(pool, a_record(), other(1), source=OURS)
    found = await expanded(pool)
    await pool.execute("UPDATE services SET document = document - 'name' WHERE id = $1", OTHERS[1])
    await pool.execute("UPDATE services SET expanded = 0")
    await pool.execute("DELETE FROM service_openings WHERE service_id = $1", SERVICE_ID)

    async with transaction(pool) as connection:
        done = [await expand_some(connection) for _ in range(2)]

    assert done == [2, 0]
    assert await expanded(pool) == found


OWN: Sequence[dict[str, object]] = (
    {},
    {"opening": None},
    {"places": None, "name": "Ours"},
    {"suitability.needs": ["housing", "carers"]},
    {"suitability.maximum_age": 17},
)


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_left_behind_by_any_sequence_of_changes(pool: Pool, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same sequence each time
    extra = [
        (),
        (attribute("kith-safety", "hidden-address"),),
        (attribute("esdNeeds", "69"), attribute("openeligibility", "walks")),
    ]
    for _ in range(25):
        number = chance.randrange(4)
        shape: dict[str, object] = {}
        if chance.random() < 0.3:
            shape["schedules"] = []
        if chance.random() < 0.2:
            shape["status"] = "inactive"
        record = a_record(*chance.choice(extra), id=f"11111111-1111-4111-8111-{number:012d}", **shape)
        service_id = UUID(str(record["id"]))
        known = await pool.fetchval("SELECT true FROM services WHERE id = $1", service_id)
        if known and chance.random() < 0.4:
            listed = chance.choice([None, True, False])
            await change(pool, ServiceChange(service_id, own_fields=chance.choice(OWN), listed=listed))
        else:
            await bring(pool, record, source=OURS)

    found = await expanded(pool)
    assert found == await made_anew(pool)
    hidden = "SELECT count(*) FROM services JOIN service_locations ON id = service_id WHERE document @> '{\"sensitive\": true}'"
    assert await pool.fetchval(hidden) == 0


async def test_a_place_that_is_hidden_from_now_on_is_in_no_row(pool: Pool) -> None:
    await bring(pool, a_record())
    await bring(pool, a_record(attribute("kith-safety", "hidden-address")))

    assert (await expanded(pool))["service_locations"] == []


async def test_own_words_win_field_by_field_and_the_source_s_come_back_when_they_go(pool: Pool) -> None:
    await bring(pool, a_record())
    own = {"description": "We walk, and then we talk.", "suitability.maximum_age": 70}
    await change(pool, ServiceChange(SERVICE_ID, own_fields=own))

    await bring(pool, a_record(description="A walk.", fees="Two pounds"))
    now = await shown(pool)
    assert (now.description, now.fees) == ("We walk, and then we talk.", "Two pounds")
    assert (now.suitability.minimum_age, now.suitability.maximum_age) == (18, 70)

    await change(pool, ServiceChange(SERVICE_ID, own_fields={}))
    assert (
        await shown(pool) == read_service_record(a_record(description="A walk.", fees="Two pounds")).service
    )


async def test_a_source_s_change_below_an_own_word_is_kept_and_told_to_nobody(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await bring(pool, a_record())
    await change(pool, ServiceChange(SERVICE_ID, own_fields={"description": "Ours."}))

    written = await bring(pool, a_record(description="Theirs, and new."))

    assert written.changes == ()
    assert (written.counts.changed, written.counts.unchanged) == (0, 1)
    assert len(await outbox_events(connection)) == 2
    assert json.loads(await pool.fetchval("SELECT fed FROM services"))["description"] == "Theirs, and new."


async def test_an_own_age_leaves_out_the_source_s_where_both_cannot_be(pool: Pool) -> None:
    await bring(pool, a_record())
    await change(pool, ServiceChange(SERVICE_ID, own_fields={"suitability.maximum_age": 17}))

    assert (await shown(pool)).suitability.minimum_age is None


async def test_an_own_place_goes_when_the_source_says_that_the_address_is_hidden(pool: Pool) -> None:
    await bring(pool, a_record())
    document = json.loads(await pool.fetchval("SELECT document FROM services"))
    circle = {"areas": ["E09000030"], "circle": {"latitude": 51.5, "longitude": 0.0, "metres": 900}}
    own = {"places": document["places"], "catchment": circle}
    await change(pool, ServiceChange(SERVICE_ID, own_fields=own))

    await bring(pool, a_record(attribute("kith-safety", "hidden-address")))

    now = await shown(pool)
    assert (now.sensitive, now.places, now.catchment.circle) == (True, (), None)
    assert (await expanded(pool))["service_locations"] == []


@pytest.mark.parametrize("own", [{"sensitive": False}, {"id": "x"}, {"name": None}, {"opening": "always"}])
async def test_what_no_service_can_have_of_its_own_is_refused_and_changes_nothing(
    pool: Pool, own: dict[str, object]
) -> None:
    await bring(pool, a_record())
    before = await shown(pool)

    with pytest.raises(ValueError):  # noqa: PT011  # pydantic's and ours
        await change(pool, ServiceChange(SERVICE_ID, own_fields=own))

    assert await shown(pool) == before


async def test_two_who_change_the_same_state_are_not_both_right(pool: Pool) -> None:
    await bring(pool, a_record())
    ways = [ServiceChange(SERVICE_ID, 1, own_fields={"fees": words}) for words in ("Free", "A pound")]

    done = await asyncio.gather(*(change(pool, each) for each in ways), return_exceptions=True)

    assert [type(each) for each in done if isinstance(each, Exception)] == [ServiceChangedMeanwhile]
    with pytest.raises(ServiceNotFound):
        await change(pool, ServiceChange(uuid4(), own_fields={}))


async def test_no_feed_changes_the_record_of_another_nor_where_its_messages_go(pool: Pool) -> None:
    await bring(pool, a_record(), source=OURS)
    stolen = a_record(name="Taken over")
    stolen["organization"] = {
        "id": str(ORGANISATION_ID),
        "name": "Taken over",
        "description": "All messages to us.",
        "email": "thief@example.com",
    }

    written = await bring(pool, stolen, other(1, organization=stolen["organization"]), source=THEIRS)

    assert written.refused == (
        Refused(SERVICE_ID, "belongs-to-another-source"),
        Refused(OTHERS[1], "organisation-of-another-source", "organization"),
    )
    assert written.organisations_kept == (ORGANISATION_ID,)
    assert written.counts.taken == 0
    assert (await shown(pool)).name == "Canal walk"
    assert await pool.fetchval("SELECT public_email FROM organisations") == "office@walkers.example.org"
    assert (await bring(pool, a_record(name="An operator's word"))).counts.changed == 1
    assert (await bring(pool, a_record(name="Ours again"), source=OURS)).counts.changed == 1


async def test_no_feed_hangs_a_service_onto_an_organisation_that_an_operator_or_another_feed_brought(
    pool: Pool,
) -> None:
    await bring(pool, a_record())
    theirs = {"id": str(uuid4()), "name": "Theirs", "description": "Their own."}

    new = await bring(pool, other(1), source=THEIRS)
    await bring(pool, other(2, organization=theirs), source=THEIRS)
    moved = await bring(pool, other(2), source=THEIRS)
    by_an_operator = await bring(pool, other(3))

    assert [each.rule for each in (*new.refused, *moved.refused)] == ["organisation-of-another-source"] * 2
    assert by_an_operator.counts.taken == 1
    run_by = await pool.fetch("SELECT organisation_id FROM services WHERE id = ANY ($1)", OTHERS[1:3])
    assert [str(row["organisation_id"]) for row in run_by] == [theirs["id"]]


async def test_what_stood_under_an_organisation_before_it_was_another_s_is_still_told_of(pool: Pool) -> None:
    await bring(pool, a_record(), other(1), source=OURS)
    await pool.execute("UPDATE organisations SET source_id = $1", THEIRS.id)

    assert (await bring(pool, other(1, status="inactive"), source=OURS)).counts.withdrawn == 1
    assert (await bring(pool, other(2), source=OURS)).refused != ()


async def test_no_feed_puts_its_organisation_under_one_that_another_brought(pool: Pool) -> None:
    await bring(pool, a_record(), source=OURS)
    below = {
        "id": str(uuid4()),
        "name": "A branch",
        "description": "It says.",
        "parent_organization_id": str(ORGANISATION_ID),
    }

    for source, found in ((THEIRS, False), (OURS, True)):
        claims = below | {"id": str(uuid4())}
        await bring(pool, a_record(id=str(uuid4()), organization=claims), source=source)
        async with transaction(pool) as connection:
            listed = await find_organisation(connection, UUID(claims["id"]))
            assert (UUID(claims["id"]) in await organisations_below(connection, ORGANISATION_ID)) is found
            assert (await parent_of(connection, UUID(claims["id"])) is not None) is found
            assert listed is not None
            assert (listed[0].parent_id is not None) is found
            assert bool(await leads_among(connection, [ORGANISATION_ID])) is found


async def test_a_record_that_came_by_command_is_no_feed_s(pool: Pool) -> None:
    await bring(pool, a_record())

    assert (await bring(pool, a_record(name="Mine"), source=THEIRS)).refused != ()


async def test_nobody_is_sent_to_what_a_feed_lists(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await bring(pool, a_record(), other(1, attributes=[]), source=OURS)

    events = await outbox_events(connection)

    assert [isinstance(event, ServicePublishedV1) and event.pools for event in events] == [(), ()]
    assert (await bring(pool, a_record(), source=replace(OURS, routable=True))).counts.changed == 1
    latest = (await outbox_events(connection))[-1]
    assert isinstance(latest, ServicePublishedV1)
    assert (len(latest.pools), latest.version) == (1, 2)


async def test_what_is_merged_away_is_withdrawn_and_comes_back_with_a_greater_version(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await bring(pool, a_record())
    document = await pool.fetchval("SELECT document FROM services")

    await change(pool, ServiceChange(SERVICE_ID, listed=False))
    await bring(pool, a_record(fees="Free"))  # its feed goes on, and publishes nothing
    await bring(pool, a_record())
    await change(pool, ServiceChange(SERVICE_ID, listed=True))

    told = [(type(event), getattr(event, "version", 0)) for event in await outbox_events(connection)]
    assert told == [(ServicePublishedV1, 1), (ServiceWithdrawnV1, 2), (ServicePublishedV1, 5)]
    assert await pool.fetchval("SELECT document FROM services") == document


async def test_still_right_is_kept_and_no_event(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await bring(pool, a_record(assured_date="2026-01-05"))
    assert await pool.fetchval("SELECT confirmed_on FROM services") == date(2026, 1, 5)
    before = await pool.fetchval("SELECT changed_at FROM services")

    await change(pool, ServiceChange(SERVICE_ID, confirmed_on=date(2026, 3, 1)))
    await bring(pool, a_record(assured_date="2026-02-01"))

    assert await pool.fetchval("SELECT confirmed_on FROM services") == date(2026, 3, 1)
    assert await pool.fetchval("SELECT changed_at FROM services") > before
    assert (await shown(pool)).assurance == Assurance(date(2026, 2, 1), "source")
    assert len(await outbox_events(connection)) == 2


async def test_moments_of_change_stand_in_the_order_of_commits(pool: Pool) -> None:
    """A transaction that began first and came last must not hide behind a moment that readers have passed."""
    await bring(pool, a_record(), other(1))
    began_first = await pool.acquire()
    try:
        slow = began_first.transaction()
        await slow.start()
        await began_first.execute("SELECT 1")
        await bring(pool, other(1, fees="Free"))
        passed = await pool.fetchval("SELECT max(changed_at) FROM services")
        await change_services(began_first, [ServiceChange(SERVICE_ID, own_fields={"fees": "Free"})])
        await slow.commit()
    finally:
        await pool.release(began_first)

    assert await pool.fetchval("SELECT id FROM services WHERE changed_at > $1", passed) == SERVICE_ID


async def test_organisations_below_are_found_at_any_depth_and_in_a_circle(pool: Pool) -> None:
    top, middle, low, declared = (UUID(int=number) for number in range(1, 5))
    organisations = [
        Organisation(top, "Top", "It leads.", parent_id=low),
        Organisation(middle, "Middle", "It is led.", parent_id=top),
        Organisation(low, "Low", "It is led.", parent_id=middle),
        Organisation(declared, "Declared", "It is led."),
    ]
    async with transaction(pool) as connection:
        await import_services(connection, ImportServices([], organisations))
        await connection.execute(
            "INSERT INTO organisation_parents (child_id, parent_id, passes_down) VALUES ($1, $2, '{}')",
            declared,
            middle,
        )
        assert set(await organisations_below(connection, middle)) == {top, middle, low, declared}
        assert await organisations_below(connection, declared) == [declared]


async def test_a_day_after_day_of_small_changes_leaves_one_row_each(pool: Pool) -> None:
    first = date(2026, 1, 1)
    for day in range(5):
        await bring(pool, a_record(assured_date=(first + timedelta(day)).isoformat()))

    assert len((await expanded(pool))["service_openings"]) == 2
    assert await pool.fetchval("SELECT version FROM services") == 5
