"""The one function by which every read and write of a person's record is recorded, in the transaction of the act."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from opentelemetry import trace

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.audit_chain import record_bytes, recorded_at_of
from services.referral.domain.audit_keys import (
    KEY_DESTROYED,
    KeyNotReadable,
    SubjectKey,
    WrappedKey,
    WrappingKeys,
    area_subject,
)
from services.referral.domain.audit_marks import MARK
from services.referral.storage.audit_keys import add_keys, find_keys, find_keys_by_id, forget_key
from services.referral.storage.audit_records import AuditRecord, to_be_added
from services.referral.use_cases.new_ids import new_id
from shared.access.vocabulary import Verb
from shared.events.envelope import Event
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection

KEYS_KEPT = 5_000
KEPT_SECONDS = 60.0  # so long a key that was destroyed may live on in memory

log = structlog.get_logger(__name__)


class AuditTrail:
    """Writes records, and reads them again for whoever may."""

    def __init__(self, wrapping: WrappingKeys, count_unreadable: Callable[[], object] = int) -> None:
        self._wrapping = wrapping
        self._count_unreadable = count_unreadable
        self._kept: dict[UUID, tuple[float, SubjectKey]] = {}

    async def record(
        self, connection: Connection, acts: Sequence[Act], events: Sequence[Event[Any]] = ()
    ) -> None:
        """Records the acts of this transaction and says its events, all in one statement."""
        if not acts:
            await append_events(connection, events)
            return
        new = {act.person_id: act.area for act in acts if act.person_is_new and act.person_id}
        made = [self._wrapping.new_key(subject, area) for subject, area in new.items()]
        keys = await self._keys(
            connection, {s: act.area for act in acts for s in _subjects(act) if s not in new}
        )
        keys |= {wrapped.subject: key for wrapped, key in made}
        records = [self._marked(_as_record(_told_of(act, keys), keys)) for act in acts]
        rows = to_be_added(records, [wrapped for wrapped, _ in made])
        await append_events(connection, events, rows)

    async def read(self, connection: Connection, records: Sequence[AuditRecord]) -> list[Act | None]:
        """What the records say; None where the key is gone, or the record was tampered with."""
        stored = await find_keys_by_id(connection, {each.key_id for each in records})
        keys = {each.key_id: self._open(each) for each in stored}
        return [_readable(each, keys.get(each.key_id)) for each in records]

    async def forget(self, connection: Connection, person_id: UUID) -> None:
        """From the commit on nobody can read what was recorded of this person; the chain holds all the same.

        That the key is gone by our hand stands in the trail too, without a word of whose it was.
        """
        keys = await find_keys(connection, [person_id])
        await append_events(
            connection, [], to_be_added([self._marked(_key_destroyed(each)) for each in keys])
        )
        await forget_key(connection, person_id)
        self._kept.pop(person_id, None)

    async def actor_tags(
        self, connection: Connection, areas: Sequence[str], actor: Actor
    ) -> tuple[bytes, ...]:
        """By which the records of an actor are found in these areas."""
        stored = await find_keys(connection, {area_subject(area) for area in areas})
        return tuple(key.tag(actor) for each in stored if (key := self._open(each)) is not None)

    async def _keys(self, connection: Connection, areas: Mapping[UUID, str]) -> dict[UUID, SubjectKey]:
        """The keys of these subjects, made where there are none. People who were forgotten have none."""
        now = time.monotonic()
        found = {
            subject: kept[1]
            for subject in areas
            if (kept := self._kept.get(subject)) and now - kept[0] < KEPT_SECONDS
        }
        missing = areas.keys() - found.keys()
        if missing:
            found |= await self._find(connection, missing)
        missing = areas.keys() - found.keys()
        if missing:
            await self._make(connection, {subject: areas[subject] for subject in sorted(missing)})
            found |= await self._find(connection, missing)
        return found

    async def _make(self, connection: Connection, areas: Mapping[UUID, str]) -> None:
        """Keys for subjects that have none that opens. Where another process is quicker, its key stays."""
        stored = await find_keys(connection, areas.keys())
        next_one = {each.subject: each.generation + 1 for each in stored}
        made = [
            self._wrapping.new_key(subject, area, next_one.get(subject, 0))[0]
            for subject, area in areas.items()
        ]
        await add_keys(connection, made)

    def _marked(self, record: AuditRecord) -> AuditRecord:
        said = record_bytes(
            record.record_id, record.recorded_at, record.key_id, record.actor_tag, record.area, record.body
        )
        return replace(record, body=record.body + self._wrapping.marks.mark(said))

    def _open(self, stored: WrappedKey) -> SubjectKey | None:
        """None where the stored key was changed: what lies under it can no longer be read."""
        try:
            return self._wrapping.unwrap(stored)
        except KeyNotReadable:
            log.error("audit.key_unreadable", key_id=str(stored.key_id), area=stored.area)  # noqa: TRY400
            self._count_unreadable()
            return None

    async def _find(self, connection: Connection, subjects: "set[UUID]") -> dict[UUID, SubjectKey]:
        found = {}
        for stored, lasting in (await find_keys(connection, subjects)).items():
            key = self._open(stored)
            if key is None:
                continue
            found[stored.subject] = key
            if lasting:
                self._keep(stored, key)
        return found

    def _keep(self, stored: WrappedKey, key: SubjectKey) -> None:
        if len(self._kept) >= KEYS_KEPT:
            self._kept.clear()
        self._kept[stored.subject] = (time.monotonic(), key)


@dataclass(frozen=True, slots=True)
class Acting:
    """On whose behalf, and why, a use case runs."""

    trail: AuditTrail
    actor: Actor
    purpose: AuditPurpose

    def act(  # noqa: PLR0913  (what an audit record says)
        self,
        verb: Verb,
        kind: RecordKind,
        object_id: UUID | None,
        *,
        area: str,
        person_id: UUID | None = None,
        referral_id: UUID | None = None,
        organisation_id: UUID | None = None,
        cause: Event[Any] | None = None,
        person_is_new: bool = False,
    ) -> Act:
        actor = self.actor.known_by(person_id=person_id, organisation_id=organisation_id)
        return Act(
            actor, self.purpose, verb, kind, object_id, area, person_id, referral_id, trace_id_of(cause),
            person_is_new,
        )  # fmt: skip

    async def record(self, connection: Connection, *acts: Act, events: Sequence[Event[Any]] = ()) -> None:
        await self.trail.record(connection, acts, events)


def _subjects(act: Act) -> tuple[UUID, UUID]:
    """Whose keys a record needs: the person's for what it says, the area's to find it by its actor."""
    area = area_subject(act.area)
    return act.person_id or area, area


def _told_of(act: Act, keys: Mapping[UUID, SubjectKey]) -> Act:
    """Whose key an erasure took while the act went on is not named, as in the record of the erasure itself."""
    return act if _subjects(act)[0] in keys else act.without_person()


def _as_record(act: Act, keys: Mapping[UUID, SubjectKey]) -> AuditRecord:
    subject, area = _subjects(act)
    record_id, key = new_id(), keys[subject]
    # People act on their own record alone; a tag by the area's key would outlive their own.
    tagging = key if act.actor.kind is ActorKind.PERSON else keys[area]
    return AuditRecord(
        record_id, act.area, recorded_at_of(record_id), key.key_id, tagging.tag(act.actor),
        key.encrypt(act, record_id),
    )  # fmt: skip


def _key_destroyed(key: WrappedKey) -> AuditRecord:
    record_id = new_id()
    return AuditRecord(record_id, key.area, recorded_at_of(record_id), key.key_id, KEY_DESTROYED, b"")


def _readable(record: AuditRecord, key: SubjectKey | None) -> Act | None:
    if key is None:
        return None
    try:
        return key.decrypt(record.body[:-MARK], record.record_id, record.area)
    except InvalidTag:
        return None


def trace_id_of(cause: Event[Any] | None) -> str | None:
    if cause is not None and cause.traceparent:
        return cause.traceparent.split("-")[1]
    found = trace.get_current_span().get_span_context().trace_id
    return f"{found:032x}" if found else None
