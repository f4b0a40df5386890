"""Facts that capacity states: what providers say of their space, and who holds which place."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.event_data import UUID, AwareDatetime, EventData

SignalStatus = Literal["open", "limited", "full", "paused", "unknown"]
SignalSource = Literal["link", "api", "decay"]
SignalWay = Literal["link", "board", "api", "csv", "phoned", "decay"]
RefusalReason = Literal["full", "paused", "unknown", "no-free-place", "no-such-pool", "hold-gone"]
FreedReason = Literal["given-up", "ended", "expired"]


class DoubtReason(BaseModel):
    """`number` of the last `of` offers; for `waits-grow` the days of waiting now, and before."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    code: Literal["declined-as-full", "lapsed", "waits-grow"]
    number: Annotated[int, Field(ge=0)]
    of: Annotated[int, Field(ge=0)]


class SignalChangedV1(EventData):
    """What a provider now says of a pool (full state; the greater version wins).

    `free` counts the places that may be given at this version; None means open without a limit.
    """

    event_type: ClassVar[str] = "capacity.signal-changed.v1"
    topic: ClassVar[str] = "capacity.signals.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    service_id: UUID
    version: Annotated[int, Field(ge=1)]
    status: SignalStatus
    free: Annotated[int, Field(ge=0)] | None = None
    source: SignalSource
    confirmed_at: AwareDatetime
    expires_at: AwareDatetime
    paused_until: AwareDatetime | None = None
    expected_wait_days: Annotated[int, Field(ge=0, le=1000)] | None = None
    way: SignalWay | None = None
    """How exactly it came: `source` says `link` for what a person said and `api` for what a system did."""

    doubt_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    """How likely it is, by what became of the offers, that it is not open any more. The provider's word stands."""
    doubt_reasons: tuple[DoubtReason, ...] = ()


class SignalExpiringV1(EventData):
    """What a provider said of a pool soon counts no more: it is asked, once for each word, to say it anew."""

    event_type: ClassVar[str] = "capacity.signal-expiring.v1"
    topic: ClassVar[str] = "capacity.reminders.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    service_id: UUID
    organisation_id: UUID
    version: Annotated[int, Field(ge=1)]
    """Of the word that runs out."""
    expires_at: AwareDatetime


class PlaceHeldV1(EventData):
    """A place is kept for a request. `signal_version` is the signal under which it was granted."""

    event_type: ClassVar[str] = "capacity.place-held.v1"
    topic: ClassVar[str] = "capacity.places.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    request_id: UUID
    referral_id: UUID
    leg_id: UUID
    signal_version: Annotated[int, Field(ge=1)]
    held_at: AwareDatetime


class PlaceRefusedV1(EventData):
    """A request that got no place, with the reason."""

    event_type: ClassVar[str] = "capacity.place-refused.v1"
    topic: ClassVar[str] = "capacity.places.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    request_id: UUID
    referral_id: UUID
    leg_id: UUID
    reason: RefusalReason
    signal_version: Annotated[int, Field(ge=0)]


class PlaceTakenV1(EventData):
    """A held place has become the person's."""

    event_type: ClassVar[str] = "capacity.place-taken.v1"
    topic: ClassVar[str] = "capacity.places.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    request_id: UUID
    referral_id: UUID
    leg_id: UUID


class PlaceFreedV1(EventData):
    """A place that was held or taken is so no more.

    `reopened` is false when it stays closed because the provider said full meanwhile.
    `free` counts the places that may be given now; None means open without a limit.
    """

    event_type: ClassVar[str] = "capacity.place-freed.v1"
    topic: ClassVar[str] = "capacity.places.v1"
    key_field: ClassVar[str] = "pool_id"

    pool_id: UUID
    request_id: UUID
    reason: FreedReason
    reopened: bool
    free: Annotated[int, Field(ge=0)] | None = None
    signal_version: Annotated[int, Field(ge=0)]


class PersonErasureAnsweredV1(EventData):
    """Capacity holds no row of this referral any more."""

    event_type: ClassVar[str] = "capacity.person-erasure-answered.v1"
    topic: ClassVar[str] = "capacity.erasures.v1"
    key_field: ClassVar[str] = "referral_id"

    referral_id: UUID
    person_id: UUID
