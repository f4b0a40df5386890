"""Lets people in, gives and ends their roles, and signs them out everywhere."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from services.directory.domain.errors import (
    AlreadyMember,
    MemberNotFound,
    MembershipNotFound,
    NameMissing,
    OrganisationElsewhere,
    ReachesTooMany,
    RoleDoesNotFit,
)
from services.directory.domain.membership import (
    Membership,
    grants_of,
    place_fits,
    reaches_too_many,
    works_there,
)
from services.directory.storage.member_rows import (
    add_member,
    declare_parent,
    drop_parent,
    end,
    find_member,
    find_membership,
    give,
    members_in,
    memberships_of,
    organisation_links,
    set_active,
    take_ended,
)
from services.directory.storage.organisation_rows import areas_of_organisation
from services.directory.storage.session_rows import revoke_sessions_of
from services.directory.storage.writers_turn import take_turn
from services.directory.use_cases.say_member import say_member, say_members
from services.directory.use_cases.say_names import say_names
from shared.access.decide import Facts
from shared.access.hierarchy import PassedDown, organisations_reached
from shared.access.roles import Role
from shared.access.vocabulary import Thing
from shared.postgres.pool import Connection
from shared.vocabulary.areas import areas
from shared.web.dates import LONDON

Check = Callable[[Facts], None]
"""Raises what the caller is told when the facts are out of their reach."""


@dataclass(frozen=True, slots=True)
class NewMember:
    issuer: str
    subject: str
    display_name: str
    email: str | None = None
    let_in_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class RoleToGive:
    member_id: UUID
    role: Role
    area: str | None
    organisation_id: UUID | None = None
    held_to: datetime | None = None


def facts_of(given: RoleToGive | Membership) -> Facts:
    """A role as the access table looks at it."""
    held_in = frozenset({given.organisation_id} if given.organisation_id else ())
    return Facts(
        Thing.MEMBERSHIP, area=given.area, organisations=held_in, subject=given.member_id, role=given.role
    )


async def let_in(
    connection: Connection, new: NewMember, now: datetime, member_id: UUID | None = None
) -> UUID:
    """A member without any role yet. Raises AlreadyMember or NameMissing."""
    if not new.subject.strip() or not new.display_name.strip():
        raise NameMissing
    chosen = member_id or uuid4()
    added = await add_member(
        connection, chosen, new.issuer, new.subject, new.display_name, new.email, let_in_by=new.let_in_by
    )
    if not added:
        raise AlreadyMember
    await say_member(connection, chosen, now)
    return chosen


async def give_role(
    connection: Connection, wanted: RoleToGive, now: datetime, *, given_by: UUID | None, check: Check
) -> UUID:
    if not place_fits(wanted.role, wanted.area, wanted.organisation_id):
        raise RoleDoesNotFit
    if wanted.area is not None and areas().spell(wanted.area, now.date()) is None:
        raise RoleDoesNotFit
    check(facts_of(wanted))
    await _require_in_area(connection, wanted, now)
    if await find_member(connection, wanted.member_id) is None:
        raise MemberNotFound
    membership = Membership(
        uuid4(),
        wanted.member_id,
        wanted.role,
        wanted.area,
        wanted.organisation_id,
        now,
        wanted.held_to,
    )
    await give(connection, membership, given_by)
    await _require_room(connection, [wanted.member_id], now)
    await say_member(connection, wanted.member_id, now)
    return membership.id


async def end_role(
    connection: Connection,
    member_id: UUID,
    membership_id: UUID,
    now: datetime,
    *,
    ended_by: UUID,
    check: Check,
) -> None:
    membership = await find_membership(connection, membership_id, member_id)
    if membership is None:
        raise MembershipNotFound
    check(facts_of(membership))
    await end(connection, membership_id, now, ended_by)
    await say_member(connection, member_id, now)


async def sign_out_everywhere(connection: Connection, member_id: UUID, now: datetime) -> None:
    await revoke_sessions_of(connection, member_id, now)
    await say_member(connection, member_id, now)


async def shut_out(connection: Connection, member_id: UUID, now: datetime) -> None:
    """Nothing of theirs counts any more, whatever roles they hold."""
    await set_active(connection, member_id, active=False)
    await revoke_sessions_of(connection, member_id, now)
    await say_member(connection, member_id, now)


async def say_what_has_ended(connection: Connection, now: datetime) -> None:
    """Roles that were given until a day, on that day."""
    await say_members(connection, await take_ended(connection, now), now)


async def put_under(connection: Connection, link: PassedDown, now: datetime, *, declared_by: UUID) -> None:
    """Declares the parent of an organisation and what passes down; everybody above hears of it at once."""
    await take_turn(connection)
    before = _above(await organisation_links(connection), link.child)
    await declare_parent(connection, link, declared_by)
    after = _above(await organisation_links(connection), link.child)
    concerned = await members_in(connection, sorted(before | after))
    await _require_room(connection, concerned, now)
    await say_members(connection, concerned, now)
    await say_names(connection, [link.child])


async def take_out(connection: Connection, child: UUID, now: datetime) -> None:
    await take_turn(connection)
    before = _above(await organisation_links(connection), child)
    await drop_parent(connection, child)
    await say_members(connection, await members_in(connection, sorted(before)), now)
    await say_names(connection, [child])


async def _require_in_area(connection: Connection, wanted: RoleToGive, now: datetime) -> None:
    """Raises OrganisationElsewhere. The access table knows the area of a role, not where an organisation works."""
    if wanted.organisation_id is None or wanted.area is None:
        return
    works_in = await areas_of_organisation(connection, wanted.organisation_id)
    reached = areas().reached(wanted.area, now.astimezone(LONDON).date())
    if not works_there(wanted.role, works_in, reached):
        raise OrganisationElsewhere


async def _require_room(connection: Connection, member_ids: Iterable[UUID], now: datetime) -> None:
    """Raises ReachesTooMany, here and not when one of them next signs in."""
    links = await organisation_links(connection)
    for member_id in member_ids:
        if reaches_too_many(grants_of(await memberships_of(connection, member_id), links, now)):
            raise ReachesTooMany


def _above(links: list[PassedDown], child: UUID) -> frozenset[UUID]:
    """The organisation and all that are above it, whatever passes down."""
    upwards = [PassedDown(link.child, link.parent, frozenset({Role.PROVIDER_STAFF})) for link in links]
    return organisations_reached(child, Role.PROVIDER_STAFF, upwards)
