"""SQL about what runs say of records: each thing once, and carried along while a page stays as it was."""

from collections.abc import Sequence
from uuid import UUID

from services.directory.feeds.run import KnownPage, Run, RunFinding
from shared.postgres.pool import Connection

WRITE = """
INSERT INTO feed_findings (run_id, page, record, kind, file, line, field, rule, record_id)
SELECT $1, * FROM unnest($2::int[], $3::int[], $4::text[], $5::text[], $6::int[], $7::text[], $8::text[], $9::uuid[])
ON CONFLICT DO NOTHING
"""
# What the last reading of a page said still stands. Its records may have other numbers by now.
CARRY_PAGE = """
INSERT INTO feed_findings (run_id, page, record, kind, file, line, field, rule, record_id)
SELECT $1, page, CASE WHEN record = 0 THEN 0 ELSE record - $4 + $5 END, kind, file, line, field, rule, record_id
FROM feed_findings WHERE run_id = $2 AND page = $3 AND kind IN ('refused', 'remark', 'envelope')
ON CONFLICT DO NOTHING
"""
CARRY_RECORDS = """
INSERT INTO feed_findings (run_id, page, record, kind, file, line, field, rule, record_id)
SELECT $1, $2, given.record, kind, file, line, field, rule, given.record_id
FROM unnest($3::uuid[], $4::int[]) AS given (record_id, record)
JOIN feed_records AS known ON known.source_id = $5 AND known.record_id = given.record_id
JOIN feed_findings AS earlier ON earlier.run_id = known.seen_in_run AND earlier.record_id = given.record_id
WHERE earlier.kind = 'remark' AND earlier.run_id <> $1
ON CONFLICT DO NOTHING
"""
COUNT_BY_KIND = "SELECT kind, count(*) AS found FROM feed_findings WHERE run_id = $1 GROUP BY kind"
LIST = """
SELECT page, record, kind, field, rule, record_id, file, line FROM feed_findings
WHERE run_id = $1 AND ($2::text IS NULL OR kind = $2)
ORDER BY page, record, kind, file, line, field, rule LIMIT $3 OFFSET $4
"""


async def write_findings(connection: Connection, run: Run, findings: Sequence[RunFinding]) -> None:
    if findings:
        await connection.execute(
            WRITE,
            run.id,
            [each.page for each in findings],
            [each.record for each in findings],
            [each.kind for each in findings],
            [each.file for each in findings],
            [each.line for each in findings],
            [each.field for each in findings],
            [each.rule for each in findings],
            [each.record_id for each in findings],
        )


async def carry_page_along(connection: Connection, run: Run, known: KnownPage) -> None:
    """Of the run's next page, which is as it was."""
    await connection.execute(CARRY_PAGE, run.id, known.run_id, run.next_page, known.after_record, run.records)


async def carry_records_along(
    connection: Connection, run: Run, page: int, records: Sequence[tuple[UUID, int]]
) -> None:
    """Of records that are as they were, with their numbers in this run; before they are noted as seen in it."""
    if records:
        ids, numbers = [each for each, _ in records], [number for _, number in records]
        await connection.execute(CARRY_RECORDS, run.id, page, ids, numbers, run.source.id)


async def count_by_kind(connection: Connection, run_id: UUID) -> dict[str, int]:
    return {row["kind"]: row["found"] for row in await connection.fetch(COUNT_BY_KIND, run_id)}


async def list_findings(
    connection: Connection, run_id: UUID, kind: str | None, *, most: int, after: int = 0
) -> list[RunFinding]:
    return [RunFinding(**row) for row in await connection.fetch(LIST, run_id, kind, most, after)]
