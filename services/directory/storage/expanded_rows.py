"""Openings, locations and terms of services as rows for filters: what stands in the documents, and nothing more."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.directory.domain.listing import OtherTerm
from services.directory.domain.service import Service
from shared.postgres.pool import Connection

FORM = 1  # of these rows; a greater number makes all of them anew, batch by batch

FORGET = (
    "DELETE FROM service_openings WHERE service_id = ANY ($1)",
    "DELETE FROM service_locations WHERE service_id = ANY ($1)",
    "DELETE FROM service_terms WHERE service_id = ANY ($1)",
)
ADD_OPENINGS = """
INSERT INTO service_openings (service_id, position, day, opens_at, closes_at, valid_from, valid_to)
SELECT * FROM jsonb_to_recordset($1::jsonb) AS given
    (service_id uuid, position smallint, day smallint, opens_at time, closes_at time, valid_from date, valid_to date)
"""
# A source may list a link twice: its first mention counts.
ADD_LOCATIONS = """
INSERT INTO service_locations (link_id, service_id, location_id, kind, latitude, longitude, position)
SELECT * FROM jsonb_to_recordset($1::jsonb) AS given
    (link_id uuid, service_id uuid, location_id uuid, kind text, latitude double precision,
     longitude double precision, position smallint)
ORDER BY position
ON CONFLICT DO NOTHING
"""
ADD_TERMS = """
INSERT INTO service_terms (service_id, term_id, taxonomy_id)
SELECT * FROM jsonb_to_recordset($1::jsonb) AS given (service_id uuid, term_id uuid, taxonomy_id uuid)
ON CONFLICT DO NOTHING
"""
# Whoever speaks of a term first names it: a later feed cannot give it another name.
KEEP_TERMS = """
INSERT INTO taxonomy_terms (id, taxonomy_id, taxonomy, name, description, term, uri, parent_id)
SELECT * FROM jsonb_to_recordset($1::jsonb) AS given
    (id uuid, taxonomy_id uuid, taxonomy text, name text, description text, term text, uri text, parent_id uuid)
ON CONFLICT DO NOTHING
"""
MARK_EXPANDED = "UPDATE services SET expanded = $2 WHERE id = ANY ($1)"
OF_AN_OLDER_FORM = "SELECT id, document FROM services WHERE expanded < $1 ORDER BY expanded, id LIMIT $2"


@dataclass(frozen=True, slots=True)
class ServiceTerm:
    """A term that a service has. `named` is set for a term of somebody else's taxonomy."""

    term_id: UUID
    taxonomy_id: UUID
    named: OtherTerm | None = None


Expanding = tuple[Service, Sequence[ServiceTerm]]


async def write_expanded(connection: Connection, services: Sequence[Expanding]) -> None:
    """Makes the rows of these services anew, in a handful of statements for all of them."""
    if not services:
        return
    ids = [service.id for service, _ in services]
    for statement in FORGET:
        await connection.execute(statement, ids)
    await connection.execute(ADD_OPENINGS, _rows(_openings(service) for service, _ in services))
    await connection.execute(ADD_LOCATIONS, _rows(_locations(service) for service, _ in services))
    await connection.execute(ADD_TERMS, _rows(_terms(service, terms) for service, terms in services))
    await connection.execute(KEEP_TERMS, _rows(_named(terms) for _, terms in services))
    await connection.execute(MARK_EXPANDED, ids, FORM)


async def pass_over(connection: Connection, service_ids: Sequence[UUID]) -> None:
    """These stay as they are until the form changes."""
    await connection.execute(MARK_EXPANDED, service_ids, FORM)


def _rows(of_each: Iterable[Iterable[dict[str, object]]]) -> str:
    return json.dumps([row for rows in of_each for row in rows])


def _openings(service: Service) -> Iterable[dict[str, object]]:
    for position, opening in enumerate(service.opening):
        for day in opening.weekdays:
            yield {
                "service_id": str(service.id),
                "position": position,
                "day": day,
                "opens_at": opening.opens_at and opening.opens_at.isoformat(),
                "closes_at": opening.closes_at and opening.closes_at.isoformat(),
                "valid_from": opening.valid_from,
                "valid_to": opening.valid_to,
            }


def _locations(service: Service) -> Iterable[dict[str, object]]:
    for position, place in enumerate(service.places):
        yield {
            "link_id": str(place.link_id),
            "service_id": str(service.id),
            "location_id": str(place.id),
            "kind": place.kind,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "position": position,
        }


def _terms(service: Service, terms: Sequence[ServiceTerm]) -> Iterable[dict[str, object]]:
    for each in terms:
        yield {
            "service_id": str(service.id),
            "term_id": str(each.term_id),
            "taxonomy_id": str(each.taxonomy_id),
        }


def _named(terms: Sequence[ServiceTerm]) -> Iterable[dict[str, object]]:
    for each in terms:
        if each.named is not None:
            yield {
                "id": str(each.term_id),
                "taxonomy_id": str(each.taxonomy_id),
                "taxonomy": each.named.taxonomy,
                "name": each.named.name,
                "description": each.named.description,
                "term": each.named.term,
                "uri": each.named.term_uri,
                "parent_id": each.named.parent_id and str(each.named.parent_id),
            }
