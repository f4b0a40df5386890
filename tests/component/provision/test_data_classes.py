"""docs/data-classes.md says of every table and every column what class it is, as the databases really are."""

import re
from collections.abc import Mapping

import asyncpg
import pytest

from deploy.local.layout import ROOT
from deploy.provision.inputs import SERVICES
from tests.conftest import CreateDatabase

PAGE = (ROOT / "docs" / "data-classes.md").read_text()
CLASSES = set(re.findall(r"^\| `(\w+)` \| ", PAGE.partition("## Who sees")[0], re.MULTILINE))
ROW = re.compile(r"^\| ([a-z, ]+) \| `(\w+)` \| (\w+) \|(.*)\|$", re.MULTILINE)
COLUMNS = """
SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""


def classes_of(service: str) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Table → its class, and the columns that are of another. A table that stands there twice is none."""
    found: dict[str, tuple[str, Mapping[str, str]]] = {}
    for services, table, of, others in ROW.findall(PAGE):
        if services == "each" or service in services.split(", "):
            assert table not in found, f"{service}.{table} is there twice"
            found[table] = (of, dict(re.findall(r"`(\w+)` (\w+)", others)))
    return found


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.asvs("V14.1.1", "V14.1.2")
async def test_every_table_is_of_a_class_and_what_is_named_is_there(
    service: str, database: CreateDatabase
) -> None:
    connection = await asyncpg.connect((await database(service)).dsn)
    try:
        columns = {(row["table"], row["column"]) for row in await connection.fetch(COLUMNS)}
    finally:
        await connection.close()
    said = classes_of(service)
    named = {(table, each) for table, (_, others) in said.items() for each in others}
    used = {of for of, _ in said.values()} | {of for _, others in said.values() for of in others.values()}

    assert sorted({table for table, _ in columns}) == sorted(said)
    assert sorted(named - columns) == []
    assert sorted(used - CLASSES) == []


# What somebody's name, contact or birth could stand in, by the names that such columns are given.
OF_PEOPLE = re.compile(r"name|mail|phone|birth|nhs|sealed(?!_at)|address|postcode|contact|note")
SECRETS = re.compile(r"secret|wrapped|password|token")
NO_PERSONS = {"public", "plumbing"}  # services, organisations, migrations
HASHES_OF_REQUESTS = {"request_sha256"}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.asvs("V14.1.1")
async def test_what_is_named_like_a_person_s_or_a_secret_is_classed_so(
    service: str, database: CreateDatabase
) -> None:
    connection = await asyncpg.connect((await database(service)).dsn)
    try:
        columns = [(row["table"], row["column"]) for row in await connection.fetch(COLUMNS)]
    finally:
        await connection.close()
    said = classes_of(service)
    wrong = []
    for table, column in columns:
        of = said[table][1].get(column, said[table][0])
        if OF_PEOPLE.search(column) and of not in {"who", "staff", *NO_PERSONS}:
            wrong.append(f"{table}.{column} is {of}")
        if SECRETS.search(column) and column not in HASHES_OF_REQUESTS and of != "secret":
            wrong.append(f"{table}.{column} is {of}")

    assert wrong == []
