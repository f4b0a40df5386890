"""How an area asks groups: the best at once, or the person first. A coordinator of the area says it, and it is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.settings import ReferralSettings
from services.referral.storage.said_routing_modes import find_last_said
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.choosing_times import find_choosing_times
from services.referral.use_cases.say_routing_mode import say_routing_mode
from shared.access.decide import Facts
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import boroughs
from shared.web.dates import as_date_and_time
from shared.web.pages import render

HOW_WE_ASK = "/referral/how-we-ask"
AT_ONCE, PROPOSE = "at-once", "propose"
MODES: Mapping[str, str] = {
    AT_ONCE: "We ask the group that fits best, at once",
    PROPOSE: "The person sees the three that fit best, and chooses",
}
LONGEST = 336  # hours: two weeks
USUAL = "72"

Coordinator = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.WAITING_LIST))]


@dataclass(frozen=True, slots=True)
class Said:
    """The form as it was filled in."""

    area: Annotated[str, Form(max_length=9)] = ""
    mode: Annotated[str, Form(max_length=20)] = ""
    hours: Annotated[str, Form(max_length=4)] = USUAL

    @property
    def choose_hours(self) -> int | None:
        hours = int(self.hours) if self.hours.isascii() and self.hours.isdigit() else 0
        return hours if 1 <= hours <= LONGEST else None

    def faults(self) -> dict[str, str]:
        found = {}
        if self.area not in boroughs():
            found["area"] = "Choose a borough"
        if self.mode not in MODES:
            found["mode"] = "Choose how groups are asked"
        if self.choose_hours is None:
            found["hours"] = f"Give a number of hours from 1 to {LONGEST}"
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """How the page is to be shown."""

    status: int = 200
    wrong: Mapping[str, str] = field(default_factory=dict)
    said: Said = field(default_factory=Said)


def routing_mode_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(HOW_WE_ASK)
    async def show(request: Request, permit: Coordinator) -> Response:
        return await _page(platform, request, permit, Shown())

    @router.post(HOW_WE_ASK)
    async def say(request: Request, permit: Coordinator, said: Annotated[Said, Depends(Said)]) -> Response:
        faults, hours = said.faults(), said.choose_hours
        if faults or hours is None:
            return await _page(platform, request, permit, Shown(422, faults, said))
        permit.check(Facts(Thing.WAITING_LIST, area=said.area))
        actor = Actor(ActorKind.STAFF, str(permit.member_id), Role.COORDINATOR)
        async with transaction(platform.pool, areas_reach([said.area])) as connection:
            await say_routing_mode(
                connection, said.area, proposes=said.mode == PROPOSE, choose_hours=hours,
                said_by=permit.member_id, now=platform.clock(),
                by=Acting(trail, actor, AuditPurpose.ALLOCATION),
            )  # fmt: skip
        return RedirectResponse(HOW_WE_ASK, 303)

    return router


async def _page(
    platform: Platform[ReferralSettings], request: Request, permit: Permit, shown: Shown
) -> Response:
    codes = _boroughs_of(permit)
    async with transaction(platform.pool, areas_reach(codes)) as connection:
        times = await find_choosing_times(connection, codes)
        last_said = await find_last_said(connection, codes)
    rows = [
        [
            boroughs()[code].name,
            MODES[PROPOSE if code in times else AT_ONCE],
            _in_hours(times[code]) if code in times else "",
            as_date_and_time(last_said[code]) if code in last_said else "Never: as its policy says",
        ]
        for code in codes
    ]
    return render(
        request, "referral/how_we_ask.html", status=shown.status, templates=TEMPLATES, rows=rows,
        areas=[(code, boroughs()[code].name) for code in codes], modes=list(MODES.items()), wrong=shown.wrong,
        answers={"area": shown.said.area, "mode": shown.said.mode, "hours": shown.said.hours},
    )  # fmt: skip


def _boroughs_of(permit: Permit) -> list[str]:
    return sorted(permit.areas() & boroughs().keys(), key=lambda code: boroughs()[code].name)


def _in_hours(time: timedelta) -> str:
    return f"{time // timedelta(hours=1)} hours"
