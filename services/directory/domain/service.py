"""What the directory knows of a service: what it offers, whom it suits, where, when and what can be full."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID, uuid5

from services.directory.domain.assurance import Assurance
from services.directory.domain.catchment import Catchment
from services.directory.domain.joining import JoinBy, Phone
from services.directory.domain.listing import CostOption, Funding, OtherArea, OtherTerm
from services.directory.domain.opening import Opening
from services.directory.domain.place import Place

ServiceStatus = Literal["active", "inactive", "defunct", "temporarily closed"]
PoolKind = Literal["session", "cohort", "event", "caseload", "interpreter", "volunteer"]
ACCOMPANYING = frozenset({"interpreter", "volunteer"})
"""Who comes along: asked for once a person has a place somewhere, and no place by itself."""
DeliveryMode = Literal["at-a-place", "home-visit", "phone", "online"]
Sex = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class Pool:
    """Something of a service that can be full. The name is for people and travels in no event.

    `opening_id` names the opening that says when this session, event or cohort is, and from which day.
    """

    id: UUID
    kind: PoolKind
    name: str
    opening_id: UUID | None = None


def whole_service_pool(service_id: UUID) -> UUID:
    """The id of the pool of a service that says of nothing in particular that it can be full."""
    return uuid5(service_id, "kith-pools")


@dataclass(frozen=True, slots=True)
class Suitability:
    """What a service helps with and whom, in codes of the shared vocabulary."""

    needs: tuple[str, ...] = ()
    suits: tuple[str, ...] = ()
    does_not_suit: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    delivery: tuple[DeliveryMode, ...] = ()
    worker_sexes: tuple[Sex, ...] = ()
    languages: tuple[str, ...] = ()
    worker_languages: tuple[str, ...] = ()
    minimum_age: int | None = None
    maximum_age: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """A service as its source describes it. A sensitive one carries no place, and nothing drawn around one."""

    id: UUID
    organisation_id: UUID
    name: str
    status: ServiceStatus
    pools: tuple[Pool, ...]
    catchment: Catchment
    suitability: Suitability
    home_area: str | None = None
    sensitive: bool = False
    description: str | None = None
    url: str | None = None
    email: str | None = None
    fees: str | None = None
    accreditations: str | None = None
    assurance: Assurance | None = None
    eligibility: str | None = None
    how_to_join: JoinBy | None = None
    phones: tuple[Phone, ...] = ()
    evidence_note: str | None = None
    alert: str | None = None
    opening: tuple[Opening, ...] = ()
    places: tuple[Place, ...] = ()
    other_areas: tuple[OtherArea, ...] = ()
    other_terms: tuple[OtherTerm, ...] = ()
    funding: tuple[Funding, ...] = ()
    cost_options: tuple[CostOption, ...] = ()

    def __post_init__(self) -> None:
        if self.sensitive and self.places:
            raise ValueError("a sensitive service must not carry a place")
        if self.sensitive and (self.catchment.circle or self.catchment.outline):
            raise ValueError("a sensitive service must not carry a catchment that is drawn around a place")

    @property
    def takes_people(self) -> bool:
        return self.status == "active"

    @property
    def area(self) -> str | None:
        """The area whose scheme the service belongs to: said by its source, else the first it takes people from."""
        return self.home_area or next(iter(self.catchment.areas), None)

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """The first known point where people meet."""
        if self.sensitive:
            return None
        return next((place.coordinates for place in self.places if place.coordinates), None)

    @property
    def open_in_evenings(self) -> bool:
        return any(opening.in_the_evening for opening in self.opening)

    @property
    def open_at_weekends(self) -> bool:
        return any(opening.at_the_weekend for opening in self.opening)

    def opening_of(self, pool: Pool) -> Opening | None:
        """When this session, event or cohort is, where the service says so."""
        return next((opening for opening in self.opening if opening.id == pool.opening_id), None)
