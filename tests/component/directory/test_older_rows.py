"""What stood in the tables before the menu had its present form is read, and its rows for filters are made by the worker."""

import json
from datetime import date
from pathlib import Path

import asyncpg

import services.directory.storage
from services.directory.domain.assurance import Assurance
from services.directory.storage.stored_documents import service_from
from services.directory.use_cases.expand_services import expand_some
from shared.postgres.pool import Pool, transaction
from tests.support.databases import TestDatabase
from tests.unit.directory.records import ORGANISATION_ID, POOL_ID, SERVICE_ID

MIGRATIONS = Path(services.directory.storage.__file__).parent / "migrations"
THE_MENU = "0030_the_menu.sql"
OLD_DOCUMENT = {
    "id": str(SERVICE_ID),
    "organisation_id": str(ORGANISATION_ID),
    "name": "Canal walk",
    "status": "active",
    "pools": [{"id": str(POOL_ID), "kind": "session", "name": "Tuesday walk"}],
    "catchment": {"everywhere": False, "areas": ["E09000030"]},
    "suitability": {"needs": ["loneliness"], "suits": [], "does_not_suit": [], "languages": ["bn"]},
    "sensitive": False,
    "assured_date": "2026-01-05",
    "opening": [{"id": str(POOL_ID), "frequency": "WEEKLY", "days": ["TU", "SA"], "opens_at": "18:00:00"}],
    "places": [],
}
ADD_OLD = """
INSERT INTO services (id, organisation_id, version, name, status, term_ids, keywords, document, digest)
VALUES ($1, $2, 3, 'Canal walk', 'active', '[]', 'walk', $3, 'old')
"""


async def test_an_old_document_keeps_its_day_of_assurance(directory_database: TestDatabase) -> None:
    owner = await asyncpg.connect(directory_database.owner_dsn)
    try:
        await owner.execute("CREATE SCHEMA older; SET search_path TO older")
        for file in sorted(MIGRATIONS.glob("*.sql")):
            if file.name < THE_MENU:
                await owner.execute(file.read_text())
        await owner.execute(
            "INSERT INTO organisations (id, name, document, digest) VALUES ($1, 'Walkers', '{}', 'old')",
            ORGANISATION_ID,
        )
        await owner.execute(ADD_OLD, SERVICE_ID, ORGANISATION_ID, json.dumps(OLD_DOCUMENT))

        await owner.execute((MIGRATIONS / THE_MENU).read_text())

        row = await owner.fetchrow("SELECT * FROM services")
    finally:
        await owner.close()
    assert row is not None
    service = service_from(row["document"])
    assert service.assurance == Assurance(date(2026, 1, 5), "source")
    assert (row["confirmed_on"], row["listed"], row["routable"]) == (date(2026, 1, 5), True, True)
    assert (service.catchment.wards, service.opening[0].not_on, service.phones) == ((), (), ())


async def test_the_worker_makes_the_rows_of_what_was_there_before(
    pool: Pool, connection: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    await connection.execute(
        "INSERT INTO organisations (id, name, document, digest) VALUES ($1, 'Walkers', '{}', 'old')",
        ORGANISATION_ID,
    )
    await connection.execute(ADD_OLD, SERVICE_ID, ORGANISATION_ID, json.dumps(OLD_DOCUMENT))

    async with transaction(pool) as one:
        assert await expand_some(one) == 1
        assert await expand_some(one) == 0

    assert await pool.fetchval("SELECT array_agg(day ORDER BY day) FROM service_openings") == [2, 6]
    assert await pool.fetchval("SELECT count(*) FROM service_terms") > 0
    assert await pool.fetchval("SELECT version FROM services") == 3
