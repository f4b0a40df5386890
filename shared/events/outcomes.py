"""Facts that outcomes states: follow-ups, what changed for people, and what services did for people together."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, WithJsonSchema

from shared.events.event_data import UUID, AwareDatetime, Code, EventData

Occasion = Literal["before", "after"]
SettledBy = Literal["answered", "lapsed"]
Felt = Literal["most-better", "half-better", "few-better"]


class FollowUpEventData(EventData):
    """What every fact about one follow-up names."""

    topic: ClassVar[str] = "outcomes.follow-ups.v1"
    key_field: ClassVar[str] = "referral_id"

    follow_up_id: UUID
    referral_id: UUID
    leg_id: UUID
    person_id: UUID
    occasion: Occasion


class FollowUpDueV1(FollowUpEventData):
    """It is time to ask the person how they are."""

    event_type: ClassVar[str] = "outcomes.follow-up-due.v1"
    instrument: Code
    due_at: AwareDatetime


class FollowUpSettledV1(FollowUpEventData):
    """The follow-up is done with: answered, or lapsed by rule."""

    event_type: ClassVar[str] = "outcomes.follow-up-settled.v1"
    settled_by: SettledBy


class MeasureRecordedV1(FollowUpEventData):
    """A score on one outcome measure, on the instrument's own metric scale."""

    event_type: ClassVar[str] = "outcomes.measure-recorded.v1"
    instrument: Code
    score: Annotated[
        Decimal,
        Field(ge=0, max_digits=6, decimal_places=2),
        WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,4}(\.[0-9]{1,2})?$"}),
    ]
    """Text on the wire, so that no reader makes a float of it."""
    recorded_at: AwareDatetime


PeopleInFives = Annotated[int, Field(ge=5, multiple_of=5)]


class ServiceEvidenceChangedV1(EventData):
    """What a service did for people in the twelve months up to a day (full state; the greater version wins).

    It is about nobody in particular: people are counted in whole groups of five, and what they felt is told of whole
    groups alone. A figure that is absent has too few people in it, or may not be told.
    """

    event_type: ClassVar[str] = "outcomes.service-evidence-changed.v1"
    topic: ClassVar[str] = "outcomes.service-evidence.v1"
    key_field: ClassVar[str] = "service_id"

    service_id: UUID
    version: Annotated[int, Field(ge=1)]
    as_of: date
    """The day in UTC before which everything was counted."""
    placed: PeopleInFives | None = None
    """People to whom it gave a place."""
    helped: PeopleInFives | None = None
    """People who came to it for the first time."""
    answered: PeopleInFives | None = None
    """People who said how they were, before and after."""
    instrument: Code | None = None
    mean_change: (
        Annotated[
            Decimal,
            Field(max_digits=5, decimal_places=1),
            WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]{1,4}(\.[0-9])?$"}),
        ]
        | None
    ) = None
    """Of those who answered, on the instrument's own metric scale. Text on the wire."""
    felt: Felt | None = None
    """How many of them are better by as much as the instrument can tell of one person."""


class RecordAccessedV1(EventData):
    """Somebody read or changed what outcomes holds on one person: who, why and what, by ids and codes alone."""

    event_type: ClassVar[str] = "outcomes.record-accessed.v1"
    topic: ClassVar[str] = "outcomes.accesses.v1"
    key_field: ClassVar[str] = "person_id"

    person_id: UUID
    referral_id: UUID
    actor_kind: Code
    actor_id: UUID | None = None
    """Absent for the person, whom the link names."""
    actor_role: Code | None = None
    purpose: Code
    verb: Code
    object_kind: Code
    object_id: UUID


class PersonErasureAnsweredV1(EventData):
    """Outcomes holds no row of this referral any more."""

    event_type: ClassVar[str] = "outcomes.person-erasure-answered.v1"
    topic: ClassVar[str] = "outcomes.erasures.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID
