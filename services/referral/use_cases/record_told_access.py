"""What another service says of who read or changed its part of a person's record goes into the trail."""

from uuid import UUID

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.storage.erasure import hold_person_of, is_erased
from services.referral.use_cases.audit_trail import AuditTrail, trace_id_of
from shared.access.roles import Role
from shared.access.vocabulary import Verb
from shared.events.envelope import Event
from shared.events.outcomes import RecordAccessedV1
from shared.messaging.failures import IgnorableEvent, PoisonMessage
from shared.postgres.pool import Connection


async def record_told_access(
    connection: Connection, event: Event[RecordAccessedV1], area: str, trail: AuditTrail
) -> None:
    """Under the key of whose referral it is here, whatever the event says of whose it is."""
    person_id = await hold_person_of(connection, event.data.referral_id)
    if person_id is None:
        # Nothing may be kept of somebody who was forgotten; anybody else has to be found out about.
        if await is_erased(connection, event.data.referral_id):
            raise IgnorableEvent("person-erased")
        raise PoisonMessage("referral-not-known")
    await trail.record(connection, [_act(event, person_id, area)])


def _act(event: Event[RecordAccessedV1], person_id: UUID, area: str) -> Act:
    data = event.data
    try:
        actor = Actor(
            ActorKind(data.actor_kind),
            str(data.actor_id) if data.actor_id else None,
            Role(data.actor_role) if data.actor_role else None,
        )
        return Act(
            actor=actor.known_by(person_id=person_id, organisation_id=None),
            purpose=AuditPurpose(data.purpose),
            verb=Verb(data.verb),
            object_kind=RecordKind(data.object_kind),
            object_id=data.object_id,
            area=area,
            person_id=person_id,
            referral_id=data.referral_id,
            trace_id=trace_id_of(event),
            happened_at=event.time,
        )
    except ValueError as error:
        raise PoisonMessage("not-in-the-words-of-the-trail") from error
