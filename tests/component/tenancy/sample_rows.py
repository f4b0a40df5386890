"""Makes a row of any table, so that a test of row-level security needs no code of the service that it mistrusts."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg

COLUMNS = """
SELECT column_name AS name, data_type AS type, is_nullable = 'NO' AND column_default IS NULL AS needed
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 AND is_identity = 'NO' AND is_generated = 'NEVER'
"""
OF_TYPE: Mapping[str, Callable[[], object]] = {
    "uuid": uuid4,
    "text": lambda: "gp",
    "date": lambda: date(2026, 1, 1),
    "timestamp with time zone": lambda: datetime(2026, 1, 1, tzinfo=UTC),
    "jsonb": lambda: "{}",
    "integer": lambda: 1,
    "bigint": lambda: 1,
    "smallint": lambda: 1,
    "numeric": lambda: 1,
    "boolean": lambda: False,
    "bytea": lambda: b"sealed",
    "ARRAY": list,
}
# What a CHECK allows.
ALLOWED: Mapping[tuple[str, str], object] = {
    ("people", "sealed"): b"sealed",
    ("person_marks", "mark"): bytes(32),
    ("place_holds", "state"): "refused",
    ("legs", "state"): "waiting",
    ("legs", "owner"): "coordinator",
    ("legs", "next_step"): "look-at-the-wait",
    ("legs", "due_at"): datetime(2026, 1, 1, tzinfo=UTC),
    ("erasure_answers", "service"): "notify",
    ("referrals", "risks"): "none-known",
    ("unwanted_services", "said_by"): "person",
    ("event_consents", "given_by"): "person",
    ("routing_decisions", "outcome"): "wait",
    ("follow_ups", "occasion"): "before",
    ("measures", "occasion"): "before",
    ("messages", "recipient_kind"): "person",
    ("audit_records", "actor_tag"): bytes(16),
    ("audit_chain", "record_sha256"): bytes(32),
    ("audit_chain", "previous_hash"): bytes(32),
    ("audit_chain", "hash"): bytes(32),
}


async def add_row(connection: "asyncpg.Connection[asyncpg.Record]", table: str, area: str) -> None:
    """Adds a row with what it needs and an area."""
    columns = await connection.fetch(COLUMNS, table)
    values = {
        column["name"]: ALLOWED.get((table, column["name"]), OF_TYPE[column["type"]]())
        for column in columns
        if column["needed"] or (table, column["name"]) in ALLOWED
    } | {"area": area}
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())
