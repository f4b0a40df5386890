"""SQL about what was last said of each service, and how far the round that says it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from asyncpg import Record

from services.outcomes.domain.evidence import NOTHING, Evidence
from shared.postgres.pool import Connection

BEGIN = """
INSERT INTO evidence_round (as_of) VALUES ($1)
ON CONFLICT ON CONSTRAINT evidence_round_pk DO UPDATE SET as_of = excluded.as_of, done_up_to = NULL, done = false
WHERE evidence_round.as_of < excluded.as_of
"""
LOCK = "SELECT as_of, done_up_to, done FROM evidence_round FOR UPDATE"
MOVE_ON = "UPDATE evidence_round SET done_up_to = coalesce($1, done_up_to), done = $2"
COLUMNS = """
s.service_id, e.version, e.placed, e.helped, e.answered, e.mean_change, e.felt, e.first_group, e.last_group
"""
NEXT = f"""
SELECT {COLUMNS}, s.sensitive FROM copied_services s LEFT JOIN said_evidence e USING (service_id)
WHERE $1::uuid IS NULL OR s.service_id > $1 ORDER BY s.service_id LIMIT $2
"""
NOT_TO_BE_TOLD = f"""
SELECT {COLUMNS}, s.sensitive FROM said_evidence e JOIN copied_services s USING (service_id)
WHERE s.sensitive AND num_nonnulls(e.placed, e.helped, e.answered) > 0
"""
# The columns stand in the order of _row.
KEEP = """
INSERT INTO said_evidence (service_id, version, as_of, placed, helped, answered, mean_change, felt, first_group,
    last_group)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::date[], $4::int[], $5::int[], $6::int[], $7::numeric[], $8::text[],
    $9::int[], $10::int[])
ON CONFLICT ON CONSTRAINT said_evidence_pk DO UPDATE SET
    version = excluded.version, as_of = excluded.as_of, placed = excluded.placed, helped = excluded.helped,
    answered = excluded.answered, mean_change = excluded.mean_change, felt = excluded.felt,
    first_group = excluded.first_group, last_group = excluded.last_group
"""


@dataclass(frozen=True, slots=True)
class Round:
    as_of: datetime
    done_up_to: UUID | None
    done: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What was last said of a service; version 0: nothing yet."""

    service_id: UUID
    version: int = 0
    evidence: Evidence = NOTHING
    sensitive: bool = False


async def lock_round(connection: Connection, as_of: datetime) -> Round:
    """The round of the newest moment. Whoever else works at it waits: what is said of a service has an order."""
    await connection.execute(BEGIN, as_of)
    [row] = await connection.fetch(LOCK)
    return Round(**row)


async def move_on(connection: Connection, done_up_to: UUID | None, *, done: bool) -> None:
    await connection.execute(MOVE_ON, done_up_to, done)


async def next_services(connection: Connection, after: UUID | None, most: int) -> list[Said]:
    return [_said(row) for row in await connection.fetch(NEXT, after, most)]


async def not_to_be_told(connection: Connection) -> list[Said]:
    """Services of which something is said and that have become sensitive since."""
    return [_said(row) for row in await connection.fetch(NOT_TO_BE_TOLD)]


async def keep_said(connection: Connection, as_of: date, said: Sequence[Said]) -> None:
    await connection.execute(KEEP, *map(list, zip(*(_row(as_of, each) for each in said), strict=True)))


def _said(row: Record) -> Said:
    if row["version"] is None:
        return Said(row["service_id"], sensitive=row["sensitive"])
    groups = None if row["first_group"] is None else (row["first_group"], row["last_group"])
    evidence = Evidence(
        row["placed"], row["helped"], row["answered"], row["mean_change"], row["felt"], groups
    )
    return Said(row["service_id"], row["version"], evidence, row["sensitive"])


def _row(as_of: date, said: Said) -> tuple[object, ...]:
    told = said.evidence
    return (
        said.service_id, said.version, as_of, told.placed, told.helped, told.answered, told.mean_change, told.felt,
        *(told.groups or (None, None)),
    )  # fmt: skip
