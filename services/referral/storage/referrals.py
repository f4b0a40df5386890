"""Rows of people, those who refer them, and referrals."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.storage.people import PersonDetails, SealedPerson
from shared.postgres.pool import Connection

ADD = """
WITH person AS (
    INSERT INTO people (person_id, area, sealed, language, sex) VALUES ($1, $2, $3, $6, $7)
), key AS (
    INSERT INTO person_keys (person_id, area, kid, wrapped_key) VALUES ($1, $2, $4, $5)
), mark AS (
    INSERT INTO person_marks (person_id, area, mark) SELECT DISTINCT $1::uuid, $2, unnest($15::bytea[])
)
INSERT INTO referrals (referral_id, reference, person_id, area, door, received_at, referrer_id, consent_at, risks,
    referring_organisation_id)
VALUES ($8, $9, $1, $2, $10, $11, $12, $11, $13, $14)
"""
FIND_REFERRER = """
SELECT referrer_id FROM referrers WHERE practice_code = $1 AND email = $2 AND name = $3
"""
# The update of nothing makes a row that a concurrent transaction added come back too.
ADD_REFERRER = """
INSERT INTO referrers (referrer_id, kind, practice_code, name, email) VALUES ($4, 'practice', $1, $3, $2)
ON CONFLICT ON CONSTRAINT referrers_practice_code_email_name_uq DO UPDATE SET name = EXCLUDED.name
RETURNING referrer_id
"""
FIND = """
SELECT referral_id, reference, person_id, area, door, received_at, referring_organisation_id FROM referrals
WHERE referral_id = $1
"""
FIND_REFERRER_ADDRESS = "SELECT email, name, 'en' AS language FROM referrers WHERE referrer_id = $1"
FIND_OF = """
SELECT referral_id, reference, person_id, area, door, received_at FROM referrals
WHERE referral_id = $1 AND (person_id = $2 OR referrer_id = $2)
"""
FIND_BY_REFERENCE = """
SELECT referral_id, reference, person_id, area, door, received_at FROM referrals WHERE reference = $1
"""
KEEP_SETTLED = """
INSERT INTO settled_follow_ups (follow_up_id, leg_id, area, occasion, settled_by, settled_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT ON CONSTRAINT settled_follow_ups_pk DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class ReferrerDetails:
    practice_code: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ReferralRow:
    referral_id: UUID
    reference: str
    person_id: UUID
    area: str
    door: str
    received_at: datetime
    referring_organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Address:
    email: str | None
    name: str
    language: str
    area: str | None = None
    """Where a person's record is; a referrer has none."""


async def add_referral(
    connection: Connection,
    row: ReferralRow,
    person: PersonDetails,
    sealed: SealedPerson,
    *,
    referrer_id: UUID | None,
    risks: str,
) -> None:
    """Adds the person, their key and marks, and the referral in one round trip."""
    await connection.execute(
        ADD,
        row.person_id, row.area, sealed.sealed, sealed.key.kid, sealed.key.wrapped, person.language, person.sex,
        row.referral_id, row.reference, row.door, row.received_at, referrer_id, risks,
        row.referring_organisation_id, list(sealed.marks),
    )  # fmt: skip


async def find_or_add_referrer(connection: Connection, referrer: ReferrerDetails, new_id: UUID) -> UUID:
    values = referrer.practice_code, referrer.email, referrer.name
    found: UUID | None = await connection.fetchval(FIND_REFERRER, *values)
    if found is None:
        found = UUID(str(await connection.fetchval(ADD_REFERRER, *values, new_id)))
    return found


async def find_referral(connection: Connection, referral_id: UUID) -> ReferralRow | None:
    row = await connection.fetchrow(FIND, referral_id)
    return ReferralRow(**dict(row)) if row else None


async def find_referrer_address(connection: Connection, referrer_id: UUID) -> Address | None:
    row = await connection.fetchrow(FIND_REFERRER_ADDRESS, referrer_id)
    return Address(**dict(row)) if row else None


async def find_referral_of(connection: Connection, referral_id: UUID, who: UUID) -> ReferralRow | None:
    """The referral, when it is of this person or by this referrer."""
    row = await connection.fetchrow(FIND_OF, referral_id, who)
    return ReferralRow(**dict(row)) if row else None


async def find_referral_by_reference(connection: Connection, reference: str) -> ReferralRow | None:
    row = await connection.fetchrow(FIND_BY_REFERENCE, reference)
    return ReferralRow(**dict(row)) if row else None


async def keep_settled_follow_up(
    connection: Connection,
    *,
    follow_up_id: UUID,
    leg_id: UUID,
    area: str,
    occasion: str,
    settled_by: str,
    settled_at: datetime,
) -> None:
    await connection.execute(KEEP_SETTLED, follow_up_id, leg_id, area, occasion, settled_by, settled_at)
