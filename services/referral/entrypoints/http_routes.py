"""The JSON API: a GP's referral in, its state out."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from opentelemetry import trace
from starlette.responses import JSONResponse

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.leg import DID_NOT_ATTEND, Leg
from services.referral.entrypoints.error_responses import OfferNotOpen, ReferralNotFound
from services.referral.entrypoints.http_schemas import (
    ReferralAnswer,
    ReferralBody,
    ReferralCreated,
    created_body,
    referral_answer,
)
from services.referral.entrypoints.rounds import Rounds
from services.referral.settings import ReferralSettings
from services.referral.storage.copied_services import works_in
from services.referral.storage.leg_history import list_steps
from services.referral.storage.legs import list_legs
from services.referral.storage.past_decisions import find_pool_names, list_decisions
from services.referral.storage.people import PersonVault
from services.referral.storage.referrals import ReferralRow, find_referral
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.lapse_offers import bring_forward_answer_time
from services.referral.use_cases.refer_person import ReferPerson, refer_person
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import areas_reach, set_reach
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import client_reach, operator_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import IdempotencyKey, StoredResponse, once
from shared.service_defaults.process import Platform

REFERRALS = "/referral/api/referrals"


def api_router(
    platform: Platform[ReferralSettings],
    rounds: Rounds,
    vault: PersonVault,
    trail: AuditTrail,
    known_pools: KnownPools,
) -> APIRouter:
    router = APIRouter()

    @router.post(REFERRALS, status_code=201, response_model=ReferralCreated)
    async def refer(
        caller: Annotated[ApiCaller, Depends(require_scope("referrals:write"))],
        key: IdempotencyKey,
        request: Request,
        body: ReferralBody,
    ) -> JSONResponse:
        sent = await request.body()
        kept_pools: set[UUID] = set()
        by = Acting(trail, Actor(ActorKind.SYSTEM, caller.name), AuditPurpose.REFERRING)
        async with transaction(platform.pool, areas_reach([body.area])) as connection:
            facts = await facts_of_new(connection, caller, body.area)
            caller.check(Verb.CREATE, facts, platform.clock())
            answer = await once(
                connection, key=key, route=REFERRALS, caller=caller.name, request=sent,
                create=lambda: create_referral(
                    connection, body.as_command(caller.system.organisation_id), platform.clock, vault,
                    kept_pools, by, known_pools,
                ),
            )  # fmt: skip
        rounds.nudge(kept_pools)
        return JSONResponse(dict(answer.body), answer.status)

    @router.get(REFERRALS + "/{referral_id}")
    async def read_referral(
        referral_id: UUID,
        request: Request,
        caller: Annotated[ApiCaller, Depends(require_scope("referrals:read"))],
    ) -> ReferralAnswer:
        by = Acting(trail, Actor(ActorKind.SYSTEM, caller.name), AuditPurpose.FOLLOWING_UP)
        reach = client_reach(request, caller)
        async with transaction(platform.pool, reach) as connection:
            referral = await find_referral(connection, referral_id)
            legs = await list_legs(connection, referral_id)
            if referral is None or not caller.reaches(Verb.READ, facts_of(referral, legs), platform.clock()):
                raise ReferralNotFound
            steps = await list_steps(connection, referral_id)
            if reach.organisations is not None:  # an absence is between the person and the group that said it
                steps = [step for step in steps if step.reason != DID_NOT_ATTEND]
            decisions = await list_decisions(connection, referral_id)
            names = await find_pool_names(connection, decisions)
            if reach.organisations is not None:  # who sees nothing of the audit trail, and is recorded in it
                await set_reach(connection, areas_reach([referral.area]))
            await by.record(connection, read_of_referral(by, referral))
            return referral_answer(referral, legs, steps, decisions, names)

    return router


def facts_of(referral: ReferralRow, legs: Sequence[Leg]) -> Facts:
    """A case is of the organisation that referred, and of those that its legs stand with."""
    organisations = {leg.placement.organisation_id for leg in legs if leg.placement}
    if referral.referring_organisation_id is not None:
        organisations.add(referral.referring_organisation_id)
    return Facts(Thing.REFERRAL, area=referral.area, organisations=frozenset(organisations))


async def facts_of_new(connection: Connection, caller: ApiCaller, area: str) -> Facts:
    """A new referral is of the organisation that makes it, in the areas where that works.

    Those are the areas that its system is bound to, and for one that is bound to none where its services take people.
    """
    own = caller.system.organisation_id
    works_there = own is not None and (bool(caller.system.areas) or await works_in(connection, own, area))
    organisations = frozenset({own}) if own is not None and works_there else frozenset[UUID]()
    return Facts(Thing.REFERRAL, area=area, organisations=organisations)


def demo_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    """What only a demonstration may do."""
    router = APIRouter()

    @router.post("/referral/api/demo/offers/{request_id}/lapse-now")
    async def lapse_now(
        caller: Annotated[ApiCaller, Depends(require_scope("operate"))], request: Request, request_id: UUID
    ) -> dict[str, Any]:
        by = Acting(trail, Actor(ActorKind.SYSTEM, caller.name), AuditPurpose.DEMONSTRATION)
        async with transaction(platform.pool, operator_reach(request, caller)) as connection:
            moved = await bring_forward_answer_time(
                connection, request_id, reason="due-now-for-demonstration", now=platform.clock(), by=by
            )
        if not moved:
            raise OfferNotOpen
        return {"request_id": str(request_id), "due": "now"}

    return router


async def create_referral(
    connection: Connection,
    command: ReferPerson,
    clock: Clock,
    vault: PersonVault,
    kept_pools: set[UUID],
    by: Acting,
    known_pools: KnownPools,
) -> StoredResponse:
    """Refers the person; the answer holds ids and codes only."""
    referred = await refer_person(connection, command, clock(), vault, by, known_pools)
    trace.get_current_span().set_attribute("kith.referral_id", str(referred.referral_id))
    kept_pools |= referred.kept_pools
    return StoredResponse(201, created_body(referred))


def read_of_referral(by: Acting, referral: ReferralRow) -> Act:
    """That somebody looked at how a referral stands."""
    return by.act(
        Verb.READ, RecordKind.REFERRAL, referral.referral_id, area=referral.area,
        person_id=referral.person_id, referral_id=referral.referral_id,
    )  # fmt: skip
