"""Every SQL statement about the mails and texts of lists. An address is sealed under a key of its own."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from shared.postgres.pool import Connection
from shared.security.sealing import KeyRing, WrappedKey, seal, unseal

# One after the other, for the counts: whoever presses twice at once waits for themselves.
TAKE_TURNS = "SELECT FROM members WHERE id = $1 FOR NO KEY UPDATE"
COUNT = """
SELECT count(*) FILTER (WHERE prescription_id = $1) AS of_list,
       count(*) FILTER (WHERE list_emails.asked_at > $3) AS of_member
FROM list_emails JOIN prescriptions ON prescriptions.id = prescription_id
WHERE given_by = $2
"""
# Two members may send at the same moment: then it is one mail more.
COUNT_TO = "SELECT count(*) FROM list_emails WHERE address_mark = $1 AND asked_at > $2"
FORGET_MARKS = "UPDATE list_emails SET address_mark = NULL WHERE address_mark IS NOT NULL AND asked_at <= $1"
IS_ASKED = "SELECT EXISTS (SELECT FROM list_emails WHERE id = $1)"
ADD = """
INSERT INTO list_emails (id, prescription_id, language, kid, wrapped_key, sealed, asked_at, address_mark)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
ADD_WAY = """
INSERT INTO prescription_ways (prescription_id, how, given_at) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT prescription_ways_pk DO NOTHING RETURNING true
"""
FIND = """
SELECT prescription_id, language, kid, wrapped_key, sealed FROM list_emails
WHERE id = $1 AND ended IS NULL AND asked_at > $2
"""
FORGET = """
UPDATE list_emails SET ended = $2, ended_at = $3, kid = NULL, wrapped_key = NULL, sealed = NULL
WHERE id = $1 AND ended IS NULL
"""
FORGET_OLD = """
UPDATE list_emails SET ended = 'too-late', ended_at = $2, kid = NULL, wrapped_key = NULL, sealed = NULL
WHERE ended IS NULL AND asked_at <= $1
"""
MAILS_OF = (
    "SELECT coalesce(ended, 'waiting') AS state FROM list_emails WHERE prescription_id = $1 ORDER BY asked_at"
)

Ended = Literal["sent", "failed"]


@dataclass(frozen=True, slots=True)
class NewListEmail:
    """`address` is in no repr: what is not sealed is shown nowhere."""

    id: UUID
    prescription_id: UUID
    language: str
    asked_at: datetime
    address: str = field(repr=False)
    mark: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ListEmail:
    prescription_id: UUID
    language: str
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailCounts:
    of_list: int
    of_member: int
    of_address: int


async def take_turns(connection: Connection, member_id: UUID) -> None:
    await connection.execute(TAKE_TURNS, member_id)


async def count_mails(
    connection: Connection, wanted: NewListEmail, member_id: UUID, since: datetime
) -> MailCounts:
    row = await connection.fetchrow(COUNT, wanted.prescription_id, member_id, since)
    assert row is not None  # noqa: S101 - a count has a row
    to_address = await connection.fetchval(COUNT_TO, wanted.mark, since)
    return MailCounts(row["of_list"], row["of_member"], to_address)


async def is_asked(connection: Connection, email_id: UUID) -> bool:
    return bool(await connection.fetchval(IS_ASKED, email_id))


async def add_list_email(connection: Connection, ring: KeyRing, new: NewListEmail) -> None:
    key = ring.new_key()
    wrapped = ring.wrap(key, new.id.bytes)
    sealed = seal(key, new.address.encode(), new.id.bytes)
    await connection.execute(
        ADD,
        new.id,
        new.prescription_id,
        new.language,
        wrapped.kid,
        wrapped.wrapped,
        sealed,
        new.asked_at,
        new.mark,
    )


async def add_way(
    connection: Connection, prescription_id: UUID, how: Literal["email", "text"], at: datetime
) -> bool:
    """False where the list has gone out this way before."""
    return bool(await connection.fetchval(ADD_WAY, prescription_id, how, at))


async def find_list_email(
    connection: Connection, ring: KeyRing, email_id: UUID, now: datetime, lives: timedelta
) -> ListEmail | None:
    """None where the mail has gone, or the address waited too long. Raises CannotOpen."""
    row = await connection.fetchrow(FIND, email_id, now - lives)
    if row is None:
        return None
    key = ring.unwrap(WrappedKey(row["kid"], row["wrapped_key"]), email_id.bytes)
    address = unseal(key, row["sealed"], email_id.bytes).decode()
    return ListEmail(row["prescription_id"], row["language"], address)


async def forget_address(connection: Connection, email_id: UUID, ended: Ended, now: datetime) -> None:
    await connection.execute(FORGET, email_id, ended, now)


async def forget_old_addresses(connection: Connection, now: datetime, lives: timedelta) -> None:
    await connection.execute(FORGET_OLD, now - lives, now)


async def forget_marks_before(connection: Connection, moment: datetime) -> None:
    await connection.execute(FORGET_MARKS, moment)


async def states_of_mails(connection: Connection, prescription_id: UUID) -> list[str]:
    return [row["state"] for row in await connection.fetch(MAILS_OF, prescription_id)]
