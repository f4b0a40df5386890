"""Facts that referral states: the life of each referral and its legs, one leg a need."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from shared.events.event_data import UUID, AreaCode, AwareDatetime, Code, EventData, LanguageTag

Door = Literal["gp", "self"]
DeclineReason = Literal["not-suitable", "no-space", "cannot-reach", "wrong-area", "risk", "other"]
UnmetReason = Literal["no-service", "not-eligible", "language", "age", "access", "travel", "person-withdrew"]
AgeBand = Literal["under-18", "18-to-29", "30-to-44", "45-to-64", "65-to-79", "80-and-over"]
GivenUpReason = Literal["declined", "lapsed", "withdrawn", "provider-full", "not-wanted"]

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ReferralReceivedV1(EventData):
    """A person was referred, or referred themselves, for one or more needs."""

    event_type: ClassVar[str] = "referral.received.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID
    door: Door
    needs: tuple[Code, ...]
    received_at: AwareDatetime
    referrer_id: UUID | None = None
    referring_organisation_id: UUID | None = None


class LegEventData(EventData):
    """What every fact about one leg names."""

    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    leg_id: UUID
    person_id: UUID
    need: Code


class PlacedLegEventData(LegEventData):
    """What every fact about a leg with a provider names."""

    request_id: UUID
    service_id: UUID
    pool_id: UUID
    organisation_id: UUID


class ReferralOfferedV1(PlacedLegEventData):
    """The provider is shown this leg and asked for an answer by `answer_by`."""

    event_type: ClassVar[str] = "referral.offered.v1"
    offered_at: AwareDatetime
    answer_by: AwareDatetime


class ReferralAcceptedV1(PlacedLegEventData):
    """The provider accepted and capacity has given the place to the person."""

    event_type: ClassVar[str] = "referral.accepted.v1"
    referrer_id: UUID | None = None


class ReferralDeclinedV1(PlacedLegEventData):
    """The provider said no, and why."""

    event_type: ClassVar[str] = "referral.declined.v1"
    reason: DeclineReason


class ReferralLapsedV1(PlacedLegEventData):
    """The provider did not answer in time. This is not a decline."""

    event_type: ClassVar[str] = "referral.lapsed.v1"


class ReferralWaitListedV1(LegEventData):
    """All that would suit are full: the leg waits for the next free place."""

    event_type: ClassVar[str] = "referral.wait-listed.v1"
    waiting_since: AwareDatetime


class ReferralProposedV1(LegEventData):
    """The person is asked to choose among groups with space by `choose_by`. Nothing is kept for them meanwhile."""

    event_type: ClassVar[str] = "referral.proposed.v1"
    choose_by: AwareDatetime


class ReferralStillWantedAskedV1(LegEventData):
    """Somebody has waited for long: they are asked whether they still want it. `times` counts since their last yes."""

    event_type: ClassVar[str] = "referral.still-wanted-asked.v1"
    times: Annotated[int, Field(ge=1)]


class ReferralStartedV1(PlacedLegEventData):
    """The person has been to the service for the first time."""

    event_type: ClassVar[str] = "referral.started.v1"
    started_at: AwareDatetime


class ReferralNotAttendedV1(PlacedLegEventData):
    """The provider expected the person, and they did not come. Their place stays theirs."""

    event_type: ClassVar[str] = "referral.not-attended.v1"
    missed_at: AwareDatetime
    """When the provider said so: once a day at most."""


class ReferralCompletedV1(PlacedLegEventData):
    """The support is over."""

    event_type: ClassVar[str] = "referral.completed.v1"
    completed_at: AwareDatetime
    referrer_id: UUID | None = None


class ReferralContactAskedV1(EventData):
    """The provider asks who has a place with it: a link is sent to the organisation's known address."""

    event_type: ClassVar[str] = "referral.contact-asked.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    leg_id: UUID
    organisation_id: UUID
    request_id: UUID | None = None
    """Of the place: the link is about it, and about no later one of the same leg."""


class ReferralLinkAskedV1(EventData):
    """The person had all their links about a referral stopped: a new one goes to their known address.

    Links that were made before `links_valid_from` are good nowhere any more.
    """

    event_type: ClassVar[str] = "referral.link-asked.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID
    needs: tuple[Code, ...]
    links_valid_from: AwareDatetime | None = None


class SpaceAskedV1(EventData):
    """Somebody waits whom a service would suit whose space nobody knows: its provider is asked about it.

    No place is asked for. What the provider says of its space is the answer.
    """

    event_type: ClassVar[str] = "referral.space-asked.v1"
    topic: ClassVar[str] = "referral.space-questions.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    service_id: UUID
    organisation_id: UUID
    asked_at: AwareDatetime


class ReferralOfferLinkAskedV1(EventData):
    """An organisation's links ended while it was asked about somebody: a new one goes to its known address."""

    event_type: ClassVar[str] = "referral.offer-link-asked.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    leg_id: UUID
    request_id: UUID
    service_id: UUID
    organisation_id: UUID


class ReferralProgressLinkAskedV1(EventData):
    """An organisation's links ended while somebody had a place with it: a new one goes to its known address."""

    event_type: ClassVar[str] = "referral.progress-link-asked.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    leg_id: UUID
    service_id: UUID
    organisation_id: UUID
    request_id: UUID | None = None
    """Of the place: the link is about it, and about no later one of the same leg."""


class ReferralInvitedV1(EventData):
    """Somebody who may be is invited to an event, by what they need help with. No place is kept for them."""

    event_type: ClassVar[str] = "referral.invited.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID
    invitation_id: UUID
    need: Code
    service_id: UUID
    pool_id: UUID


class ReferralNoPlaceAtEventV1(LegEventData):
    """They said yes to an invitation, and no place came of it. Whatever else they wait for waits on."""

    event_type: ClassVar[str] = "referral.no-place-at-event.v1"


class ReferralNoPlaceMeanwhileV1(LegEventData):
    """They asked for something that was open while they wait, and no place came of it. What they wait for waits on."""

    event_type: ClassVar[str] = "referral.no-place-meanwhile.v1"


class ReferralWithdrawnV1(LegEventData):
    """The person no longer wants this. Whose place it was, or who was asked, is named where they had been told."""

    event_type: ClassVar[str] = "referral.withdrawn.v1"
    referrer_id: UUID | None = None
    request_id: UUID | None = None
    service_id: UUID | None = None
    organisation_id: UUID | None = None


class ReferralNeedUnmetV1(LegEventData):
    """Nothing suits, and why: the fact that commissioners must hear."""

    event_type: ClassVar[str] = "referral.need-unmet.v1"
    reason: UnmetReason
    referrer_id: UUID | None = None
    barrier: Code | None = None
    """What excluded most of the groups that there are, by `shared/vocabulary/barriers.json`: finer than the reason."""


class PersonErasedV1(EventData):
    """The person asked to be forgotten, and is. Whoever holds rows of this referral erases them and answers."""

    event_type: ClassVar[str] = "referral.person-erased.v1"
    topic: ClassVar[str] = "referral.referrals.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID
    leg_ids: tuple[UUID, ...]
    request_ids: tuple[UUID, ...]


class PersonDescribedV1(EventData):
    """What is known of a person in the coarsest codes that serve. A record without a body erases it."""

    event_type: ClassVar[str] = "referral.person-described.v1"
    topic: ClassVar[str] = "referral.people.v1"
    key_field: ClassVar[str] = "person_id"

    person_id: UUID
    version: int
    age_band: AgeBand
    language: LanguageTag
    sex: Literal["female", "male"] | None = None
    groups: tuple[Code, ...] = ()


class PlaceRequestEventData(EventData):
    """What every word from referral to capacity about one place names."""

    topic: ClassVar[str] = "referral.place-requests.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    request_id: UUID
    referral_id: UUID
    leg_id: UUID


class PlaceRequestedV1(PlaceRequestEventData):
    """A leg asks for a place in a pool."""

    event_type: ClassVar[str] = "referral.place-requested.v1"
    beside_leg_id: UUID | None = None
    """The leg whose place this accompanies: it has one already."""


class PlaceConfirmedV1(PlaceRequestEventData):
    """The provider accepted: the held place is to be taken."""

    event_type: ClassVar[str] = "referral.place-confirmed.v1"


class PlaceGivenUpV1(PlaceRequestEventData):
    """The place is not needed, and why."""

    event_type: ClassVar[str] = "referral.place-given-up.v1"
    reason: GivenUpReason


class PlaceEndedV1(PlaceRequestEventData):
    """The person no longer uses the place they took."""

    event_type: ClassVar[str] = "referral.place-ended.v1"


class AuditSealedV1(EventData):
    """The audit chain of an area gained these records, and ends here. Signed by Ed25519, as `kid` says with which key."""

    event_type: ClassVar[str] = "referral.audit-sealed.v1"
    topic: ClassVar[str] = "referral.audit-heads.v1"
    key_field: ClassVar[str] = "area"

    area: AreaCode
    first_position: Annotated[int, Field(ge=1)]
    last_position: Annotated[int, Field(ge=1)]
    previous_hash: Sha256
    hash: Sha256
    record_ids: tuple[UUID, ...]
    record_sha256s: tuple[Sha256, ...]
    sealed_at: AwareDatetime
    kid: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
    signature: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]
