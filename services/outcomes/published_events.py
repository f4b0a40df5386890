"""What outcomes says: the one mapping from its follow-ups to the published language."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.outcomes.domain import swemwbs
from services.outcomes.storage.follow_up_rows import FollowUp
from services.outcomes.storage.said_evidence import Said
from shared.access.vocabulary import Thing, Verb
from shared.events.envelope import Event, new_event
from shared.events.outcomes import (
    FollowUpDueV1,
    FollowUpSettledV1,
    MeasureRecordedV1,
    RecordAccessedV1,
    ServiceEvidenceChangedV1,
    SettledBy,
)
from shared.messaging.outbox import say


def follow_up_due(follow_up: FollowUp) -> Event[Any]:
    """In the trace of the event that called for the follow-up."""
    data = FollowUpDueV1(**_names(follow_up), instrument=follow_up.instrument, due_at=follow_up.due_at)
    return new_event(
        data, area=follow_up.area, caused_by=follow_up.caused_by, traceparent=follow_up.traceparent
    )


def follow_up_lapsed(follow_up: FollowUp) -> Event[Any]:
    data = FollowUpSettledV1(**_names(follow_up), settled_by="lapsed")
    return new_event(
        data, area=follow_up.area, caused_by=follow_up.caused_by, traceparent=follow_up.traceparent
    )


def follow_up_settled(follow_up: FollowUp, settled_by: SettledBy) -> Event[Any]:
    return say(FollowUpSettledV1(**_names(follow_up), settled_by=settled_by), area=follow_up.area)


def measure_recorded(follow_up: FollowUp, score: Decimal, recorded_at: datetime) -> Event[Any]:
    data = MeasureRecordedV1(
        **_names(follow_up), instrument=follow_up.instrument, score=score, recorded_at=recorded_at
    )
    return say(data, area=follow_up.area)


def service_evidence_changed(said: Said, as_of: date) -> Event[Any]:
    """In no area: a service can help people of several."""
    told = said.evidence
    data = ServiceEvidenceChangedV1(
        service_id=said.service_id,
        version=said.version,
        as_of=as_of,
        placed=told.placed,
        helped=told.helped,
        answered=told.answered,
        instrument=swemwbs.CODE if told.answered else None,
        mean_change=told.mean_change,
        felt=told.felt,
    )
    return say(data, area=None)


def accessed_by_person(follow_up: FollowUp, verb: Verb) -> Event[Any]:
    """By the link that was sent to them. For the audit trail, which referral keeps."""
    return _accessed(follow_up, verb, "person", "measuring")


def accessed_by_system(follow_up: FollowUp, verb: Verb, system_id: UUID, purpose: str) -> Event[Any]:
    return _accessed(follow_up, verb, "system", purpose, system_id)


def _accessed(
    follow_up: FollowUp, verb: Verb, actor_kind: str, purpose: str, actor_id: UUID | None = None
) -> Event[Any]:
    data = RecordAccessedV1(
        person_id=follow_up.person_id,
        referral_id=follow_up.referral_id,
        actor_kind=actor_kind,
        actor_id=actor_id,
        purpose=purpose,
        verb=verb,
        object_kind=Thing.MEASURE,
        object_id=follow_up.follow_up_id,
    )
    return say(data, area=follow_up.area)


def _names(follow_up: FollowUp) -> dict[str, Any]:
    return {
        "follow_up_id": follow_up.follow_up_id,
        "referral_id": follow_up.referral_id,
        "leg_id": follow_up.leg_id,
        "person_id": follow_up.person_id,
        "occasion": follow_up.occasion,
    }
