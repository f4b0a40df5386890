"""Referral's and capacity's rules over real databases, words carried between them, and the checker's own role on both."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from deploy.checker.databases import connected
from deploy.checker.look import Connection
from deploy.checker.settings import CheckerSettings
from deploy.provision.databases import PROVISIONING_LOCK, dsn_for, let_checker_in
from deploy.provision.inputs import CHECKER
from shared.postgres.pool import Pool
from tests.component.checker.two_services import TwoServices
from tests.component.referral.conftest import clock, pool, settings, world
from tests.component.referral.referral_world import ReferralWorld
from tests.support.databases import TestDatabase
from tests.support.reaching import looking_pool

__all__ = ["clock", "pool", "settings", "world"]

PASSWORD = "checker-in-tests"


@pytest.fixture
async def capacity_pool(capacity_database: TestDatabase) -> AsyncIterator[Pool]:
    opened = await looking_pool(capacity_database.dsn)
    yield opened
    await opened.close()


@pytest.fixture
async def both(world: ReferralWorld, capacity_pool: Pool) -> TwoServices:
    return TwoServices(world, capacity_pool)


@pytest.fixture
async def checker_settings(
    referral_database: TestDatabase, capacity_database: TestDatabase, postgres_admin_dsn: str
) -> CheckerSettings:
    admin = await asyncpg.connect(postgres_admin_dsn)
    try:
        await admin.execute("SELECT pg_advisory_lock($1)", PROVISIONING_LOCK)
        await let_checker_in(admin, PASSWORD)
    finally:
        await admin.close()
    dsns = {
        f"{made.service}_dsn": dsn_for(made.admin_dsn, database=made.name, role=CHECKER, password=PASSWORD)
        for made in (referral_database, capacity_database)
    }
    return CheckerSettings.model_validate(dsns)


@pytest.fixture
async def as_checker(checker_settings: CheckerSettings) -> AsyncIterator[tuple[Connection, Connection]]:
    async with connected(checker_settings.referral_dsn, checker_settings.capacity_dsn) as found:
        yield found


@pytest.fixture
async def as_superuser(
    referral_database: TestDatabase, capacity_database: TestDatabase
) -> AsyncIterator[dict[str, "asyncpg.Connection[asyncpg.Record]"]]:
    """Whoever changes rows by hand, past every rule of the services and of their databases but CHECK."""
    opened = {}
    for made in (referral_database, capacity_database):
        opened[made.service] = await asyncpg.connect(dsn_for(made.admin_dsn, database=made.name))
        await opened[made.service].execute("SET session_replication_role = replica")
    yield opened
    for each in opened.values():
        await each.close()
