"""What providers say of their space: heard by events, shown in the feed and in FHIR while it counts, and nowhere else."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.directory.bootstrap import make_parts
from services.directory.entrypoints.feeds.load_command import load
from services.directory.fhir.codes import CAPACITY
from services.directory.settings import DirectorySettings
from services.directory.storage.copied_signals import changed_space, last_heard, signals_of
from services.directory.use_cases.change_services import ServiceChange, change_services
from services.directory.use_cases.follow_signals import follow_signals
from shared.events.capacity import SignalChangedV1
from shared.events.envelope import Event
from shared.postgres.pool import Pool, transaction
from tests.component.directory.test_load import feed_file
from tests.component.referral.golden_messages import golden
from tests.component.referral.referral_world import StoppedClock
from tests.contract.directory.official_data import capacity_errors, schema_errors
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.service_in_process import service_in_process
from tests.unit.directory.records import POOL_ID, SERVICE_ID, a_record, attribute

SERVICE, FHIR = f"/services/{SERVICE_ID}", f"/fhir/HealthcareService/{SERVICE_ID}"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def client(
    settings: DirectorySettings, pool: Pool, clock: StoppedClock
) -> AsyncIterator[httpx.AsyncClient]:
    async with service_in_process("directory", make_parts, settings, pool, clock) as found:
        yield found


def signal(status: str, free: int | None = 0, version: int = 1, **changes: Any) -> Event[SignalChangedV1]:
    ids = {"pool_id": POOL_ID, "service_id": SERVICE_ID}
    return golden(SignalChangedV1, "minimal", **ids, status=status, free=free, version=version, **changes)


async def hear(pool: Pool, *events: Event[SignalChangedV1]) -> None:
    async with transaction(pool) as connection:
        await follow_signals(connection, events)


async def told(client: httpx.AsyncClient) -> tuple[int | None, str | None]:
    """What the feed says is free, and FHIR's code."""
    record = (await client.get(SERVICE)).json()
    assert schema_errors("service", record) == []
    capacities = record.get("capacities", [])
    assert [error for each in capacities for error in capacity_errors(each)] == []
    resource = (await client.get(FHIR)).json()
    codes = [
        part["valueCodeableConcept"]["coding"][0]["code"]
        for each in resource.get("extension", ())
        if each["url"] == CAPACITY
        for part in each["extension"]
        if part["url"] == "capacityStatus"
    ]
    return (capacities[0]["available"] if capacities else None), (codes[0] if codes else None)


async def test_a_provider_s_word_is_told_by_its_band(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    assert await told(client) == (None, None)

    await hear(pool, signal("limited", 7))
    assert await told(client) == (5, "capacity")
    await hear(pool, signal("full", version=2))
    assert await told(client) == (0, "no-capacity")
    await hear(pool, signal("full", version=3, expected_wait_days=28))
    assert await told(client) == (0, "waitlist")
    assert '"free"' not in (await client.get(SERVICE)).text


async def test_an_older_word_is_passed_over_in_whatever_order_they_come(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)

    await hear(pool, signal("open", None, 3), signal("full", version=4), signal("limited", 2, 2))
    assert await told(client) == (0, "no-capacity")
    await hear(pool, signal("open", None, 3))
    assert await told(client) == (0, "no-capacity")


async def test_a_word_runs_out_by_the_clock_alone(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path, clock: StoppedClock
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    await hear(pool, signal("open", None, expires_at=clock.now + timedelta(hours=1)))
    assert await told(client) == (50, "capacity")
    earlier = (await client.get(SERVICE)).headers["etag"]

    clock.pass_time(timedelta(hours=1))
    assert await told(client) == (None, None)
    assert (await client.get(SERVICE, headers={"if-none-match": earlier})).status_code == 200


@pytest.mark.asvs("V15.3.1")
async def test_nothing_is_told_of_the_space_of_a_sensitive_service(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    hidden = a_record(attribute("kith-safety", "hidden-address"), service_at_locations=None)
    await load(feed_file(tmp_path, hidden), settings)
    await hear(pool, signal("limited", 3))

    assert await told(client) == (None, None)
    answers = [
        await client.get("/services?full=true"),
        await client.get("/services?format=ndjson&full=true"),
        await client.get("/fhir/HealthcareService"),
    ]
    assert all(str(SERVICE_ID) in answer.text for answer in answers)
    assert not [answer for answer in answers if "capacit" in answer.text.lower()]
    async with transaction(pool) as connection:
        assert await signals_of(connection, [SERVICE_ID]) == {}


@pytest.mark.asvs("V15.3.1")
async def test_not_even_when_a_sensitive_service_spoke_of_its_space_is_told(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path, clock: StoppedClock
) -> None:
    clock.now = datetime.now(UTC) + timedelta(minutes=1)
    hidden = a_record(attribute("kith-safety", "hidden-address"), service_at_locations=None)
    await load(feed_file(tmp_path, hidden), settings)
    before = await client.get(SERVICE)

    await hear(pool, signal("limited", 3, expires_at=clock.now + timedelta(hours=1)))
    clock.pass_time(timedelta(hours=2))

    after = await client.get(SERVICE)
    assert after.headers["last-modified"] == before.headers["last-modified"]
    assert after.headers["etag"] == before.headers["etag"]


async def test_what_takes_nobody_has_no_space_to_show(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    await hear(pool, signal("open", None))
    assert await told(client) == (50, "capacity")

    await load(feed_file(tmp_path, a_record(status="temporarily closed")), settings)
    assert await told(client) == (None, None)
    await load(feed_file(tmp_path, a_record()), settings)
    assert await told(client) == (50, "capacity")
    async with transaction(pool) as connection:
        await change_services(connection, [ServiceChange(SERVICE_ID, listed=False)])
    assert await told(client) == (None, None)


async def test_a_pool_that_is_gone_says_nothing_any_more(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    await hear(pool, signal("open", None))
    other = attribute("kith-pools", "session", value="Another walk") | {"id": str(UUID(int=5))}
    await load(
        feed_file(tmp_path, a_record(attributes=[attribute("kith-needs", "loneliness"), other])), settings
    )

    assert await told(client) == (None, None)


async def test_who_follows_space_finds_words_and_what_the_clock_ends(
    settings: DirectorySettings, pool: Pool, clock: StoppedClock
) -> None:
    at = [clock.now + timedelta(seconds=number) for number in range(4)]

    async def changed(heard_after: datetime, since: datetime, now: datetime) -> tuple[list[UUID], datetime]:
        async with transaction(pool) as connection:
            heard = await last_heard(connection)
            return list(await changed_space(connection, heard_after, since, now)), heard

    _, nothing_yet = await changed(datetime.min.replace(tzinfo=UTC), at[0], at[0])
    await hear(pool, signal("limited", 2, expires_at=at[3]))
    found, heard = await changed(nothing_yet, at[0], at[1])
    assert found == [SERVICE_ID]
    assert (await changed(heard, at[1], at[2]))[0] == []
    assert (await changed(heard, at[2], at[3]))[0] == [SERVICE_ID]
    await hear(pool, signal("limited", 2, expires_at=at[3]))
    assert (await changed(heard, at[3], at[3]))[0] == []
    await hear(pool, signal("full", version=2))
    assert (await changed(heard, at[3], at[3]))[0] == [SERVICE_ID]


async def test_words_are_heard_in_the_order_of_their_commits(settings: DirectorySettings, pool: Pool) -> None:
    """Else one that is committed late would be older than what a reader has read already, and be missed."""
    other = {"pool_id": UUID(int=8), "service_id": UUID(int=9)}
    began = asyncio.Event()

    async def second() -> None:
        async with transaction(pool) as connection:
            began.set()
            await follow_signals(connection, [golden(SignalChangedV1, "minimal", **other)])

    async with transaction(pool) as first:
        await follow_signals(first, [signal("full")])
        later = asyncio.create_task(second())
        await began.wait()
        await eventually(lambda: somebody_waits_for_a_lock(pool))
        assert not later.done()
    await later

    order = await pool.fetch("SELECT service_id FROM copied_signals ORDER BY heard_at")
    assert [row["service_id"] for row in order] == [SERVICE_ID, other["service_id"]]


async def test_fhir_finds_pages_and_refuses_in_its_own_words(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path
) -> None:
    records = [a_record(id=str(UUID(int=number)), name=f"Lunch {number}") for number in (1, 2, 3)]
    for number, record in enumerate(records, 1):
        record["attributes"] = [attribute("kith-needs", "loneliness" if number < 3 else "housing")]
    await load(feed_file(tmp_path, *records), settings)

    async def names(query: str) -> list[str]:
        bundle = (await client.get(f"/fhir/HealthcareService?{query}")).json()
        assert bundle["total"] >= len(bundle.get("entry", ()))
        return [entry["resource"]["name"] for entry in bundle.get("entry", ())]

    assert await names("name=lunch&_count=2") == ["Lunch 1", "Lunch 2"]
    assert await names("name=lunch&_count=2&page=2") == ["Lunch 3"]
    assert await names("service-category=housing&name=LUNCH") == ["Lunch 3"]
    assert await names(f"_id={UUID(int=2)},{UUID(int=9)},nonsense") == ["Lunch 2"]
    assert await names("name=unch") == []
    organisation = records[0]["organization"]
    assert isinstance(organisation, dict)
    assert len(await names(f"organization=Organization/{organisation['id']}")) == 3

    refused = await client.get("/fhir/HealthcareService?near=51|0")
    unknown = await client.get("/fhir/HealthcareService/17")
    for answer, status in ((refused, 400), (unknown, 404)):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/fhir+json"
        assert answer.json()["resourceType"] == "OperationOutcome"
    metadata = await client.get("/fhir/metadata")
    assert metadata.json()["fhirVersion"] == "4.0.1"
    assert metadata.headers["access-control-allow-origin"] == "*"
    again = await client.get("/fhir/metadata", headers={"if-none-match": metadata.headers["etag"]})
    assert again.status_code == 304
    assert (
        json.loads((await client.get(FHIR.replace(str(SERVICE_ID), str(UUID(int=1))))).text)["active"] is True
    )
