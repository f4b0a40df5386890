"""Who takes part here: letting people in, giving and ending roles, signing somebody out everywhere."""

from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import MemberNotFound
from services.directory.domain.membership import Member
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.people.member_list import member_listing
from services.directory.entrypoints.people.member_words import MemberView, member_problems, member_view
from services.directory.entrypoints.people.way_back import leads_back
from services.directory.settings import DirectorySettings
from services.directory.storage.member_rows import (
    count_without_role,
    find_member,
    list_members,
    memberships_of,
    was_let_in_by,
)
from services.directory.use_cases.manage_members import (
    NewMember,
    RoleToGive,
    end_role,
    facts_of,
    give_role,
    let_in,
    shut_out,
    sign_out_everywhere,
)
from shared.access.roles import LABELS, Role
from shared.access.table import MAY_GIVE
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, Pool, transaction
from shared.security.staff import Permit, allowed
from shared.service_defaults.clock import Clock
from shared.vocabulary.areas import AreaKind, areas
from shared.web.pages import render

MOST_LISTED = 500
LIST = "/directory/members"
ACTS_ON_MEMBER = ("/roles", "/roles/{membership_id}/end", "/sign-out", "/shut-out")
PLACES: tuple[AreaKind, ...] = ("ics", "borough", "neighbourhood")

MayRead = Annotated[Permit, Depends(allowed(Verb.READ, Thing.MEMBERSHIP))]
MayGive = Annotated[Permit, Depends(allowed(Verb.CREATE, Thing.MEMBERSHIP, fresh=True))]
MayShutOut = Annotated[Permit, Depends(allowed(Verb.END, Thing.SIGN_IN, fresh=True))]
MayEnd = Annotated[Permit, Depends(allowed(Verb.END, Thing.MEMBERSHIP, fresh=True))]
Line = Annotated[str, Form(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
OptionalLine = Annotated[str, Form(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


@dataclass(frozen=True, slots=True)
class MemberDesk:
    """What the pages about members work with."""

    pool: Pool
    clock: Clock
    issuer: str

    async def view(self, connection: Connection, member: Member, permit: Permit) -> MemberView:
        held = await memberships_of(connection, member.id)
        shown = [each for each in held if permit.allows(facts_of(each))]
        return member_view(member, shown, self.clock())

    async def found(self, connection: Connection, member_id: UUID, permit: Permit) -> Member:
        """A member of whom the caller may know: with a role in reach, or with none yet and let in by the caller."""
        member = await find_member(connection, member_id)
        if member is None or not await self._may_know(connection, member_id, permit):
            raise MemberNotFound
        return member

    async def _may_know(self, connection: Connection, member_id: UUID, permit: Permit) -> bool:
        held = await memberships_of(connection, member_id)
        if held:
            return any(permit.allows(facts_of(each)) for each in held)
        return permit.everywhere() or await was_let_in_by(connection, member_id, permit.member_id)


def member_router(pool: Pool, settings: DirectorySettings, clock: Clock) -> APIRouter:
    desk = MemberDesk(pool, clock, settings.oidc_issuer or "kith-demo")
    router = APIRouter(prefix=LIST, include_in_schema=False)
    _add_reading(router, desk)
    _add_letting_in(router, desk)
    _add_roles(router, desk)
    _add_shutting_out(router, desk)
    leads_back(router, f"{LIST}/{{member_id}}", *(f"/{{member_id}}{act}" for act in ACTS_ON_MEMBER))
    return router


def _add_reading(router: APIRouter, desk: MemberDesk) -> None:
    @router.get("")
    async def show_all(request: Request, permit: MayRead) -> Response:
        if request.headers.get("hx-request") == "true":
            return await _without_role(request, permit, desk)
        async with transaction(desk.pool) as connection:
            listed = await list_members(
                connection,
                all_of_them=permit.everywhere(),
                areas=sorted(permit.areas()),
                let_in_by=permit.member_id,
                most=MOST_LISTED,
            )
            views = [await desk.view(connection, each, permit) for each in listed]
        may_let_in = any(role in MAY_GIVE for role in permit.caller.roles())
        shown = member_listing(request, views)
        return render(
            request, "members.html", templates=TEMPLATES, headers={"vary": "hx-request, cookie"}, members=shown,
            may_let_in=may_let_in,
        )  # fmt: skip

    @router.get("/{member_id}")
    async def show_one(request: Request, member_id: UUID, permit: MayRead) -> Response:
        with member_problems():
            async with transaction(desk.pool) as connection:
                member = await desk.found(connection, member_id, permit)
                view = await desk.view(connection, member, permit)
        return render(
            request, "member.html", templates=TEMPLATES, member=view, **_choices(permit, desk.clock)
        )


async def _without_role(request: Request, permit: Permit, desk: MemberDesk) -> Response:
    """How many have no role yet, for the home page."""
    async with transaction(desk.pool) as connection:
        people = await count_without_role(
            connection, all_of_them=permit.everywhere(), let_in_by=permit.member_id
        )
    return render(
        request,
        "without_role.html",
        templates=TEMPLATES,
        headers={"vary": "hx-request, cookie"},
        people=people,
    )


def _add_letting_in(router: APIRouter, desk: MemberDesk) -> None:
    @router.post("")
    async def add(permit: MayGive, name: Line, reference: Line, email: OptionalLine = "") -> Response:
        """Somebody who may sign in, still without any role. The reference is what their sign-in shows them."""
        new = NewMember(
            desk.issuer, reference.strip(), name.strip(), email.strip() or None, let_in_by=permit.member_id
        )
        with member_problems():
            async with transaction(desk.pool) as connection:
                member_id = await let_in(connection, new, desk.clock())
        return RedirectResponse(f"{LIST}/{member_id}", 303)


def _add_roles(router: APIRouter, desk: MemberDesk) -> None:
    @router.post("/{member_id}/roles")
    async def give(
        member_id: UUID,
        permit: MayGive,
        role: Annotated[Role, Form()],
        area: OptionalLine = "",
        organisation_id: Annotated[UUID | None, Form()] = None,
    ) -> Response:
        wanted = RoleToGive(member_id, role, area or None, organisation_id)
        with member_problems():
            async with transaction(desk.pool) as connection:
                await desk.found(connection, member_id, permit)
                await give_role(
                    connection, wanted, desk.clock(), given_by=permit.member_id, check=permit.check
                )
        return RedirectResponse(f"{LIST}/{member_id}", 303)

    @router.post("/{member_id}/roles/{membership_id}/end")
    async def end(member_id: UUID, membership_id: UUID, permit: MayEnd) -> Response:
        with member_problems():
            async with transaction(desk.pool) as connection:
                await end_role(
                    connection,
                    member_id,
                    membership_id,
                    desk.clock(),
                    ended_by=permit.member_id,
                    check=permit.check,
                )
        return RedirectResponse(f"{LIST}/{member_id}", 303)


def _add_shutting_out(router: APIRouter, desk: MemberDesk) -> None:
    @router.post("/{member_id}/sign-out")
    async def sign_out(member_id: UUID, permit: MayShutOut) -> Response:
        """Signed out of every browser: a lost phone."""
        with member_problems():
            async with transaction(desk.pool) as connection:
                await _check_all_of(connection, member_id, permit)
                await sign_out_everywhere(connection, member_id, desk.clock())
        return RedirectResponse(f"{LIST}/{member_id}", 303)

    @router.post("/{member_id}/shut-out")
    async def shut(member_id: UUID, permit: MayShutOut) -> Response:
        with member_problems():
            async with transaction(desk.pool) as connection:
                await _check_all_of(connection, member_id, permit)
                await shut_out(connection, member_id, desk.clock())
        return RedirectResponse(LIST, 303)


async def _check_all_of(connection: Connection, member_id: UUID, permit: Permit) -> None:
    """What touches the whole member needs every one of their roles in reach."""
    if await find_member(connection, member_id) is None or member_id == permit.member_id:
        raise MemberNotFound
    if permit.everywhere():
        return
    held = [each for each in await memberships_of(connection, member_id) if each.is_held(permit.now)]
    if not held:
        raise MemberNotFound
    for each in held:
        permit.check(replace(facts_of(each), thing=Thing.SIGN_IN))


def _choices(permit: Permit, clock: Clock) -> dict[str, Any]:
    """The roles and areas that the form offers."""
    givers = permit.caller.roles() & MAY_GIVE.keys()
    given = [role for role in Role if any(role in MAY_GIVE[giver] for giver in givers)]
    today = clock().date()
    reach = permit.areas()
    codes = {
        code: name
        for kind in PLACES
        for code, name in areas().of_kind(kind, today).items()
        if permit.everywhere() or code in reach
    }
    return {"roles": [(str(role), LABELS[role]) for role in given], "areas": sorted(codes.items(), key=str)}
