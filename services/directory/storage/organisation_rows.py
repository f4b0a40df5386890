"""Every SQL statement about organisations."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.directory.domain.errors import OrganisationNotFound
from services.directory.domain.organisation import Organisation
from services.directory.storage.stored_documents import digest, organisation_document
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import LONDON_AREA

# An unchanged row is not touched and not returned, nor one that another source brought: a feed must not say where
# the messages to somebody else's organisation go. $2 is the source; without one it is an operator's word.
SAVE_ORGANISATIONS = """
INSERT INTO organisations (id, name, document, referrals_email, public_email, digest, source_id, changed_at)
SELECT id, name, document, referrals_email, public_email, digest, $2, clock_timestamp()
FROM jsonb_to_recordset($1::jsonb) AS given
    (id uuid, name text, document jsonb, referrals_email text, public_email text, digest text)
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name,
    document = excluded.document,
    referrals_email = excluded.referrals_email,
    public_email = excluded.public_email,
    digest = excluded.digest,
    changed_at = clock_timestamp()
WHERE organisations.digest <> excluded.digest AND ($2::uuid IS NULL OR organisations.source_id = $2)
RETURNING new.id, old.id IS NULL AS is_new,
    old.id IS NOT NULL AND (old.name, old.document ->> 'parent_id')
        IS DISTINCT FROM (new.name, new.document ->> 'parent_id') AS told_otherwise
"""
OF_OTHERS = "SELECT id FROM organisations WHERE id = ANY ($1) AND source_id IS DISTINCT FROM $2"
DIFFERING = """
SELECT organisations.id
FROM organisations JOIN jsonb_to_recordset($1::jsonb) AS given (id uuid, digest text) USING (id)
WHERE organisations.digest <> given.digest ORDER BY organisations.id
"""

FIND_RECIPIENT = """
SELECT name, coalesce(referrals_email, public_email) AS address, links_valid_from FROM organisations WHERE id = $1
"""

ORGANISATION_OFFERS = """
SELECT EXISTS (
    SELECT FROM services
    WHERE organisation_id = $1
      AND (id = $2 OR document @> jsonb_build_object('pools', jsonb_build_array(jsonb_build_object('id', $2::text))))
)
"""

# Where its services belong and whom they take; null for a service of no area in particular.
AREAS_OF_ORGANISATION = """
SELECT array(
    SELECT DISTINCT areas.area FROM services s CROSS JOIN LATERAL (
        SELECT s.area UNION SELECT jsonb_array_elements_text(s.document #> '{catchment,areas}')) AS areas (area)
    WHERE s.organisation_id = o.id AND s.status <> 'defunct')
FROM organisations o WHERE o.id = $1
"""


@dataclass(frozen=True, slots=True)
class SavedOrganisation:
    """`told_otherwise`: events of its services name it, or who is above it, otherwise from now on."""

    is_new: bool
    told_otherwise: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where messages to an organisation go, and from when the links in them count."""

    name: str
    address: str | None
    links_valid_from: datetime | None = None


async def save_organisations(
    connection: Connection, organisations: Sequence[Organisation], source_id: UUID | None = None
) -> dict[UUID, SavedOrganisation]:
    """Writes what differs; what was written, by id."""
    rows = [_row(organisation) for organisation in organisations]
    written = await connection.fetch(SAVE_ORGANISATIONS, json.dumps(rows), source_id)
    return {row["id"]: SavedOrganisation(row["is_new"], row["told_otherwise"]) for row in written}


async def organisations_that_differ(
    connection: Connection, organisations: Sequence[Organisation]
) -> list[UUID]:
    """Those that stand otherwise than they are given here."""
    rows = [_row(organisation) for organisation in organisations]
    return [row["id"] for row in await connection.fetch(DIFFERING, json.dumps(rows))]


async def organisations_of_others(
    connection: Connection, organisation_ids: Collection[UUID], source_id: UUID
) -> set[UUID]:
    """Those that an operator or another source brought."""
    return {row["id"] for row in await connection.fetch(OF_OTHERS, list(organisation_ids), source_id)}


async def find_recipient(connection: Connection, organisation_id: UUID) -> Recipient:
    """Raises OrganisationNotFound."""
    row = await connection.fetchrow(FIND_RECIPIENT, organisation_id)
    if row is None:
        raise OrganisationNotFound(organisation_id)
    return Recipient(**row)


async def areas_of_organisation(connection: Connection, organisation_id: UUID) -> frozenset[str] | None:
    """Where the organisation works; None for one that the directory does not know."""
    found = await connection.fetchval(AREAS_OF_ORGANISATION, organisation_id)
    return None if found is None else frozenset(area or LONDON_AREA for area in found)


async def organisation_offers(
    connection: Connection, organisation_id: UUID, pool_or_service_id: UUID
) -> bool:
    """Whether this pool or service is one of the organisation's."""
    found: bool = await connection.fetchval(ORGANISATION_OFFERS, organisation_id, pool_or_service_id)
    return found


def _row(organisation: Organisation) -> dict[str, object]:
    document = organisation_document(organisation)
    return {
        "id": str(organisation.id),
        "name": organisation.name,
        "document": document,
        "referrals_email": organisation.referrals_email,
        "public_email": organisation.email,
        "digest": digest(document, organisation.referrals_email),
    }
