"""Facts that the directory states: which services there are and whom they suit."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.events.event_data import UUID, AreaCode, AwareDatetime, Code, EventData, LanguageTag

DeliveryMode = Literal["at-a-place", "home-visit", "phone", "online"]
PoolKind = Literal["session", "cohort", "event", "caseload"]
DayOfWeek = Annotated[str, StringConstraints(pattern=r"^(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$")]
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Pool(BaseModel):
    """Something of a service that can be full."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    pool_id: UUID
    kind: PoolKind


class PoolDay(BaseModel):
    """The day of an event, or on which a course begins."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    pool_id: UUID
    starts_on: date


class PoolTimes(BaseModel):
    """When a session, course or event is, by London's clocks.

    `days` are of each week, or with a number of each month (2TU, -1FR); `on` is one day alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")
    pool_id: UUID
    days: tuple[DayOfWeek, ...] = ()
    every_weeks: Annotated[int, Field(ge=2, le=52)] | None = None
    on: date | None = None
    opens_at: ClockTime | None = None
    closes_at: ClockTime | None = None


class CompanionPool(BaseModel):
    """Who may accompany a person at the service. Asked for after the place itself, and no place by itself."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    pool_id: UUID
    kind: Literal["interpreter", "volunteer"]


class Circle(BaseModel):
    """All within so many metres of a point."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    metres: Annotated[int, Field(ge=1, le=100_000)]


class Catchment(BaseModel):
    """Where the people live whom a service takes: everywhere, or in any of the areas, wards and the circle."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    everywhere: bool
    areas: tuple[AreaCode, ...] = ()
    wards: tuple[AreaCode, ...] = ()
    circle: Circle | None = None


class ServicePublishedV1(EventData):
    """A service as it now stands (full state; the greater version wins)."""

    event_type: ClassVar[str] = "directory.service-published.v1"
    topic: ClassVar[str] = "directory.services.v1"
    key_field: ClassVar[str] = "service_id"

    service_id: UUID
    version: Annotated[int, Field(ge=1)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """The service's public name; a sensitive service has a neutral one."""
    organisation_id: UUID
    area: AreaCode | None = None
    catchment: Catchment
    needs: tuple[Code, ...]
    languages: tuple[LanguageTag, ...]
    minimum_age: Annotated[int, Field(ge=0, le=130)] | None = None
    maximum_age: Annotated[int, Field(ge=0, le=130)] | None = None
    suits: tuple[Code, ...] = ()
    does_not_suit: tuple[Code, ...] = ()
    access: tuple[Code, ...] = ()
    delivery: tuple[DeliveryMode, ...]
    worker_sexes: tuple[Literal["female", "male"], ...] = ()
    evenings: bool = False
    weekends: bool = False
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    sensitive: bool = False
    pools: tuple[Pool, ...]
    companions: tuple[CompanionPool, ...] = ()
    days: tuple[PoolDay, ...] = ()
    """Of those of the pools that have one. After its day an event is over."""
    first_days: tuple[PoolDay, ...] = ()
    """Of those of the events that come again, or last for days."""
    times: tuple[PoolTimes, ...] = ()
    """Of those of the pools of which it is known: what tells the sessions of one service apart."""
    whole_service_pool: UUID | None = None
    """The pool that is the service itself, where it says of nothing in particular that it can be full."""
    organisation_name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """Never told of a sensitive service: the name can say what it is."""
    lead_organisation_id: UUID | None = None
    """The organisation that is directly above."""
    lead_organisation_name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class ServiceWithdrawnV1(EventData):
    """A service that takes nobody any more."""

    event_type: ClassVar[str] = "directory.service-withdrawn.v1"
    topic: ClassVar[str] = "directory.services.v1"
    key_field: ClassVar[str] = "service_id"

    service_id: UUID
    version: Annotated[int, Field(ge=1)]
    pools: tuple[Pool, ...] = ()
    closed: bool = False
    """It is there no more, so whoever has a place with it goes elsewhere. Else what is under way there goes on."""


class PoolOfService(BaseModel):
    """Something that can be full, and the service that it is of."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    service_id: UUID
    pool_id: UUID


class OrganisationLinksEndedV1(EventData):
    """All links that an organisation was sent before this moment are good nowhere any more.

    New ones go to the address that is known of it: for the pools, and for what it has in hand.
    """

    event_type: ClassVar[str] = "directory.organisation-links-ended.v1"
    topic: ClassVar[str] = "directory.organisations.v1"
    key_field: ClassVar[str] = "organisation_id"

    organisation_id: UUID
    links_valid_from: AwareDatetime
    pools: tuple[PoolOfService, ...] = ()


class MembershipGrant(BaseModel):
    """One role and where it is held."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    role: Code
    areas: tuple[AreaCode, ...] = ()
    organisation_ids: tuple[UUID, ...] = ()


class MembershipChangedV1(EventData):
    """What a staff member or a system may do as of now (full state; the greater version wins).

    An access token with a lesser version is refused, and any token of one that is not active.
    """

    event_type: ClassVar[str] = "directory.membership-changed.v1"
    topic: ClassVar[str] = "directory.memberships.v1"
    key_field: ClassVar[str] = "member_id"

    member_id: UUID
    version: Annotated[int, Field(ge=1)]
    kind: Literal["staff", "system"]
    active: bool
    grants: tuple[MembershipGrant, ...] = ()
    scopes: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]+(:[a-z]+)?$", max_length=40)], ...] = ()


class PrescriptionGivenV1(EventData):
    """A list of services was given to somebody to take away. To whom is known nowhere.

    A list that goes out in more than one way is said once for each: count lists by their id.
    """

    event_type: ClassVar[str] = "directory.prescription-given.v1"
    topic: ClassVar[str] = "directory.prescriptions.v1"
    key_field: ClassVar[str] = "prescription_id"

    prescription_id: UUID
    area: AreaCode
    role: Code
    """The role of whoever gave it."""
    how: Literal["print", "link", "email", "text"]
    service_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=10)]
    given_at: AwareDatetime


class AssuranceDueV1(EventData):
    """Nobody has said for long that these entries of an organisation are right: it is asked, and asked again."""

    event_type: ClassVar[str] = "directory.assurance-due.v1"
    topic: ClassVar[str] = "directory.assurances.v1"
    key_field: ClassVar[str] = "organisation_id"

    organisation_id: UUID
    service_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]
    reminder: Annotated[int, Field(ge=1, le=10)]
    """1 for the first, counted anew each time that somebody says that all is right."""


class ListEmailAskedV1(EventData):
    """A list of services is to be mailed to somebody. Directory alone knows where to, and for a day at most."""

    event_type: ClassVar[str] = "directory.list-email-asked.v1"
    topic: ClassVar[str] = "directory.list-emails.v1"
    key_field: ClassVar[str] = "email_id"

    email_id: UUID
    prescription_id: UUID


class DigestDueV1(EventData):
    """It is time to tell a member what is on near them. What, and where, is asked for when it is sent."""

    event_type: ClassVar[str] = "directory.digest-due.v1"
    topic: ClassVar[str] = "directory.digests.v1"
    key_field: ClassVar[str] = "digest_id"

    digest_id: UUID
    period: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day on which it was due: once each."""
