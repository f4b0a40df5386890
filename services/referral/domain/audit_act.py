"""Who read or wrote what of a person's record, and why: the words of the audit trail, and how they are kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

import orjson

from shared.access.roles import Role
from shared.access.vocabulary import Verb


class ActorKind(StrEnum):
    PERSON = "person"
    PROVIDER = "provider"
    SYSTEM = "system"
    STAFF = "staff"
    SERVICE = "service"


class AuditPurpose(StrEnum):
    """Why somebody was in the record."""

    REFERRING = "referring"
    FOLLOWING_UP = "following-up"
    OWN_RECORD = "own-record"
    OFFER = "offer"
    SUPPORT = "support"
    CONTACT = "contact"
    MESSAGE = "message"
    ALLOCATION = "allocation"
    DEMONSTRATION = "demonstration"
    AUDIT = "audit"
    EXPORT = "export"
    ERASURE = "erasure"
    MEASURING = "measuring"


class RecordKind(StrEnum):
    """What was read or written."""

    PERSON = "person"
    REFERRAL = "referral"
    LEG = "leg"
    OFFER = "offer"
    MEASURE = "measure"
    AUDIT_TRAIL = "audit-trail"
    ROUTING_MODE = "routing-mode"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Whoever holds a link is known by the record that the link opens, so the id may come later."""

    kind: ActorKind
    id: str | None = None
    role: Role | None = None

    def known_by(self, *, person_id: UUID | None, organisation_id: UUID | None) -> "Actor":
        """The holder of a link, named after the record: the person, or the organisation that is asked."""
        owner = {ActorKind.PERSON: person_id, ActorKind.PROVIDER: organisation_id}.get(self.kind)
        return self if self.id is not None or owner is None else replace(self, id=str(owner))


@dataclass(frozen=True, slots=True)
class Act:
    """One read or write. Ids and codes only: it says who touched a record, never what stands in it."""

    actor: Actor
    purpose: AuditPurpose
    verb: Verb
    object_kind: RecordKind
    object_id: UUID | None
    area: str
    person_id: UUID | None = None
    referral_id: UUID | None = None
    trace_id: str | None = None
    person_is_new: bool = False
    happened_at: datetime | None = None
    """Of an act in another service, which is recorded when word of it comes."""

    def without_person(self) -> Self:
        """Who did what, and why, with nothing that leads to whose record it was."""
        actor = replace(self.actor, id=None) if self.actor.kind is ActorKind.PERSON else self.actor
        return replace(self, actor=actor, object_id=None, person_id=None, referral_id=None, trace_id=None)

    def as_bytes(self) -> bytes:
        """What is encrypted. The area stands beside it, in the open."""
        said = {
            "actor_kind": self.actor.kind,
            "actor_id": self.actor.id,
            "actor_role": self.actor.role,
            "purpose": self.purpose,
            "verb": self.verb,
            "object_kind": self.object_kind,
            "object_id": self.object_id,
            "person_id": self.person_id,
            "referral_id": self.referral_id,
            "trace_id": self.trace_id,
            "happened_at": self.happened_at,
        }
        return orjson.dumps({name: str(value) for name, value in said.items() if value is not None})

    @classmethod
    def from_bytes(cls, body: bytes, area: str) -> Self:
        said: dict[str, str] = orjson.loads(body)
        role, happened_at = said.get("actor_role"), said.get("happened_at")
        return cls(
            actor=Actor(ActorKind(said["actor_kind"]), said.get("actor_id"), Role(role) if role else None),
            purpose=AuditPurpose(said["purpose"]),
            verb=Verb(said["verb"]),
            object_kind=RecordKind(said["object_kind"]),
            object_id=_uuid(said.get("object_id")),
            area=area,
            person_id=_uuid(said.get("person_id")),
            referral_id=_uuid(said.get("referral_id")),
            trace_id=said.get("trace_id"),
            happened_at=datetime.fromisoformat(happened_at) if happened_at else None,
        )


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
