"""A service starts as a role that row-level security holds, and as no other."""

import pytest

from deploy.provision.databases import dsn_for
from deploy.provision.inputs import SERVICES
from shared.postgres.pool import open_pool
from shared.postgres.runtime_role import UnsafeRole, refuse_unsafe_role
from tests.conftest import CreateDatabase


@pytest.mark.parametrize("service", SERVICES)
async def test_the_role_that_provisioning_makes_is_good_enough(
    service: str, database: CreateDatabase
) -> None:
    pool = await open_pool((await database(service)).dsn, application="test", largest=1)
    try:
        await refuse_unsafe_role(pool)
    finally:
        await pool.close()


@pytest.mark.asvs("V13.2.2")
async def test_the_owner_of_the_tables_and_a_superuser_are_refused(database: CreateDatabase) -> None:
    made = await database("referral")
    as_superuser = dsn_for(made.admin_dsn, database=made.name)
    for dsn, fault in ((made.owner_dsn, "owns the tables"), (as_superuser, "is a superuser")):
        pool = await open_pool(dsn, application="test", largest=1)
        try:
            with pytest.raises(UnsafeRole, match=fault):
                await refuse_unsafe_role(pool)
        finally:
            await pool.close()
