"""Members in the words of pages, and what is refused about them in the words of people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.directory.domain.errors import (
    AlreadyMember,
    MemberNotFound,
    MembershipNotFound,
    NameMissing,
    OrganisationElsewhere,
    ReachesTooMany,
    RoleDoesNotFit,
)
from services.directory.domain.membership import MOST_REACHED, Member, Membership
from shared.access.roles import LABELS
from shared.security.staff import NotThere
from shared.service_defaults.http_errors import KithError
from shared.vocabulary.areas import areas


class RoleNotHeldThere(KithError):
    status = 422
    slug = "role-not-held-there"
    title = "This role cannot be given there"
    what_to_do = "Choose an area. Referrers, provider staff and volunteers need an organisation as well."


class OrganisationNotThere(KithError):
    """The same words for one elsewhere and for one that is not known."""

    status = 422
    slug = "organisation-not-there"
    title = "This organisation does not run a service in that area"
    what_to_do = (
        "Check the organisation's id and the area. It needs a service in the directory for that area."
    )


class TooManyReached(KithError):
    status = 422
    slug = "too-many-organisations"
    title = "This would open too many organisations to one person"
    what_to_do = f"One person can reach {MOST_REACHED} organisations. Give the role further down."


class NameIsMissing(KithError):
    status = 422
    slug = "name-missing"
    title = "The name or the reference is empty"
    what_to_do = "Go back, and give both. The reference is what their first sign-in shows them."


class MemberAlready(KithError):
    status = 409
    slug = "member-already"
    title = "Somebody with this reference is there already"
    what_to_do = "Look for them in the list, and give them the role there."


@dataclass(frozen=True, slots=True)
class RoleView:
    id: UUID
    code: str
    role: str
    where: str
    since: datetime
    until: datetime | None
    held: bool


@dataclass(frozen=True, slots=True)
class MemberView:
    id: UUID
    name: str
    active: bool
    roles: tuple[RoleView, ...]


def member_view(member: Member, memberships: Sequence[Membership], now: datetime) -> MemberView:
    roles = tuple(
        RoleView(
            each.id,
            str(each.role),
            LABELS[each.role],
            areas().name(each.area) if each.area else "Everywhere",
            each.held_from,
            each.held_to,
            each.is_held(now),
        )
        for each in memberships
    )
    return MemberView(member.id, member.display_name, member.active, roles)


@contextmanager
def member_problems() -> Iterator[None]:
    """Refusals of the domain as what the caller is told."""
    try:
        yield
    except (MemberNotFound, MembershipNotFound) as error:
        raise NotThere from error
    except RoleDoesNotFit as error:
        raise RoleNotHeldThere from error
    except OrganisationElsewhere as error:
        raise OrganisationNotThere from error
    except ReachesTooMany as error:
        raise TooManyReached from error
    except NameMissing as error:
        raise NameIsMissing from error
    except AlreadyMember as error:
        raise MemberAlready from error
