"""Every SQL statement about pairs of services that may be one, and about what was merged."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from asyncpg import Record

from services.directory.domain.errors import PairNotFound
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.storage.stored_documents import public_organisation_from, service_from
from shared.postgres.pool import Connection

PairState = Literal["likely", "not-the-same", "merged"]
Reasons = tuple[tuple[str, int], ...]
"""Signs and their points, the weightiest first."""

CHANGED_SINCE = """
SELECT id, changed_at FROM services WHERE $1::timestamptz IS NULL OR changed_at > $1
UNION ALL
SELECT services.id, organisations.changed_at
FROM organisations JOIN services ON services.organisation_id = organisations.id
WHERE organisations.changed_at > $1
"""
COMPARED = """
SELECT services.document AS service, organisations.document AS organisation
FROM services JOIN organisations ON organisations.id = services.organisation_id
WHERE services.id = ANY ($1) AND listed AND status IN ('active', 'temporarily closed')
"""
FORGET_LIKELY = """
DELETE FROM duplicate_pairs
WHERE state = 'likely' AND (left_id = ANY ($1) OR right_id = ANY ($1))
  AND NOT EXISTS (SELECT FROM unnest($2::uuid[], $3::uuid[]) AS found (l, r) WHERE l = left_id AND r = right_id)
"""
# What a person has decided stays decided. In one order, so that two who look at once do not wait for each other.
KEEP_LIKELY = """
INSERT INTO duplicate_pairs (left_id, right_id, points, reasons)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::jsonb[]) AS found (l, r, p, w) ORDER BY l, r
ON CONFLICT (left_id, right_id) DO UPDATE SET points = excluded.points, reasons = excluded.reasons
WHERE duplicate_pairs.state = 'likely'
  AND (duplicate_pairs.points, duplicate_pairs.reasons) IS DISTINCT FROM (excluded.points, excluded.reasons)
"""
# Both must be within reach, and still shown where nobody has decided.
LIST_PAIRS = """
SELECT left_id, right_id, points, state, decided_at, one.name AS left_name, other.name AS right_name,
       one_of.name AS left_organisation, other_of.name AS right_organisation
FROM duplicate_pairs
JOIN services AS one ON one.id = left_id JOIN organisations AS one_of ON one_of.id = one.organisation_id
JOIN services AS other ON other.id = right_id JOIN organisations AS other_of ON other_of.id = other.organisation_id
WHERE state = $1
  AND ($2 OR coalesce(one.area, $5) = ANY ($3) OR one.organisation_id = ANY ($4))
  AND ($2 OR coalesce(other.area, $5) = ANY ($3) OR other.organisation_id = ANY ($4))
  AND (state <> 'likely' OR (one.listed AND other.listed
       AND one.status IN ('active', 'temporarily closed') AND other.status IN ('active', 'temporarily closed')))
ORDER BY CASE WHEN state = 'likely' THEN -points END, decided_at DESC, left_id, right_id
LIMIT $6
"""
FIND_PAIR = """
SELECT left_id, right_id, points, reasons, state, decided_at,
       (SELECT kept_id FROM service_merges WHERE undone_at IS NULL
        AND ((kept_id = left_id AND merged_id = right_id) OR (kept_id = right_id AND merged_id = left_id))) AS kept_id
FROM duplicate_pairs WHERE left_id = $1 AND right_id = $2
"""
SIDES = """
SELECT services.id, version, listed, routable, services.document AS service, organisations.document AS organisation
FROM services JOIN organisations ON organisations.id = services.organisation_id WHERE services.id = ANY ($1)
"""
DECIDE = """
UPDATE duplicate_pairs SET state = $3, decided_by = $4, decided_at = $5
WHERE left_id = $1 AND right_id = $2
"""
ADD_MERGE = """
INSERT INTO service_merges (id, kept_id, merged_id, merged_at, merged_by) VALUES ($1, $2, $3, $4, $5)
"""
END_MERGE = """
UPDATE service_merges SET undone_at = $2, undone_by = $3 WHERE merged_id = $1 AND undone_at IS NULL
"""
# A kept entry may have been merged into another since.
MERGED_INTO = """
WITH RECURSIVE led (id, steps) AS (
    SELECT kept_id, 1 FROM service_merges WHERE merged_id = $1 AND undone_at IS NULL
    UNION
    SELECT kept_id, steps + 1 FROM led JOIN service_merges ON merged_id = led.id AND undone_at IS NULL
    WHERE steps < 100
)
SELECT id FROM led ORDER BY steps DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class FoundPair:
    """A pair as it was found, the lesser id left."""

    left_id: UUID
    right_id: UUID
    points: int
    reasons: Reasons


@dataclass(frozen=True, slots=True)
class ListedPair:
    """A line of the list of pairs."""

    left_id: UUID
    right_id: UUID
    left_name: str
    right_name: str
    left_organisation: str
    right_organisation: str
    points: int
    state: PairState
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class PairKept:
    """A pair and what was decided. `kept_id` is set while one is merged into the other."""

    found: FoundPair
    state: PairState
    decided_at: datetime | None
    kept_id: UUID | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, in the state in which a person is shown it."""

    service: Service
    organisation: Organisation
    version: int
    listed: bool
    routable: bool

    @property
    def is_shown(self) -> bool:
        return self.listed and self.service.status in {"active", "temporarily closed"}


@dataclass(frozen=True, slots=True)
class Within:
    """Whose services somebody may decide about."""

    all_of_them: bool
    areas: Sequence[str] = ()
    organisations: Sequence[UUID] = ()


async def changed_since(connection: Connection, since: datetime | None) -> dict[UUID, datetime]:
    """Services that have changed, or whose organisation has, and when; all of them where nothing is known yet."""
    found: dict[UUID, datetime] = {}
    for row in await connection.fetch(CHANGED_SINCE, since):
        found[row["id"]] = max(row["changed_at"], found.get(row["id"], row["changed_at"]))
    return found


async def compared_documents(connection: Connection, service_ids: Sequence[UUID]) -> list[tuple[str, str]]:
    """The service's and its organisation's document of those that are shown to people."""
    rows = await connection.fetch(COMPARED, service_ids)
    return [(row["service"], row["organisation"]) for row in rows]


async def keep_likely(connection: Connection, of: Sequence[UUID], found: Sequence[FoundPair]) -> None:
    """These are the likely pairs of these services; what was likely before and is not any more goes."""
    left, right = [each.left_id for each in found], [each.right_id for each in found]
    reasons = [json.dumps(each.reasons) for each in found]
    await connection.execute(FORGET_LIKELY, of, left, right)
    await connection.execute(KEEP_LIKELY, left, right, [each.points for each in found], reasons)


async def list_pairs(
    connection: Connection, state: PairState, within: Within, *, area_of_all: str, most: int
) -> list[ListedPair]:
    rows = await connection.fetch(
        LIST_PAIRS,
        state,
        within.all_of_them,
        list(within.areas),
        list(within.organisations),
        area_of_all,
        most,
    )
    return [ListedPair(**dict(row)) for row in rows]


async def find_pair(connection: Connection, left_id: UUID, right_id: UUID) -> PairKept:
    """Raises PairNotFound."""
    row = await connection.fetchrow(FIND_PAIR, left_id, right_id)
    if row is None:
        raise PairNotFound
    return _pair(row)


async def find_sides(connection: Connection, service_ids: Iterable[UUID]) -> dict[UUID, Side]:
    rows = await connection.fetch(SIDES, list(service_ids))
    return {
        row["id"]: Side(
            service_from(row["service"]),
            public_organisation_from(row["organisation"]),
            row["version"],
            row["listed"],
            row["routable"],
        )
        for row in rows
    }


async def set_state(
    connection: Connection, pair: FoundPair, state: PairState, by: UUID | None, at: datetime | None
) -> None:
    await connection.execute(DECIDE, pair.left_id, pair.right_id, state, by, at)


async def add_merge(
    connection: Connection, merge_id: UUID, *, kept_id: UUID, merged_id: UUID, at: datetime, by: UUID
) -> None:
    await connection.execute(ADD_MERGE, merge_id, kept_id, merged_id, at, by)


async def end_merge(connection: Connection, merged_id: UUID, at: datetime, by: UUID) -> None:
    await connection.execute(END_MERGE, merged_id, at, by)


async def merged_into(connection: Connection, service_id: UUID) -> UUID | None:
    """The entry that is shown in this one's place; None for an entry that stands for itself."""
    found: UUID | None = await connection.fetchval(MERGED_INTO, service_id)
    return found


def _pair(row: Record) -> PairKept:
    reasons = tuple((sign, points) for sign, points in json.loads(row["reasons"]))
    found = FoundPair(row["left_id"], row["right_id"], row["points"], reasons)
    return PairKept(found, row["state"], row["decided_at"], row["kept_id"])
