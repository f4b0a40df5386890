"""Every SQL statement of the provider's board: whose pools it shows, and a mark of how they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.capacity.domain.networks import NamedOrganisation
from services.capacity.domain.pool import Pool
from services.capacity.storage.pool_rows import COLUMNS, pool_of
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import LONDON_AREA

# A service that belongs to no one area belongs to London.
REACHED = """
NOT withdrawn AND (organisation_id = ANY ($1::uuid[]) OR area = ANY ($2::text[]) OR (area IS NULL AND $3::bool))
"""
LIST = f"SELECT {COLUMNS} FROM pools WHERE {REACHED} ORDER BY service_name, pool_id"
# Whatever the board shows of a pool comes with a new version or with other counts, or is in the list itself.
MARK = f"""
SELECT count(*)::int AS pools, md5(coalesce(string_agg(
    concat_ws(':', pool_id, service_version, version, free, held, taken), ',' ORDER BY pool_id), '')) AS mark
FROM pools WHERE {REACHED}
"""


# Of a sensitive service no name is told, though others of the same organisation are named.
NAMES = f"""
SELECT pool_id, organisation_id, organisation_name, lead_organisation_id, lead_organisation_name
FROM pools WHERE {REACHED} AND organisation_name IS NOT NULL ORDER BY pool_id
"""


@dataclass(frozen=True, slots=True)
class OfBoard:
    """Whose pools: those of these organisations, and those in these areas."""

    organisations: frozenset[UUID]
    areas: frozenset[str]

    @property
    def bounds(self) -> tuple[list[UUID], list[str], bool]:
        return list(self.organisations), list(self.areas), LONDON_AREA in self.areas


async def list_pools_of_board(connection: Connection, whose: OfBoard) -> Sequence[Pool]:
    return [pool_of(row) for row in await connection.fetch(LIST, *whose.bounds)]


async def find_names(connection: Connection, whose: OfBoard) -> dict[UUID, NamedOrganisation]:
    """By pool, whose it is as the directory has told it."""
    return {
        row["pool_id"]: NamedOrganisation(
            row["organisation_id"],
            row["organisation_name"],
            row["lead_organisation_id"],
            row["lead_organisation_name"],
        )
        for row in await connection.fetch(NAMES, *whose.bounds)
    }


async def find_mark(connection: Connection, whose: OfBoard) -> tuple[str, int]:
    """Another one whenever the board shows anything else; and of how many pools it is."""
    row = await connection.fetchrow(MARK, *whose.bounds)
    assert row is not None  # noqa: S101  (an aggregate has a row)
    return row["mark"], row["pools"]
