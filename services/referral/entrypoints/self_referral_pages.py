"""The self-referral door: one question after the other, a look at all answers, and what happens next."""

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
from services.referral.entrypoints.self_referral_steps import (
    BY_NAME,
    CHECK,
    SEXES,
    STEPS,
    TRAVELS,
    UNSAFE_WAYS,
    WORKERS,
    Step,
    carried,
    faults_on,
    first_step_with,
    only_answers,
    rows_to_check,
    step_after,
    step_before,
)
from services.referral.settings import ReferralSettings
from services.referral.storage.people import PersonVault
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.known_pools import KnownPools
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach
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
from shared.vocabulary.vocabulary import access_terms, boroughs, groups, help_to_attend, languages, needs
from shared.web.pages import form_token, render
from shared.web.phrases import translatable

SELF = "/referral/self"


class SentBefore(KithError):
    status = 409
    slug = "sent-before"
    title = translatable("We already have your request")
    what_to_do = translatable(
        "You do not need to send it again. If something in it is wrong, open a new form and fill it in again."
    )


class FormBroken(KithError):
    status = 400
    slug = "form-broken"
    title = translatable("We could not read the form")
    what_to_do = translatable(
        "Nothing was saved. Open the form again and fill it in once more. We are sorry."
    )


def self_referral_router(
    platform: Platform[ReferralSettings],
    rounds: Rounds,
    vault: PersonVault,
    trail: AuditTrail,
    known_pools: KnownPools,
) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])

    @router.get(SELF)
    async def first_question(request: Request) -> Response:
        return _page(request, STEPS[0], {})

    @router.post(SELF)
    async def answer_question(request: Request) -> Response:
        # Read whole before it is parsed; the limits middleware bounds it.
        await request.body()
        sent = typed_answers(await request.form())
        step = BY_NAME.get(sent.get("page", ""), CHECK)
        if sent.get("lang"):
            return _page(request, step, sent)
        if sent.get("go") == "back":
            return _page(request, step_before(step) or step, sent | {"returning": ""})
        if str(sent.get("go", "")).startswith("change:"):
            wanted = BY_NAME.get(sent["go"].removeprefix("change:"), step)
            return _page(request, wanted, sent | {"returning": "yes"})
        read = read_form(only_answers(sent))
        if step is not CHECK:
            faults = [] if isinstance(read, SelfReferral) else faults_on(step, read)
            next_step = step if faults else step_after(step, returning=sent.get("returning") == "yes")
            return _page(request, next_step, sent, faults)
        if not isinstance(read, SelfReferral):
            wrong = first_step_with(read)
            return _page(request, wrong, sent, faults_on(wrong, read))
        reference = await _refer(platform, rounds, vault, trail, known_pools, sent, read)
        return render(
            request, "referral/self/done.html", status=201, templates=TEMPLATES, translated=True,
            reference=reference, by_email=bool(read.email),
        )  # fmt: skip

    return router


async def _refer(
    platform: Platform[ReferralSettings],
    rounds: Rounds,
    vault: PersonVault,
    trail: AuditTrail,
    known_pools: KnownPools,
    sent: Mapping[str, Any],
    form: SelfReferral,
) -> str:
    """Refers the person once, however often the form is sent. Gives the reference."""
    kept_pools: set[Any] = set()
    by = Acting(trail, Actor(ActorKind.PERSON), AuditPurpose.REFERRING)
    try:
        key = check_idempotency_key(sent.get("form_token"))
        answers = only_answers(sent)
        async with transaction(platform.pool, areas_reach([form.area])) as connection:
            answer = await once(
                connection, key=key, route=SELF, request=orjson.dumps(answers, option=orjson.OPT_SORT_KEYS),
                create=lambda: create_referral(
                    connection, form.as_command(), platform.clock, vault, kept_pools, by, known_pools
                ),
            )  # fmt: skip
    except IdempotencyKeyReused as reused:
        raise SentBefore from reused
    except (IdempotencyKeyMissing, IdempotencyKeyMalformed) as broken:
        raise FormBroken from broken
    rounds.nudge(kept_pools)
    return str(answer.body["reference"])


def _page(request: Request, step: Step, sent: Mapping[str, Any], faults: Sequence[Fault] = ()) -> Response:
    """One page with what was typed on it; what was typed on the others, and the form's token, travel along."""
    travelling = [("page", step.name), ("form_token", sent.get("form_token") or form_token())]
    if sent.get("returning") == "yes" and step is not CHECK:
        travelling.append(("returning", "yes"))
    return render(
        request, f"referral/self/{step.name}.html", status=422 if faults else 200, templates=TEMPLATES,
        translated=True, language=sent.get("lang"), title=step.title, number=STEPS.index(step) + 1,
        answers=sent, faults=faults, wrong={fault.field: fault.text for fault in faults},
        hidden=[*travelling, *carried(sent, step)], back="/" if step is STEPS[0] else "form",
        rows=rows_to_check(sent) if step is CHECK else (), **_choices(step),
    )  # fmt: skip


def _choices(step: Step) -> Mapping[str, Any]:
    """What a page offers to choose from."""
    match step.name:
        case "needs":
            return {"terms": needs().values()}
        case "contact":
            return {"ways": UNSAFE_WAYS.items()}
        case "where":
            by_name = sorted(boroughs().values(), key=lambda each: each.name)
            return {"boroughs": [(each.code, each.name) for each in by_name], "travels": TRAVELS.items()}
        case "talk":
            return {
                "terms": access_terms().values(),
                "helps": help_to_attend().values(),
                "languages_spoken": _languages_spoken(),
            }
        case "about":
            return {"terms": groups().values(), "sexes": SEXES.items(), "workers": WORKERS.items()}
        case _:
            return {}


def _languages_spoken() -> list[tuple[str, str]]:
    return [
        (each.code, each.label if each.label == each.own_name else f"{each.own_name} ({each.label})")
        for each in languages().values()
    ]
