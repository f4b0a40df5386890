"""What needs a person: what is overdue in a coordinator's areas, and the one form by which they say what they did.

The list shows each case by its reference, is a read of records, and is recorded; the sum alone shows nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.errors import NotOverdueAnyMore
from services.referral.domain.escalation import ASK_IF_STILL_WANTED, LOOK_AT_UNMET
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.plain_words import area_label
from services.referral.settings import ReferralSettings
from services.referral.storage.escalations import MOST_LISTED, ListedEscalation, count_in_reach, list_in_reach
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.settle_escalation import ActReason, settle_escalation
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.security.reaches import permit_reach
from shared.security.staff import Permit, allowed
from shared.service_defaults.process import Platform
from shared.vocabulary.areas import areas
from shared.vocabulary.vocabulary import all_needs, barriers
from shared.web.dates import as_date
from shared.web.pages import render

NEEDS_A_PERSON = "/referral/needs-a-person"

WHAT_IS_OVERDUE: Mapping[str, str] = {
    "find-a-place": "We have not looked for a place for them in time",
    "hold-a-place": "We asked for a place, and heard nothing",
    "book-the-place": "The group said yes, and the place is not booked",
    "answer-the-offer": "The group did not answer, and we did not go on",
    "choose-a-group": "They did not choose a group, and we did not go on",
    "look-at-the-wait": "They have waited long for a place",
    "start": "They have a place, and the group has not told us that they began",
    "say-how-it-goes": "They began long ago, and the group has not told us how it goes",
    ASK_IF_STILL_WANTED: "We asked if they still want this, and they did not answer",
    LOOK_AT_UNMET: "They asked for help themselves, and we found nothing",
}
# By barrier, or by the reason where no finer word was kept.
WHY_NOTHING: Mapping[str, str] = {
    "no-service": "no group helps with this in their area",
    "not-eligible": "the groups are for other people",
    **{code: term.label[0].lower() + term.label[1:] for code, term in barriers().items()},
}
REASONS: Mapping[str, str] = {
    "spoke-with-the-group": "I spoke with the group",
    "spoke-with-the-person": "I spoke with the person",
    "asked-others": "I asked others who may help",
    "found-other-help": "I found other help for them",
    "nothing-more-to-do": "There is nothing more to do now",
}
DAYS: Mapping[str, str] = {
    "1": "Tomorrow",
    "3": "In 3 days",
    "7": "In a week",
    "14": "In 2 weeks",
    "28": "In 4 weeks",
}
GONE = "Somebody else has seen to this, or it has gone on by itself"

Coordinator = Annotated[Permit, Depends(allowed(Verb.ASSIGN, Thing.REFERRAL))]


@dataclass(frozen=True, slots=True)
class Acted:
    """The form as it was filled in."""

    case: Annotated[str, Form(max_length=36)] = ""
    reason: Annotated[str, Form(max_length=40)] = ""
    days: Annotated[str, Form(max_length=3)] = ""

    def faults(self) -> dict[str, str]:
        found = {}
        if _id(self.case) is None:
            found["case"] = "Choose which one you acted on"
        if self.reason not in get_args(ActReason):
            found["reason"] = "Choose what you did"
        if self.days not in DAYS:
            found["days"] = "Choose when somebody looks again"
        return found


@dataclass(frozen=True, slots=True)
class Shown:
    """How the page is to be shown."""

    status: int = 200
    wrong: Mapping[str, str] = field(default_factory=dict)
    acted: Acted = field(default_factory=Acted)


def needs_person_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(NEEDS_A_PERSON)
    async def show(request: Request, permit: Coordinator) -> Response:
        return await _page(platform, trail, request, permit, Shown())

    @router.post(NEEDS_A_PERSON)
    async def act(request: Request, permit: Coordinator, acted: Annotated[Acted, Depends(Acted)]) -> Response:
        faults, case = acted.faults(), _id(acted.case)
        if faults or case is None:
            return await _page(platform, trail, request, permit, Shown(422, faults, acted))
        try:
            async with transaction(platform.pool, permit_reach(permit)) as connection:
                await settle_escalation(
                    connection, case, reason=cast("ActReason", acted.reason), days=int(acted.days),
                    now=platform.clock(), by=_by(trail, permit),
                )  # fmt: skip
        except NotOverdueAnyMore:
            return await _page(platform, trail, request, permit, Shown(409, {"case": GONE}, acted))
        return RedirectResponse(NEEDS_A_PERSON, 303)

    return router


async def _page(
    platform: Platform[ReferralSettings], trail: AuditTrail, request: Request, permit: Permit, shown: Shown
) -> Response:
    only_sum, reach = request.headers.get("hx-request") == "true", permit_reach(permit)
    found: list[ListedEscalation] = []
    async with transaction(platform.pool, reach) as connection:
        people = await count_in_reach(connection, sorted(reach.areas))
        if not only_sum:
            by = _by(trail, permit)
            found = await list_in_reach(connection, sorted(reach.areas))
            read = {each.referral.referral_id: each.referral for each in found}.values()
            await by.record(connection, *(read_of_referral(by, each) for each in read))
    words: dict[str, Any] = {
        "rows": [_row(each) for each in found],
        "cases": [(str(each.escalation_id), _named(each)) for each in found],
        "reasons": list(REASONS.items()),
        "days": list(DAYS.items()),
        "shortened": len(found) == MOST_LISTED,
    }
    return render(
        request, "referral/count.html" if only_sum else "referral/needs_a_person.html", status=shown.status,
        templates=TEMPLATES, headers={"vary": "hx-request, cookie"}, people=people, wrong=shown.wrong,
        answers={name: getattr(shown.acted, name) for name in ("case", "reason", "days")}, **words,
    )  # fmt: skip


def _by(trail: AuditTrail, permit: Permit) -> Acting:
    actor = Actor(ActorKind.STAFF, str(permit.member_id), Role.COORDINATOR)
    return Acting(trail, actor, AuditPurpose.FOLLOWING_UP)


def _row(each: ListedEscalation) -> list[str]:
    what = WHAT_IS_OVERDUE.get(each.next_step, each.next_step)
    why = WHY_NOTHING.get(each.unmet_barrier or each.leg_reason or "")
    if each.next_step == LOOK_AT_UNMET and why:
        what = f"{what}: {why}"
    if each.service_name:
        what = f"{what} ({each.service_name})"
    whose = areas().name(each.owner_area)
    return [
        _named(each),
        area_label(each.referral.area),
        what,
        as_date(each.overdue_since),
        whose,
        str(each.times_raised),
    ]


def _named(each: ListedEscalation) -> str:
    return f"{each.referral.reference}, {all_needs()[each.need].label}"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
