"""Rows of people: who they are is sealed under a key of their own, and read by nobody without it."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.referral.domain.person_marks import identities
from shared.postgres.pool import Connection
from shared.security.sealing import KeyRing, WrappedKey, seal, unseal

REMEMBERED = 500  # keys
REMEMBERED_SECONDS = 30.0

FIND = """
SELECT p.person_id, p.area, p.language, p.sex, p.sealed, p.created_at, k.kid, k.wrapped_key
FROM people p JOIN person_keys k USING (person_id) WHERE p.person_id = $1
"""
IN_THE_OPEN = """
SELECT person_id, area, language, sex, given_name, family_name, date_of_birth, nhs_number, email, phone FROM people
WHERE sealed IS NULL LIMIT $1 FOR UPDATE SKIP LOCKED
"""
# The key first: the row names nobody without it.
SEAL = """
WITH key AS (
    INSERT INTO person_keys (person_id, area, kid, wrapped_key) VALUES ($1, $2, $3, $4)
)
UPDATE people SET sealed = $5, given_name = NULL, family_name = NULL, date_of_birth = NULL, nhs_number = NULL,
    email = NULL, phone = NULL
WHERE person_id = $1
"""
WRAPPED_BEFORE = """
SELECT person_id, kid, wrapped_key FROM person_keys WHERE kid <> $1 LIMIT $2 FOR UPDATE SKIP LOCKED
"""
WRAP_ANEW = "UPDATE person_keys SET kid = $2, wrapped_key = $3 WHERE person_id = $1"


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How it is safe to reach a person: ways that are not, and what to mind, in their own words."""

    not_by: tuple[str, ...] = ()
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class PersonDetails:
    """Who a person is. Lives in `people`, sealed, and nowhere else. `language` and `sex` are codes beside it."""

    given_name: str
    family_name: str
    date_of_birth: date
    language: str = "en"
    nhs_number: str | None = None
    email: str | None = None
    phone: str | None = None
    sex: str | None = None
    safe_contact: SafeContact = SafeContact()


@dataclass(frozen=True, slots=True, repr=False)
class SealedPerson:
    """What a new row of a person is made of."""

    sealed: bytes
    key: WrappedKey
    marks: tuple[bytes, ...] = ()
    """By which they are known again in their area."""


@dataclass(slots=True)
class PersonVault:
    """Seals and opens. It remembers few keys, and not for long: a key that was destroyed is soon gone here too."""

    ring: KeyRing = field(repr=False)
    _remembered: OrderedDict[UUID, tuple[float, bytes]] = field(default_factory=OrderedDict, repr=False)

    def seal_new(self, person_id: UUID, person: PersonDetails, area: str) -> SealedPerson:
        """Under a key that is made for this person."""
        key = self.ring.new_key()
        self._remember(person_id, key)
        plain = asdict(person)
        del plain["language"], plain["sex"]
        known_by = identities(
            area, person.date_of_birth, nhs_number=person.nhs_number, email=person.email, phone=person.phone
        )
        return SealedPerson(
            seal(key, orjson.dumps(plain), person_id.bytes),
            self.ring.wrap(key, person_id.bytes),
            tuple(mark for each in known_by for mark in self.ring.marks(each)),
        )

    def open(self, row: asyncpg.Record) -> PersonDetails:
        """Raises CannotOpen."""
        person_id: UUID = row["person_id"]
        plain: dict[str, Any] = orjson.loads(unseal(self._key(row), row["sealed"], person_id.bytes))
        safe = plain.pop("safe_contact", None) or {}
        return PersonDetails(
            **plain
            | {
                "date_of_birth": date.fromisoformat(plain["date_of_birth"]),
                "language": row["language"],
                "sex": row["sex"],
                "safe_contact": SafeContact(tuple(safe.get("not_by", ())), safe.get("note")),
            }
        )

    def forget(self, person_id: UUID) -> None:
        self._remembered.pop(person_id, None)

    def _key(self, row: asyncpg.Record) -> bytes:
        until, key = self._remembered.get(row["person_id"], (0.0, b""))
        if until < time.monotonic():
            about: UUID = row["person_id"]
            key = self.ring.unwrap(WrappedKey(row["kid"], row["wrapped_key"]), about.bytes)
            self._remember(about, key)
        return key

    def _remember(self, person_id: UUID, key: bytes) -> None:
        self._remembered[person_id] = (time.monotonic() + REMEMBERED_SECONDS, key)
        self._remembered.move_to_end(person_id)
        while len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)


async def find_person(connection: Connection, vault: PersonVault, person_id: UUID) -> PersonDetails | None:
    """None for somebody unknown, and for somebody who was forgotten."""
    row = await connection.fetchrow(FIND, person_id)
    return vault.open(row) if row else None


async def seal_in_the_open(connection: Connection, vault: PersonVault, most: int) -> int:
    """Seals rows of the time before people had keys. Gives their number."""
    rows = await connection.fetch(IN_THE_OPEN, most)
    for row in rows:
        values = {name: value for name, value in row.items() if name not in {"person_id", "area"}}
        made = vault.seal_new(row["person_id"], PersonDetails(**values), row["area"])
        await connection.execute(
            SEAL, row["person_id"], row["area"], made.key.kid, made.key.wrapped, made.sealed
        )
    return len(rows)


async def wrap_anew(connection: Connection, vault: PersonVault, most: int) -> int:
    """Wraps keys by the current key of the settings. Gives their number."""
    rows: Sequence[asyncpg.Record] = await connection.fetch(WRAPPED_BEFORE, vault.ring.current, most)
    for row in rows:
        about: UUID = row["person_id"]
        key = vault.ring.unwrap(WrappedKey(row["kid"], row["wrapped_key"]), about.bytes)
        again = vault.ring.wrap(key, about.bytes)
        await connection.execute(WRAP_ANEW, about, again.kid, again.wrapped)
    return len(rows)
