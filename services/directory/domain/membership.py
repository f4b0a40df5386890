"""Members, the roles that they hold, and the grants that follow from them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.access.caller import Grant
from shared.access.hierarchy import PassedDown, organisations_reached
from shared.access.roles import HELD_IN, HeldIn, Role


@dataclass(frozen=True, slots=True)
class Member:
    id: UUID
    display_name: str
    version: int
    active: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """One role, where it is held and for how long."""

    id: UUID
    member_id: UUID
    role: Role
    area: str | None
    organisation_id: UUID | None
    held_from: datetime
    held_to: datetime | None

    def is_held(self, now: datetime) -> bool:
        return self.held_from <= now and (self.held_to is None or now < self.held_to)


def place_fits(role: Role, area: str | None, organisation_id: UUID | None) -> bool:
    """Whether a role may be held there. What is held in an organisation names its area as well."""
    match HELD_IN[role]:
        case HeldIn.LINK:
            return False
        case HeldIn.SYSTEM:
            return area is None and organisation_id is None
        case HeldIn.AREA:
            return area is not None and organisation_id is None
        case HeldIn.ORGANISATION:
            return area is not None and organisation_id is not None


def works_there(role: Role, organisation_areas: frozenset[str] | None, reached: frozenset[str]) -> bool:
    """Whether an organisation with services in these areas may have the role given in an area that reaches those.

    None is an organisation that the directory does not know: a practice, which only referrers belong to.
    """
    if organisation_areas is None:
        return role is Role.REFERRER
    return bool(organisation_areas & reached)


MOST_REACHED = 50  # organisations, counted once for each role: an access token holds no more


def reaches_too_many(grants: Iterable[Grant]) -> bool:
    return sum(len(grant.organisations) for grant in grants) > MOST_REACHED


def grants_of(
    memberships: Iterable[Membership], links: Iterable[PassedDown], now: datetime
) -> tuple[Grant, ...]:
    """What the memberships that are held now come to: one grant for each role."""
    declared = tuple(links)
    areas: dict[Role, set[str]] = {}
    organisations: dict[Role, set[UUID]] = {}
    for each in memberships:
        if not each.is_held(now):
            continue
        areas.setdefault(each.role, set())
        organisations.setdefault(each.role, set())
        if HELD_IN[each.role] is HeldIn.AREA and each.area:
            areas[each.role].add(each.area)
        if HELD_IN[each.role] is HeldIn.ORGANISATION and each.organisation_id:
            organisations[each.role] |= organisations_reached(each.organisation_id, each.role, declared)
    return tuple(
        Grant(role, frozenset(areas[role]), frozenset(organisations[role])) for role in Role if role in areas
    )
