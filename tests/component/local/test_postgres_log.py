"""What PostgreSQL itself writes into its log."""

import asyncpg
import pytest

from tests.support.real_postgres import LocalPostgres


async def test_a_broken_constraint_does_not_quote_the_row() -> None:
    with LocalPostgres("postgres-log") as postgres:
        connection = await asyncpg.connect(postgres.admin_dsn)
        await connection.execute("CREATE TABLE people (name text, age int CHECK (age > 0))")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("INSERT INTO people VALUES ($1, $2)", "Mary Example", -1)
        await connection.close()
        log = postgres.process.log.read_text()

    assert "people_age_check" in log
    assert "Mary Example" not in log
