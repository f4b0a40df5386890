"""Keys of the audit trail: one for each person, wrapped by a key that the database never sees.

Without a person's key nobody can read what was recorded of them, nor tell which records were about them; the
chain, which covers what is stored, still holds.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid5

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.referral.domain.audit_act import Act, Actor
from services.referral.domain.audit_marks import RecordMarks

NONCE = 12  # bytes, as AES-GCM wants it
KEY = 32
TAG = 16
KEY_DESTROYED = hashlib.sha256(b"kith audit key destroyed").digest()[:TAG]
"""Stands in the place of an actor's tag in the record that says that its key is gone, and why nothing opens it."""
AREAS = UUID("5a1f2c52-94be-5d0b-8d3b-6d3c0f4f3a11")


@cache
def area_subject(area: str) -> UUID:
    """Whose key it is when a record is about no one person."""
    return uuid5(AREAS, area)


@dataclass(frozen=True, slots=True, repr=False)
class WrappedKey:
    """A key as it is stored."""

    subject: UUID
    key_id: UUID
    area: str
    wrapped: bytes
    wrapped_by: str
    generation: int = 0
    """Later ones take over from those that no longer open."""


class KeyNotReadable(Exception):
    """A stored key is not as it was stored, or what wraps it is unknown."""


def key_id_of(subject: UUID, wrapped_by: str, wrapped: bytes) -> UUID:
    """The id of a key covers what is stored of it, so the chain over records covers the keys of all its records."""
    said = b"kith audit key|" + subject.bytes + wrapped_by.encode() + b"|" + wrapped
    return UUID(bytes=hashlib.sha256(said).digest()[:16])


class SubjectKey:
    """One person's, or one area's, key, ready for use."""

    def __init__(self, key_id: UUID, key: bytes) -> None:
        self.key_id = key_id
        self._aead = AESGCM(hmac.digest(key, b"body", "sha256"))
        self._tagging = hmac.digest(key, b"actor", "sha256")

    def encrypt(self, act: Act, record_id: UUID) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, act.as_bytes(), record_id.bytes)

    def decrypt(self, body: bytes, record_id: UUID, area: str) -> Act:
        """Raises cryptography's InvalidTag for what was changed, or moved to another record."""
        return Act.from_bytes(self._aead.decrypt(body[:NONCE], body[NONCE:], record_id.bytes), area)

    def tag(self, actor: Actor) -> bytes:
        """By which records of one actor are found without a word of who it is."""
        return hmac.digest(self._tagging, f"{actor.kind}|{actor.id}".encode(), hashlib.sha256)[:TAG]


class WrappingKeys:
    """The keys that wrap the others. The first is used; the rest are on their way out."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._current = next(iter(keys))
        self._keys = {name: AESGCM(key) for name, key in keys.items()}
        self.marks = RecordMarks(keys)

    def new_key(self, subject: UUID, area: str, generation: int = 0) -> tuple[WrappedKey, SubjectKey]:
        key, nonce = os.urandom(KEY), os.urandom(NONCE)
        wrapped = nonce + self._keys[self._current].encrypt(nonce, key, subject.bytes)
        key_id = key_id_of(subject, self._current, wrapped)
        stored = WrappedKey(subject, key_id, area, wrapped, self._current, generation)
        return stored, SubjectKey(key_id, key)

    def unwrap(self, stored: WrappedKey) -> SubjectKey:
        """Raises KeyNotReadable."""
        nonce, wrapped = stored.wrapped[:NONCE], stored.wrapped[NONCE:]
        try:
            key = self._keys[stored.wrapped_by].decrypt(nonce, wrapped, stored.subject.bytes)
        except (InvalidTag, KeyError, ValueError) as error:
            raise KeyNotReadable(str(stored.key_id)) from error
        return SubjectKey(stored.key_id, key)
