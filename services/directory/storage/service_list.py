"""The list of services, filtered and cut into pages, or read through batch by batch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from asyncpg import Record

from services.directory.storage.service_rows import ListedService, listed_service
from shared.postgres.pool import Connection

SHOWN = "services.listed AND services.status IN ('active', 'temporarily closed')"

# Filters are cumulative; one that is not given holds for all. {} stands for a value. No minimum age means from birth,
# no maximum age means that nobody is too old, so such a service is not "at or below" any age.
SEARCH = "services.search @@ websearch_to_tsquery('english', {})"
TERM = "services.term_ids ? {}"
TAXONOMY = "EXISTS (SELECT FROM service_terms t WHERE t.service_id = services.id AND t.taxonomy_id = {})"
AT_LEAST_AGE = "coalesce(services.minimum_age, 0) >= {}::numeric"
AT_MOST_AGE = "services.maximum_age <= {}::numeric"
ORGANISATIONS = "services.organisation_id = ANY ({})"
IDS = "services.id = ANY ({})"
NAME_BEGINS = "starts_with(lower(services.name), lower({}))"
MODIFIED = """(services.changed_at >= {} OR EXISTS (
    SELECT FROM organisations o WHERE o.id = services.organisation_id AND o.changed_at >= {}))"""
# One opening holds all that is asked; one that has come to its end for good is none. What closes after midnight
# closes on the next day.
HOURS = """EXISTS (
    SELECT FROM service_openings o
    WHERE o.service_id = services.id AND (o.valid_to IS NULL OR o.valid_to >= {})
      AND ({}::smallint IS NULL OR o.day = {}) AND ({}::time IS NULL OR o.opens_at >= {})
      AND ({}::time IS NULL OR (o.closes_at <= {} AND (o.opens_at IS NULL OR o.closes_at > o.opens_at))))"""
# Where a service's area is known, the home lies in it. `drawn` are those whose circle or outline holds the home.
COVERAGE = """(services.id = ANY ({})
    OR (services.catchment ->> 'everywhere')::boolean
    OR services.catchment -> 'areas' ? {}
    OR services.catchment -> 'wards' ? {}
    OR (coalesce(services.catchment -> 'areas', '[]') = '[]'
        AND coalesce(services.catchment -> 'wards', '[]') = '[]'
        AND services.catchment -> 'circle' IS NULL
        AND services.catchment -> 'outline' IS NULL))"""

BRIEF_ROW = """
SELECT services.id, greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM services JOIN organisations ON organisations.id = services.organisation_id
"""
ROW = """
SELECT services.id, services.document AS service, organisations.document AS organisation,
       greatest(services.changed_at, organisations.changed_at) AS changed_at
FROM services JOIN organisations ON organisations.id = services.organisation_id
"""


@dataclass(frozen=True, slots=True)
class Hours:
    """An opening on a day (1 is Monday), from a time on, until a time; `today` tells what has ended."""

    today: date
    day: int | None = None
    opens_from: time | None = None
    closes_by: time | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Where somebody lives, by codes, and the services that drew an area around it."""

    borough: str
    ward: str
    drawn: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceFilter:
    search: str | None = None
    taxonomy_term_id: UUID | None = None
    minimum_age: int | None = None
    maximum_age: int | None = None
    taxonomy_id: UUID | None = None
    organisation_ids: tuple[UUID, ...] | None = None
    modified_after: datetime | None = None
    hours: Hours | None = None
    coverage: Coverage | None = None
    ids: tuple[UUID, ...] | None = None
    name_begins: str | None = None


@dataclass(frozen=True, slots=True)
class ServicePage:
    services: tuple[ListedService, ...]
    total: int


@dataclass(frozen=True, slots=True)
class UnreadService:
    """A service as it is stored: who has many reads a few at a time, and others have their turn in between."""

    id: UUID
    row: Record

    def read(self) -> ListedService:
        return listed_service(self.row)


class Where:
    """A condition in SQL that grows, with its values in their order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: list[Any] = []

    def also(self, text: str, *values: object) -> "Where":
        """Adds a condition in which each {} stands for the next value."""
        first, *rest = text.split("{}")
        self.text += f"\nAND {first}"
        for value, more in zip(values, rest, strict=True):
            self.text += self.number(value) + more
        return self

    def number(self, value: object) -> str:
        """The value's place in the statement."""
        self.values.append(value)
        return f"${len(self.values)}"


def services_where(wanted: ServiceFilter) -> Where:
    where = Where(SHOWN)
    for text, values in _conditions(wanted):
        where.also(text, *values)
    return where


def _conditions(wanted: ServiceFilter) -> Iterator[tuple[str, Sequence[object]]]:
    single: Sequence[tuple[str, object]] = (
        (SEARCH, wanted.search),
        (TERM, wanted.taxonomy_term_id and str(wanted.taxonomy_term_id)),
        (TAXONOMY, wanted.taxonomy_id),
        (AT_LEAST_AGE, wanted.minimum_age),
        (AT_MOST_AGE, wanted.maximum_age),
        (ORGANISATIONS, wanted.organisation_ids),
        (IDS, wanted.ids),
        (NAME_BEGINS, wanted.name_begins),
    )
    yield from ((text, (value,)) for text, value in single if value is not None)
    if wanted.modified_after is not None:
        yield MODIFIED, (wanted.modified_after, wanted.modified_after)
    if hours := wanted.hours:
        times = (hours.opens_from, hours.opens_from, hours.closes_by, hours.closes_by)
        yield HOURS, (hours.today, hours.day, hours.day, *times)
    if home := wanted.coverage:
        yield COVERAGE, (home.drawn, home.borough, home.ward)


async def list_services(
    connection: Connection, wanted: ServiceFilter, *, page: int, per_page: int
) -> ServicePage:
    where = services_where(wanted)
    total = await connection.fetchval(f"SELECT count(*) FROM services WHERE {where.text}", *where.values)
    found = f"SELECT id FROM services WHERE {where.text} ORDER BY name, id"
    cut = f"{found} LIMIT {where.number(per_page)} OFFSET {where.number((page - 1) * per_page)}"
    rows = await connection.fetch(
        f"{ROW} WHERE services.id IN ({cut}) ORDER BY services.name, services.id", *where.values
    )
    return ServicePage(tuple(listed_service(row) for row in rows), total)


async def next_services(
    connection: Connection, wanted: ServiceFilter, *, after: UUID | None, limit: int
) -> tuple[UnreadService, ...]:
    """In the order of ids: who reads on after the last id meets every service once, however long they take."""
    where = services_where(wanted)
    if after is not None:
        where.also("services.id > {}", after)
    rows = await connection.fetch(
        f"{ROW} WHERE {where.text} ORDER BY services.id LIMIT {where.number(limit)}", *where.values
    )
    return tuple(UnreadService(row["id"], row) for row in rows)


async def whole_list(connection: Connection, wanted: ServiceFilter) -> list[tuple[UUID, datetime]]:
    """Ids of all, and when each last changed, in the order of the list."""
    where = services_where(wanted)
    rows = await connection.fetch(
        f"{BRIEF_ROW} WHERE {where.text} ORDER BY services.name, services.id", *where.values
    )
    return [(row["id"], row["changed_at"]) for row in rows]
