"""The provider's pages behind signed links: answer an offer, say how the person gets on. A GET changes nothing."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any, cast, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.errors import PlaceIsOver
from services.referral.domain.leg import DID_NOT_ATTEND, Leg, LegState
from services.referral.domain.offer_story import OfferState, OfferStory, tell
from services.referral.entrypoints.error_responses import PlaceNotWithYou, ReferralNotFound
from services.referral.entrypoints.fit_words import fit_in_words
from services.referral.entrypoints.help_words import help_for_provider
from services.referral.entrypoints.plain_words import REASONS, facts_for_provider
from services.referral.settings import ReferralSettings
from services.referral.storage.contacts import last_notes
from services.referral.storage.copied_services import find_service_names
from services.referral.storage.decision_fits import find_fits
from services.referral.storage.helped_legs import find_place_beside, list_beside
from services.referral.storage.leg_history import list_steps_of_request
from services.referral.storage.legs import find_leg
from services.referral.use_cases.answer_offer import (
    DeclineReason,
    accept_offer,
    decline_offer,
    record_absence,
    record_completion,
    record_start,
)
from services.referral.use_cases.ask_for_contact import ASKED
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.place_with_them import find_place_with_them
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection, transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import PATHS, Link, Purpose, count_second_try, signed_link
from shared.service_defaults.process import Platform
from shared.web.pages import render
from shared.web.phrases import translatable

TEMPLATES = Path(__file__).parent / "templates"
NO_STEP = translatable("We could not read what you told us. Use the button on this page to tell us again")
NO_REASON = translatable("Choose why you cannot help")
NO_ANSWER = translatable("Choose yes or no, so that we know if you can help")
OFFER, PROGRESS = PATHS[Purpose.OFFER], PATHS[Purpose.PROGRESS]

OfferRequest = Annotated[UUID, Depends(signed_link(Purpose.OFFER))]
ProgressLink = Annotated[UUID, Depends(signed_link(Purpose.PROGRESS))]


def offer_router(
    platform: Platform[ReferralSettings], trail: AuditTrail, known_pools: KnownPools
) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PROVIDER), AuditPurpose.OFFER)

    @router.get(OFFER)
    async def show_offer(request: Request, request_id: OfferRequest) -> Response:
        return await _offer_page(platform, request, request_id, by)

    @router.post(OFFER)
    async def answer_offer(
        request: Request,
        request_id: OfferRequest,
        answer: Annotated[str, Form()] = "",
        reason: Annotated[str, Form()] = "",
    ) -> Response:
        fault = _fault_of(answer, reason)
        if fault:
            return await _offer_page(platform, request, request_id, by, status=422, fault=fault)
        now = platform.clock()
        async with transaction(platform.pool, link_reach(request)) as connection:
            if answer == "accept":
                done = await accept_offer(connection, request_id, now, by)
            else:
                said = cast("DeclineReason", reason)
                done = await decline_offer(connection, request_id, said, now, by, known_pools)
        if done:
            return RedirectResponse(request.url.path, 303)
        count_second_try(request)
        return await _offer_page(platform, request, request_id, by, wanted=answer)

    return router


def progress_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.PROVIDER), AuditPurpose.SUPPORT)

    @router.get(PROGRESS)
    async def show_progress(request: Request, _: ProgressLink) -> Response:
        return await _progress_page(platform, request, by)

    @router.post(PROGRESS)
    async def record_progress(
        request: Request, _: ProgressLink, step: Annotated[str, Form()] = ""
    ) -> Response:
        record = {"started": record_start, "finished": record_completion, "missed": record_absence}.get(step)
        if record is None:
            return await _progress_page(platform, request, by, status=422, fault=NO_STEP)
        async with transaction(platform.pool, link_reach(request)) as connection:
            leg = await place_behind(request, connection, lock=True)
            done = await record(connection, leg.leg_id, platform.clock(), by)
        if done:
            return RedirectResponse(request.url.path, 303)
        count_second_try(request)
        return await _progress_page(platform, request, by, wanted=step)

    return router


async def place_behind(request: Request, connection: Connection, *, lock: bool = False) -> Leg:
    """The leg whose place a provider's link is about. Raises PlaceNotWithYou where that place has ended."""
    link: Link = request.state.link
    try:
        leg = await find_place_with_them(connection, link.subject, link.holder_id, lock=lock)
    except PlaceIsOver as error:
        raise PlaceNotWithYou from error
    if leg is None:
        raise ReferralNotFound
    return leg


def _fault_of(answer: str, reason: str) -> str | None:
    if answer == "accept" or (answer == "decline" and reason in get_args(DeclineReason)):
        return None
    return NO_REASON if answer == "decline" else NO_ANSWER


async def _offer_page(
    platform: Platform[ReferralSettings],
    request: Request,
    request_id: UUID,
    by: Acting,
    *,
    status: int = 200,
    fault: str | None = None,
    wanted: str | None = None,
) -> Response:
    """The offer as it stands. `wanted` is an answer that came too late, or twice."""
    async with transaction(platform.pool, link_reach(request)) as connection:
        leg, story = await _find_offer(connection, request_id)
        fits = await find_fits(connection, leg.leg_id, leg.placement.pool_id) if leg.placement else ()
        await by.record(connection, _read(by, RecordKind.OFFER, request_id, leg))
    taken_as_wanted = {"accept": OfferState.ACCEPTED, "decline": OfferState.DECLINED}
    if wanted and story.state is not taken_as_wanted[wanted]:
        status = 409
    return render(
        request, "referral/offer.html", status=status, templates=TEMPLATES, translated=True, story=story,
        fault=fault, wanted=wanted if status == 409 else None, reasons=REASONS,
        facts=partial(facts_for_provider, leg.wants), answer_by=leg.answer_by,
        fits=partial(fit_in_words, fits, leg.wants.area),
    )  # fmt: skip


async def _find_offer(connection: Connection, request_id: UUID) -> tuple[Leg, OfferStory]:
    steps = await list_steps_of_request(connection, request_id)
    story = tell(steps)
    leg = await find_leg(connection, steps[0].leg_id) if story else None
    if story is None or leg is None:
        raise ReferralNotFound
    return leg, story


async def _progress_page(
    platform: Platform[ReferralSettings],
    request: Request,
    by: Acting,
    *,
    status: int = 200,
    wanted: str | None = None,
    fault: str | None = None,
) -> Response:
    async with transaction(platform.pool, link_reach(request)) as connection:
        leg = await place_behind(request, connection)
        place = leg.placement
        assert place is not None  # noqa: S101 - the link is about it
        await by.record(connection, _read(by, RecordKind.LEG, leg.leg_id, leg))
        names = await find_service_names(connection, [place.service_id])
        asked = await last_notes(connection, [leg.leg_id], ASKED)
        missed = await last_notes(connection, [leg.leg_id], DID_NOT_ATTEND)
        beside = await list_beside(connection, leg.leg_id, place.request_id)
        goes_to = await find_place_beside(connection, leg.beside) if leg.beside else None
    reached: dict[str, set[LegState]] = {
        "started": {LegState.STARTED, LegState.COMPLETED},
        "finished": {LegState.COMPLETED},
        "missed": {LegState.ACCEPTED, LegState.STARTED},
    }
    if wanted and leg.state not in reached[wanted]:
        status = 409
    context: dict[str, Any] = {
        "fault": fault,
        "leg": leg,
        "service": names.get(place.service_id, ""),
        "facts": partial(facts_for_provider, leg.wants),
        "contact_asked_at": asked.get(leg.leg_id),
        "missed_at": missed.get(leg.leg_id),
        "beside": partial(help_for_provider, beside),
        "goes_to": goes_to,
        "next_step": {LegState.ACCEPTED: "started", LegState.STARTED: "finished"}.get(leg.state),
    }
    return render(
        request, "referral/progress.html", status=status, templates=TEMPLATES, translated=True, **context
    )


def _read(by: Acting, kind: RecordKind, object_id: UUID, leg: Leg) -> Act:
    """That a provider looked. A link about a request that is over does not say whose it was: the request does."""
    place = leg.placement
    theirs = place is not None and object_id in {leg.leg_id, place.request_id}
    return by.act(
        Verb.READ, kind, object_id, area=leg.wants.area, person_id=leg.person_id, referral_id=leg.referral_id,
        organisation_id=place.organisation_id if place and theirs else None,
    )  # fmt: skip
