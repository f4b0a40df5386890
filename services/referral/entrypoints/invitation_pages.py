"""Staff invite people to an event by what they need: whom it would reach, one button, and what became of it.

The page counts people and names nobody. Inviting is a change of each one's record, and is recorded as such.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.errors import EventFull, EventNotKnown
from services.referral.domain.invitations import MOST_FOR_A_PLACE, Asked, ListedEvent
from services.referral.domain.london_days import day_in_london
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.settings import ReferralSettings
from services.referral.storage.event_pools import list_events
from services.referral.storage.invitations import InvitationFigures, list_figures
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.invite_group import Prospect, invite_group, look_whom_to_invite
from shared.access.decide import Facts
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import boroughs, groups, needs
from shared.web.dates import as_date
from shared.web.pages import render

INVITATIONS = "/referral/invitations"
NO_EVENT = "This event is over, or takes nobody from here. Choose another one"
NO_PLACES = "The group does not say that it has places at this event. Choose another one, or ask the group"

Inviter = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.REFERRAL))]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen on the page, by codes."""

    area: str = ""
    need: str = ""
    group: str = ""
    event: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.need or self.group or self.event)

    @property
    def asked(self) -> Asked:
        return Asked(self.need, self.group or None)

    def faults(self) -> dict[str, str]:
        found = {}
        if self.need not in needs():
            found["need"] = "Choose what they need help with"
        if self.group and self.group not in groups():
            found["group"] = "Choose a group from the list, or nobody in particular"
        if _id(self.event) is None:
            found["event"] = "Choose an event"
        return found


def in_address(
    area: Annotated[str, Query(max_length=20)] = "",
    need: Annotated[str, Query(max_length=60)] = "",
    group: Annotated[str, Query(max_length=60)] = "",
    event: Annotated[str, Query(max_length=36)] = "",
) -> Chosen:
    return Chosen(area, need, group, event)


def in_form(
    area: Annotated[str, Form(max_length=20)] = "",
    need: Annotated[str, Form(max_length=60)] = "",
    group: Annotated[str, Form(max_length=60)] = "",
    event: Annotated[str, Form(max_length=36)] = "",
) -> Chosen:
    return Chosen(area, need, group, event)


@dataclass(frozen=True, slots=True)
class Shown:
    """How the page is to be shown."""

    status: int = 200
    wrong: Mapping[str, str] = field(default_factory=dict)
    prospect: Prospect | None = None


def invitation_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(INVITATIONS)
    async def look(
        request: Request, permit: Inviter, chosen: Annotated[Chosen, Depends(in_address)]
    ) -> Response:
        area = _area(permit, chosen)
        if chosen.is_empty:
            return await _page(platform, request, permit, area, chosen, Shown())
        return await _page(platform, request, permit, area, chosen, await _looked(platform, area, chosen))

    @router.post(INVITATIONS)
    async def invite(
        request: Request, permit: Inviter, chosen: Annotated[Chosen, Depends(in_form)]
    ) -> Response:
        area, event, faults = _area(permit, chosen), _id(chosen.event), chosen.faults()
        if faults or event is None:
            return await _page(platform, request, permit, area, chosen, Shown(422, faults))
        by = _by(trail, permit)
        try:
            async with transaction(platform.pool, areas_reach([area])) as connection:
                await invite_group(
                    connection, area=area, pool_id=event, asked=chosen.asked, member_id=permit.member_id,
                    now=platform.clock(), by=by,
                )  # fmt: skip
        except EventNotKnown:
            return await _page(platform, request, permit, area, chosen, Shown(409, {"event": NO_EVENT}))
        except EventFull:
            return await _page(platform, request, permit, area, chosen, Shown(409, {"event": NO_PLACES}))
        return RedirectResponse(f"{INVITATIONS}?area={area}#invited", 303)

    return router


def _by(trail: AuditTrail, permit: Permit) -> Acting:
    role = Role.COORDINATOR if Role.COORDINATOR in permit.caller.roles() else Role.LINK_WORKER
    return Acting(trail, Actor(ActorKind.STAFF, str(permit.member_id), role), AuditPurpose.ALLOCATION)


async def _looked(platform: Platform[ReferralSettings], area: str, chosen: Chosen) -> Shown:
    event, faults = _id(chosen.event), chosen.faults()
    if faults or event is None:
        return Shown(422, faults)
    try:
        async with transaction(platform.pool, areas_reach([area])) as connection:
            found = await look_whom_to_invite(
                connection, area=area, pool_id=event, asked=chosen.asked, now=platform.clock()
            )
    except EventNotKnown:
        return Shown(409, {"event": NO_EVENT})
    except EventFull:
        return Shown(409, {"event": NO_PLACES})
    return Shown(prospect=found)


async def _page(
    platform: Platform[ReferralSettings],
    request: Request,
    permit: Permit,
    area: str,
    chosen: Chosen,
    shown: Shown,
) -> Response:
    async with transaction(platform.pool, areas_reach([area])) as connection:
        events = await list_events(connection, area, day_in_london(platform.clock()))
        figures = await list_figures(connection, area)
    return render(
        request, "referral/invitations.html", status=shown.status, templates=TEMPLATES, wrong=shown.wrong,
        answers={"area": area, "need": chosen.need, "group": chosen.group, "event": chosen.event},
        area_name=area_label(area), areas=[(code, area_label(code)) for code in _areas(permit)],
        needs=[(each.code, each.label) for each in needs().values()],
        groups=[(each.code, each.label) for each in groups().values()],
        events=[(str(each.pool.pool_id), _named(each)) for each in events],
        prospect=shown.prospect, for_a_place=MOST_FOR_A_PLACE, rows=[_row(each) for each in figures],
    )  # fmt: skip


def _areas(permit: Permit) -> list[str]:
    """The boroughs of whoever asks: people live in boroughs."""
    return sorted((code for code in permit.areas() if code in boroughs()), key=area_label)


def _area(permit: Permit, chosen: Chosen) -> str:
    """The one that was chosen, or the first of theirs. Another one is out of reach."""
    area = chosen.area or next(iter(_areas(permit)), "")
    permit.check(Facts(Thing.REFERRAL, area=area))
    return area


def _named(event: ListedEvent) -> str:
    free = event.pool.signal.free
    space = "no places now"
    if event.pool.signal.has_space:
        space = "places" if free is None else f"{free} {'place' if free == 1 else 'places'}"
    day = as_date(event.starts_on) if event.starts_on else "day not named"
    return f"{event.name}, {day} ({space})"


def _row(each: InvitationFigures) -> list[str]:
    whom = needs()[each.need].label if each.need in needs() else each.need
    if each.group_code:
        whom = (
            f"{whom}, {groups()[each.group_code].label if each.group_code in groups() else each.group_code}"
        )
    day = f", {as_date(each.starts_on)}" if each.starts_on else ""
    numbers = (each.invited, each.yes, each.no, each.silent, each.placed, each.came)
    return [f"{each.name or 'An event'}{day}", whom, as_date(each.invited_at), *map(str, numbers)]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
