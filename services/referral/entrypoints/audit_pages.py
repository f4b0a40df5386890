"""The auditor's page: who read or wrote which record. Searches are sent by POST, so that no id is in an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.entrypoints.audit_words import what, who
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.settings import ReferralSettings
from services.referral.storage.referrals import find_referral_by_reference
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.read_audit import Page, Recorded, Search, search
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, transaction
from shared.security.reaches import permit_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.web.dates import LONDON, as_date_and_time
from shared.web.pages import render

AUDIT = "/referral/audit"
FIRST_YEAR, LAST_YEAR = 2000, 2099  # no record is of another, and far from where ids of a moment end
NOBODY = UUID(int=0)  # no person has it: a reference that is nobody's finds nothing

Auditor = Annotated[Permit, Depends(allowed(Verb.READ, Thing.AUDIT_TRAIL))]


@dataclass(frozen=True, slots=True)
class Asked:
    """The search form as it was filled in."""

    person: Annotated[str, Form(max_length=60)] = ""
    actor: Annotated[str, Form(max_length=60)] = ""
    day: Annotated[str, Form(max_length=10)] = ""
    before: Annotated[str, Form(max_length=36)] = ""

    def faults(self) -> dict[str, str]:
        found = {}
        for name, text in (("person", self.person), ("actor", self.actor)):
            if not text.strip().isprintable():
                found[name] = "Use letters, digits and dashes alone"
        if self.day.strip() and _day(self.day) is None:
            found["day"] = f"Enter a day like 2026-11-22, from {FIRST_YEAR} to {LAST_YEAR}"
        if self.before and _id(self.before) is None:
            found["person"] = "Search again"
        return found


def audit_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(AUDIT)
    async def show_newest(request: Request, permit: Auditor) -> Response:
        return await _answer(platform, trail, request, permit, Asked())

    @router.post(AUDIT)
    async def find(request: Request, permit: Auditor, asked: Annotated[Asked, Depends(Asked)]) -> Response:
        return await _answer(platform, trail, request, permit, asked)

    return router


async def _answer(
    platform: Platform[ReferralSettings], trail: AuditTrail, request: Request, permit: Permit, asked: Asked
) -> Response:
    faults, page = asked.faults(), Page()
    by = Acting(trail, Actor(ActorKind.STAFF, str(permit.member_id), Role.AUDITOR), AuditPurpose.AUDIT)
    if not faults:
        async with transaction(platform.pool, permit_reach(permit)) as connection:
            wanted = await _search(connection, permit, asked)
            page = await search(connection, trail, wanted)
            # The auditor is in the trail as well: once for each area, or person, that was shown.
            await by.record(
                connection,
                *(
                    by.act(Verb.READ, RecordKind.AUDIT_TRAIL, None, area=area, person_id=wanted.person_id)
                    for area in sorted({each.area for each in page.records})
                ),
            )
    return render(
        request, "referral/audit.html", status=422 if faults else 200, templates=TEMPLATES,
        rows=[_row(each) for each in page.records], older=page.older, asked=asked, faults=faults,
    )  # fmt: skip


async def _search(connection: Connection, permit: Permit, asked: Asked) -> Search:
    person, day = asked.person.strip(), _day(asked.day)
    person_id = _id(person) if person else None
    if person and person_id is None:
        referral = await find_referral_by_reference(connection, person.upper())
        person_id = referral.person_id if referral else NOBODY
    return Search(
        areas=permit.areas(),
        person_id=person_id,
        actor_id=asked.actor.strip() or None,
        since=_midnight(day) if day else None,
        until=_midnight(day + timedelta(days=1)) if day else None,
        before=_id(asked.before),
    )


def _row(recorded: Recorded) -> list[str]:
    act, place = recorded.act, area_label(recorded.area)
    when = as_date_and_time(recorded.happened_at)
    if act is None:
        return [
            when,
            place,
            "No longer readable: the person was erased, or the record was changed",
            "",
            "",
            "",
        ]
    ids: Mapping[str, UUID | None] = {"person": act.person_id, "referral": act.referral_id}
    about = ", ".join(f"{name} {value}" for name, value in ids.items() if value)
    return [when, place, who(act), what(act), str(act.purpose).replace("-", " "), about]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
