"""What PostgreSQL says of a row that broke a rule stays out of logs: it quotes the row."""

import asyncpg
import pytest

from shared.service_defaults.safe_tracebacks import describe


async def test_broken_constraint_is_told_by_its_name_without_the_row(postgres_admin_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_admin_dsn)
    try:
        await connection.execute("CREATE TEMP TABLE people (name text CONSTRAINT people_name_uq UNIQUE)")
        await connection.execute("INSERT INTO people VALUES ('Winston Smith')")
        with pytest.raises(asyncpg.UniqueViolationError) as raised:
            await connection.execute("INSERT INTO people VALUES ('Winston Smith')")
    finally:
        await connection.close()

    assert "Winston" in str(raised.value.detail)
    told = describe(raised.value)
    assert "Winston" not in told
    assert told.startswith("UniqueViolationError: 23505 people people_name_uq\n")
