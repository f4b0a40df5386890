"""Systems show a token with a scope; our own services show the internal key."""

from datetime import UTC, datetime
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from pydantic import ValidationError

from shared.access.roles import Role
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.declared_access import access_by_route, faults, public
from shared.security.recipients import RecipientAnswer, RecipientRequest, require_internal_key
from shared.security.signed_links import Purpose, signed_link
from shared.service_defaults.clock import utc_now
from shared.service_defaults.http_app import create_tool_app
from tests.support.service_apps import INTERNAL_KEY, app_of
from tests.support.sign_in import SYSTEM_ID, bearer, staff_caller, system_bearer

GP = system_bearer("referrals:write")["authorization"]
STAFF = bearer(staff_caller(Role.COORDINATOR, utc_now()), utc_now())["authorization"]


def router() -> APIRouter:
    made = APIRouter()

    @made.get("/example/write")
    async def write(caller: Annotated[ApiCaller, Depends(require_scope("referrals:write"))]) -> str:
        return caller.name

    @made.get("/example/summary", dependencies=[Depends(require_scope("summary:read"))])
    async def summary() -> str:
        return "summary"

    @made.post("/internal/recipients", dependencies=[Depends(require_internal_key)])
    async def recipients() -> str:
        return "contacts"

    return made


def client(app: FastAPI | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app or app_of(router()))
    return httpx.AsyncClient(transport=transport, base_url="http://example")


async def ask(method: str, path: str, credential: str | None) -> httpx.Response:
    async with client() as asking:
        return await asking.request(method, path, headers={"authorization": credential} if credential else {})


async def test_a_system_with_the_scope_is_let_in_by_name() -> None:
    answer = await ask("GET", "/example/write", GP)

    assert answer.json() == str(SYSTEM_ID)


@pytest.mark.parametrize(
    "credential",
    [
        None,
        "Bearer",
        "Bearer wrong",
        GP.replace("Bearer", "Basic"),
        GP.removeprefix("Bearer "),
        f"{GP}x",
        STAFF,
        f"Bearer {INTERNAL_KEY}",
    ],
)
async def test_unknown_caller_is_turned_away(credential: str | None) -> None:
    answer = await ask("GET", "/example/write", credential)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["type"] == "/problems/not-signed-in"


async def test_a_system_without_the_scope_is_forbidden_and_told_which() -> None:
    answer = await ask("GET", "/example/summary", GP)

    assert answer.status_code == 403
    assert "summary:read" in answer.json()["detail"]


async def test_internal_contract_takes_only_the_internal_key() -> None:
    answers = [
        await ask("POST", "/internal/recipients", credential)
        for credential in (f"Bearer {INTERNAL_KEY}", GP, None, "Bearer ")
    ]

    assert [answer.status_code for answer in answers] == [200, 401, 401, 401]


async def test_refusals_are_counted() -> None:
    app = app_of(router())
    async with client(app) as asking:
        await asking.get("/example/write")
        await asking.get("/example/summary", headers={"authorization": GP})
        metrics = (await asking.get("/metrics")).text

    assert 'kith_access_refused_total{reason="not-signed-in"} 1.0' in metrics
    assert 'kith_access_refused_total{reason="not-allowed"} 1.0' in metrics


def test_route_without_declared_access_is_found() -> None:
    bare = APIRouter()

    @bare.get("/example/forgotten")
    async def forgotten() -> None:
        return None

    assert faults([bare]) == ["GET /example/forgotten declares no access"]


def test_route_with_two_declarations_is_found() -> None:
    twice = APIRouter(dependencies=[Depends(public())])

    @twice.get("/example/both", dependencies=[Depends(require_scope("a:b"))])
    async def both() -> None:
        return None

    assert faults([twice]) == ["GET /example/both declares public, scope a:b"]


def test_declarations_are_read_from_router_route_and_parameter() -> None:
    linked = APIRouter()

    @linked.get("/example/offer/{token}")
    async def offer(subject: Annotated[object, Depends(signed_link(Purpose.OFFER))]) -> None:
        return None

    assert access_by_route([router(), linked]) == {
        "GET /example/write": ["scope referrals:write"],
        "GET /example/summary": ["scope summary:read"],
        "POST /internal/recipients": ["internal key"],
        "GET /example/offer/{token}": ["signed link offer"],
    }


def test_recipient_contract_reads_what_notify_sends_and_hides_what_it_gets() -> None:
    asked = RecipientRequest.model_validate_json(
        '{"recipient": {"kind": "person", "id": "0193a5c2-7d1e-7c43-9f0a-2b6c7d8e9f01"}, "link": null}'
    )
    answer = RecipientAnswer(address="ann@example.org", name="Ann", link="http://kith.example/x")

    assert asked.recipient.kind == "person"
    assert "ann@example.org" not in repr(answer)
    with pytest.raises(ValidationError) as refused:
        RecipientRequest.model_validate({"recipient": {"kind": "Winston Smith", "id": "x"}})
    assert "Winston" not in str(refused.value)


def form_app(**settings: Any) -> FastAPI:
    open_to_all = APIRouter(dependencies=[Depends(public())])

    @open_to_all.post("/example/form")
    async def form() -> str:
        return "thanks"

    @open_to_all.get("/example/form")
    async def page() -> str:
        return "page"

    return app_of(open_to_all, clock=lambda: datetime(2026, 11, 22, tzinfo=UTC), **settings)


@pytest.mark.asvs("V2.4.1")
async def test_a_public_form_is_not_sent_by_one_address_without_end() -> None:
    async with client(form_app()) as asking:
        sent = [
            (await asking.post("/example/form", headers={"x-forwarded-for": "203.0.113.9"})).status_code
            for _ in range(42)
        ]
        read = await asking.get("/example/form", headers={"x-forwarded-for": "203.0.113.9"})
        other = await asking.post("/example/form", headers={"x-forwarded-for": "203.0.113.10"})

    assert sent == [200] * 40 + [429] * 2
    assert (read.status_code, other.status_code) == (200, 200)


async def test_a_demonstration_from_this_machine_is_not_held_up_and_strangers_still_are() -> None:
    async with client(form_app(demo_mode=True)) as asking:
        ours = [(await asking.post("/example/form")).status_code for _ in range(60)]
        theirs = [
            (await asking.post("/example/form", headers={"x-forwarded-for": "8.8.8.8"})).status_code
            for _ in range(41)
        ]

    assert set(ours) == {200}
    assert theirs[-1] == 429


async def test_a_tool_beside_the_services_keeps_no_count() -> None:
    router = APIRouter(dependencies=[Depends(public())])

    @router.post("/v1/traces")
    async def traces() -> str:
        return "kept"

    tool = create_tool_app(title="tool", routers=[router], health_checks=())
    async with client(tool) as asking:
        assert {(await asking.post("/v1/traces")).status_code for _ in range(60)} == {200}
