"""The JSON API for what a person chose: their practice's system, or one of their area, says it for them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.choice_cards import cards_of
from services.referral.entrypoints.error_responses import NoSpaceAnyMore, NothingToChoose, ReferralNotFound
from services.referral.entrypoints.http_routes import REFERRALS, read_of_referral
from services.referral.settings import ReferralSettings
from services.referral.storage.legs import find_leg
from services.referral.storage.referrals import ReferralRow, find_referral
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.choose_service import Choice, choose_service
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.say_not_wanted import say_not_wanted
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import areas_reach, set_reach
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import client_reach
from shared.service_defaults.process import Platform

CHOICE = REFERRALS + "/{referral_id}/legs/{leg_id}/choice"
Writer = Annotated[ApiCaller, Depends(require_scope("referrals:write"))]


class NotWantedBody(BaseModel):
    """A service that the person does not want."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    service_id: UUID


class NotWantedAnswer(BaseModel):
    service_id: UUID
    not_wanted: bool


class ProposedService(BaseModel):
    """One of the best. `fits` says why, in codes."""

    service_id: UUID
    name: str
    fits: list[str]


class Proposal(BaseModel):
    """What the person may choose among as things stand. Nothing is kept for them; there may be none just now."""

    leg_id: UUID
    choose_by: datetime
    services: list[ProposedService]


class ChoiceBody(BaseModel):
    """The service that the person chose; without one the choice is left to Kith."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    service_id: UUID | None = None


class ChoiceAnswer(BaseModel):
    leg_id: UUID
    state: str


def choice_api_router(
    platform: Platform[ReferralSettings], trail: AuditTrail, known_pools: KnownPools
) -> APIRouter:
    router = APIRouter()

    @router.post(REFERRALS + "/{referral_id}/not-wanted")
    async def not_wanted(
        referral_id: UUID, request: Request, caller: Writer, body: NotWantedBody
    ) -> NotWantedAnswer:
        by = Acting(trail, Actor(ActorKind.SYSTEM, caller.name), AuditPurpose.REFERRING)
        async with transaction(platform.pool, client_reach(request, caller)) as connection:
            await let_change(connection, caller, referral_id, platform)
            done = await say_not_wanted(
                connection, referral_id=referral_id, service_id=body.service_id, now=platform.clock(), by=by,
                known_pools=known_pools,
            )  # fmt: skip
        return NotWantedAnswer(service_id=body.service_id, not_wanted=done)

    @router.get(CHOICE)
    async def proposal(referral_id: UUID, leg_id: UUID, request: Request, caller: Writer) -> Proposal:
        by = Acting(trail, Actor(ActorKind.SYSTEM, caller.name), AuditPurpose.FOLLOWING_UP)
        async with transaction(platform.pool, client_reach(request, caller)) as connection:
            referral = await let_change(connection, caller, referral_id, platform)
            leg = await find_leg(connection, leg_id)
            if leg is None or leg.referral_id != referral_id:
                raise ReferralNotFound
            cards = (await cards_of(connection, [leg], platform.clock())).get(leg_id)
            if cards is None or leg.answer_by is None:
                raise NothingToChoose
            await by.record(connection, read_of_referral(by, referral))
        services = [
            ProposedService(service_id=each.service_id, name=each.name, fits=list(each.codes))
            for each in cards
        ]
        return Proposal(leg_id=leg_id, choose_by=leg.answer_by, services=services)

    @router.post(CHOICE)
    async def choose(
        referral_id: UUID, leg_id: UUID, request: Request, caller: Writer, body: ChoiceBody
    ) -> ChoiceAnswer:
        by = Acting(trail, Actor(ActorKind.SYSTEM, caller.name), AuditPurpose.REFERRING)
        async with transaction(platform.pool, client_reach(request, caller)) as connection:
            await let_change(connection, caller, referral_id, platform)
            choice = await choose_service(
                connection, referral_id=referral_id, leg_id=leg_id, service_id=body.service_id,
                now=platform.clock(), by=by, known_pools=known_pools,
            )  # fmt: skip
            if choice is not Choice.MADE:
                raise NothingToChoose if choice is Choice.NOT_OPEN else NoSpaceAnyMore
            leg = await find_leg(connection, leg_id)
        assert leg is not None  # noqa: S101 - it was locked a moment ago
        return ChoiceAnswer(leg_id=leg_id, state=leg.state)

    return router


async def let_change(
    connection: Connection, caller: ApiCaller, referral_id: UUID, platform: Platform[ReferralSettings]
) -> ReferralRow:
    """The referral, for a system that may say what its person wants: of its area, or of who referred, and no provider's.

    From here on the transaction is about the person's whole record.
    """
    referral = await find_referral(connection, referral_id)
    if referral is None:
        raise ReferralNotFound
    organisation = referral.referring_organisation_id
    facts = Facts(
        Thing.REFERRAL, area=referral.area,
        organisations=frozenset() if organisation is None else frozenset({organisation}),
    )  # fmt: skip
    if not caller.reaches(Verb.CHANGE, facts, platform.clock()):
        raise ReferralNotFound
    await set_reach(connection, areas_reach([referral.area]))
    return referral
