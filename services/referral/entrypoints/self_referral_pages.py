"""The self-referral door: one plain form, and what happens next."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.http_routes import create_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.entrypoints.rounds import Rounds
from services.referral.entrypoints.self_referral_form import Fault, SelfReferral, read_form, typed_answers
from services.referral.settings import ReferralSettings
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.postgres.pool import transaction
from shared.security.declared_access import public
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.idempotency import (
    IdempotencyKeyMalformed,
    IdempotencyKeyMissing,
    IdempotencyKeyReused,
    check_idempotency_key,
    once,
)
from shared.service_defaults.process import Platform
from shared.vocabulary.vocabulary import access_terms, boroughs, groups, languages, needs
from shared.web.pages import form_token, render

SELF = "/referral/self"


class SentBefore(KithError):
    status = 409
    slug = "sent-before"
    title = "We already have your request"
    what_to_do = (
        "You do not need to send it again. If something in it is wrong, open a new form and fill it in again."
    )


class FormBroken(KithError):
    status = 400
    slug = "form-broken"
    title = "We could not read the form"
    what_to_do = "Nothing was saved. Open the form again and fill it in once more. We are sorry."


def self_referral_router(
    platform: Platform[ReferralSettings], rounds: Rounds, trail: AuditTrail
) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])

    @router.get(SELF)
    async def show_form(request: Request) -> Response:
        return _form_page(request, {})

    @router.post(SELF)
    async def refer_myself(request: Request) -> Response:
        # Read whole before it is parsed; the limits middleware bounds it.
        await request.body()
        answers = typed_answers(await request.form())
        read = read_form(answers)
        if not isinstance(read, SelfReferral):
            return _form_page(request, answers, read)
        reference = await _refer(platform, rounds, trail, answers, read)
        return render(
            request, "referral/self_done.html", status=201, templates=TEMPLATES, reference=reference,
            by_email=bool(read.email),
        )  # fmt: skip

    return router


async def _refer(
    platform: Platform[ReferralSettings],
    rounds: Rounds,
    trail: AuditTrail,
    answers: Mapping[str, Any],
    form: SelfReferral,
) -> str:
    """Refers the person once, however often the form is sent. Gives the reference."""
    kept_pools: set[Any] = set()
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.REFERRING)
    try:
        key = check_idempotency_key(answers.get("form_token"))
        async with transaction(platform.pool) as connection:
            answer = await once(
                connection, key=key, route=SELF, request=orjson.dumps(answers, option=orjson.OPT_SORT_KEYS),
                create=lambda: create_referral(connection, form.as_command(), platform.clock, kept_pools, by),
            )  # fmt: skip
    except IdempotencyKeyReused as reused:
        raise SentBefore from reused
    except (IdempotencyKeyMissing, IdempotencyKeyMalformed) as broken:
        raise FormBroken from broken
    rounds.nudge(kept_pools)
    return str(answer.body["reference"])


def _form_page(request: Request, answers: Mapping[str, Any], faults: Sequence[Fault] = ()) -> Response:
    """The form with what was typed; a form that is sent again after a fault keeps its token."""
    return render(
        request, "referral/self.html", status=422 if faults else 200, templates=TEMPLATES,
        answers=answers, faults=faults, wrong={fault.field: fault.text for fault in faults},
        token=answers.get("form_token") or form_token(),
        needs=needs().values(), groups=groups().values(), access=access_terms().values(),
        languages=languages().values(), boroughs=sorted(boroughs().values(), key=lambda each: each.name),
    )  # fmt: skip
