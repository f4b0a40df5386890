"""The same search asked of PostgreSQL, so that the index in memory can be held against it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from services.directory.search.entry import FACETS, SearchEntry
from services.directory.search.query import Query
from services.directory.search.ranking_policy import POLICY
from services.directory.search.reading import Reading
from services.directory.search.words import stem

MAKE = """
CREATE UNLOGGED TABLE menu_in_sql (
    id uuid PRIMARY KEY, name text, tokens text[], weights jsonb, takes text[], latitude float8, longitude float8,
    circle_latitude float8, circle_longitude float8, metres float8, remote boolean, closed boolean, standing integer
)
"""
FILL = """
INSERT INTO menu_in_sql SELECT * FROM jsonb_populate_recordset(NULL::menu_in_sql, $1::jsonb)
"""
INDEX = "CREATE INDEX menu_in_sql_tokens_idx ON menu_in_sql USING gin (tokens)"
METRES = """2 * 6371008.8 * asin(least(1, sqrt(
    power(sin(radians($2 - {latitude}) / 2), 2)
    + cos(radians({latitude})) * cos(radians($2)) * power(sin(radians($3 - {longitude}) / 2), 2))))"""
AWAY = METRES.format(latitude="latitude", longitude="longitude")
FROM_CENTRE = METRES.format(latitude="circle_latitude", longitude="circle_longitude")
MATCHED = f"""
WITH matched AS MATERIALIZED (
    SELECT id, name, tokens, closed, standing
        + (SELECT coalesce(sum((weights ->> word)::integer), 0) FROM unnest($4::text[]) AS word)
        + {POLICY.for_each_thing_meant} * (SELECT count(*) FROM unnest($5::text[]) AS meant WHERE meant = ANY (tokens))
        + CASE WHEN remote THEN 0 WHEN latitude IS NULL
            THEN {POLICY.for_each_kilometre * POLICY.kilometres_where_no_place_is_known}
            ELSE {POLICY.for_each_kilometre} * round(least({POLICY.farthest_counted_kilometres}, {AWAY} / 1000))
          END AS points
    FROM menu_in_sql
    WHERE (takes && $1 OR {FROM_CENTRE} <= metres) {{parts}}
)
"""
PAGE = (
    MATCHED
    + 'SELECT id FROM matched ORDER BY closed, points DESC, lower(name) COLLATE "C", id::text LIMIT 20'
)
COUNTS = MATCHED + "SELECT token, count(*) FROM matched, unnest(tokens) AS token GROUP BY token"


@dataclass(frozen=True, slots=True)
class InSql:
    """Found without leaving a facet's own choice out of its numbers: less than the index does."""

    ids: Sequence[UUID]
    counts: int


async def fill(
    connection: "asyncpg.Connection[asyncpg.Record]", entries: Iterable[SearchEntry], today: date
) -> None:
    await connection.execute(MAKE)
    await connection.execute(FILL, json.dumps([_row(each, today) for each in entries]))
    await connection.execute(INDEX)
    await connection.execute("ANALYZE menu_in_sql")


async def search_in_sql(
    connection: "asyncpg.Connection[asyncpg.Record]", query: Query, reading: Reading
) -> InSql:
    """A search by words from a home, which is all that the bench asks of both."""
    home = query.home
    if home is None or home.point is None:
        raise ValueError("the search in SQL begins from a home")
    meant = {f"{facet}:{code}" for part in reading.parts for facet, code in part.codes}
    meant |= {f"needs:{code}" for code in query.needs}
    arguments: list[object] = [
        ["everywhere", "unknown", home.borough, home.ward],
        *home.point,
        sorted({each for part in reading.parts for each in part.stems}),
        sorted(meant),
    ]
    parts = ""
    for part in reading.parts:
        arguments += [[f"{facet}:{code}" for facet, code in part.codes], [f"w:{each}" for each in part.stems]]
        parts += f" AND (tokens && ${len(arguments) - 1}::text[] OR tokens @> ${len(arguments)}::text[])"
    if query.needs:
        arguments.append([f"needs:{code}" for code in query.needs])
        parts += f" AND tokens && ${len(arguments)}::text[]"
    page = await connection.fetch(PAGE.format(parts=parts), *arguments)
    counts = await connection.fetch(COUNTS.format(parts=parts), *arguments)
    return InSql([row["id"] for row in page], len(counts))


def _row(entry: SearchEntry, today: date) -> dict[str, object]:
    weights: dict[str, int] = {}
    for word, weight in entry.words.items():
        weights[stem(word)] = max(weight, weights.get(stem(word), 0))
    catchment, circle = entry.catchment, entry.catchment.circle
    takes = [*catchment.areas, *catchment.wards, *(["everywhere"] if catchment.everywhere else [])]
    point = entry.points[0] if entry.points else (None, None)
    return {
        "id": str(entry.id),
        "name": entry.name,
        "tokens": [f"w:{each}" for each in weights]
        + [f"{facet}:{code}" for facet in FACETS for code in entry.codes[facet]],
        "weights": weights,
        "takes": takes if catchment.is_known else ["unknown"],
        "latitude": point[0],
        "longitude": point[1],
        "circle_latitude": circle.latitude if circle else None,
        "circle_longitude": circle.longitude if circle else None,
        "metres": circle.metres if circle else None,
        "remote": entry.comes_to_you,
        "closed": entry.is_closed,
        "standing": _standing(entry, today),
    }


def _standing(entry: SearchEntry, today: date) -> int:
    """The points that depend on no search."""
    points = POLICY.for_space_now * len(entry.codes["space"]) + POLICY.for_being_full * (entry.band == "full")
    if entry.confirmed_on is None:
        return points + POLICY.for_being_stale
    days = (today - entry.confirmed_on).days
    if days >= POLICY.days_until_old:
        return points + POLICY.for_being_old
    if days >= POLICY.days_until_stale:
        return points + POLICY.for_being_stale
    return points + POLICY.for_being_confirmed_lately * (days <= POLICY.days_lately)
