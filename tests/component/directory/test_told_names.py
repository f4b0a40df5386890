"""Others are told how an organisation is called, and who is above it, with each of its services and when that changes."""

from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from services.directory.domain.organisation import Organisation
from services.directory.oruk.read_service import read_service_record
from services.directory.settings import DirectorySettings
from services.directory.storage.member_rows import add_member
from services.directory.use_cases.import_services import ImportServices, import_services
from services.directory.use_cases.manage_members import put_under, take_out
from shared.access.hierarchy import PassedDown
from shared.access.roles import Role
from shared.events.directory import ServicePublishedV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.outbox_reading import outbox_events
from tests.component.directory.sign_in_world import SignInWorld, runs_a_service
from tests.unit.directory.records import ORGANISATION_ID, SERVICE_ID, a_record

LEAD, DECLARER = UUID(int=1), UUID(int=9)


@pytest.fixture
async def lead(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    world = SignInWorld(settings, pool)
    async with transaction(pool) as writing:
        await add_member(writing, DECLARER, "test", "declarer", "Declarer", None)
    await runs_a_service(pool, LEAD, "E09000030")
    return world


async def bring(pool: Pool, **organisation: object) -> None:
    read = read_service_record(a_record())
    command = ImportServices([read.service], [replace(read.organisation, **organisation)])  # type: ignore[arg-type]
    async with transaction(pool) as writing:
        await import_services(writing, command)


async def told(connection: "asyncpg.Connection[asyncpg.Record]") -> list[tuple[int, str | None, str | None]]:
    return [
        (each.version, each.organisation_name, each.lead_organisation_name)
        for each in await outbox_events(connection)
        if isinstance(each, ServicePublishedV1) and each.service_id == SERVICE_ID
    ]


async def test_a_new_name_is_told_under_a_new_version_and_an_equal_one_is_not(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    for name in ("Walkers", "Walkers", "Strollers"):
        await bring(pool, name=name)
    await bring(pool, name="Strollers", website="https://strollers.example")

    assert await told(connection) == [(1, "Walkers", None), (2, "Strollers", None)]


async def test_who_is_above_is_told_when_it_is_declared_renamed_and_ended(
    lead: SignInWorld, pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await bring(pool, name="Strollers")
    link = PassedDown(LEAD, ORGANISATION_ID, frozenset({Role.PROVIDER_STAFF}))

    async with transaction(pool) as writing:
        await put_under(writing, link, lead.clock(), declared_by=DECLARER)
    async with transaction(pool) as writing:
        renamed = Organisation(LEAD, "North network", "They walk.")
        await import_services(writing, ImportServices([], [renamed]))
    async with transaction(pool) as writing:
        await take_out(writing, ORGANISATION_ID, lead.clock())

    assert await told(connection) == [
        (1, "Strollers", None),
        (2, "Strollers", "Walkers"),
        (3, "Strollers", "North network"),
        (4, "Strollers", None),
    ]
