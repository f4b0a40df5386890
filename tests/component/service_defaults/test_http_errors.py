"""Errors over HTTP: the same words for machines and for people, never a rejected value."""

from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, Field

from shared.security.declared_access import public
from shared.service_defaults.content_negotiation import prefers_html
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.invalid_fields import field_errors
from tests.support.service_apps import app_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class PoolIsFull(KithError):
    status = 409
    slug = "pool-is-full"
    title = "There is no space"
    what_to_do = "Choose another service."


class Person(BaseModel):
    name: str = Field(max_length=5)
    age: Annotated[int, Field(ge=18)]


def app() -> FastAPI:
    router = APIRouter(dependencies=[Depends(public())])

    @router.get("/example/full")
    async def full() -> None:
        raise PoolIsFull("Seven of seven are taken.")

    @router.get("/example/crash/{what}")
    async def crash(what: str) -> None:
        raise RuntimeError(f"secret {what}")

    @router.get("/example/away")
    async def away() -> None:
        raise ConnectionRefusedError("10.0.0.9")

    @router.post("/example/people")
    async def people(person: Person) -> Person:
        return person

    return app_of(router)


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app()), base_url="http://example")


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("application/json", False),
        ("*/*", False),
        ("", False),
        ("text/html;q=0.5, application/json", False),
        ("text/*", True),
        ("text/html;q=nonsense", False),
    ],
)
def test_who_ranks_html_above_json_is_a_browser(accept: str, html: bool) -> None:  # noqa: FBT001 - a table
    assert prefers_html(accept) is html


async def test_error_is_a_problem_for_machines() -> None:
    async with client() as asking:
        answer = await asking.get("/example/full")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/pool-is-full",
        "title": "There is no space",
        "status": 409,
        "detail": "Seven of seven are taken.",
        "what_to_do": "Choose another service.",
    }


async def test_same_error_is_a_page_for_people() -> None:
    async with client() as asking:
        answer = await asking.get("/example/full", headers={"accept": BROWSER})

    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("text/html")
    for words in ("There is no space", "Seven of seven are taken.", "Choose another service."):
        assert words in answer.text
    assert "Exit this page" in answer.text


async def test_faults_name_field_and_rule_but_never_the_value() -> None:
    sent = {"name": "Winston", "age": "Smith", "Julia": 1}
    async with client() as asking:
        answer = await asking.post("/example/people", json=sent)

    assert answer.status_code == 422
    assert [(fault["field"], fault["rule"]) for fault in answer.json()["errors"]] == [
        ("name", "string_too_long"),
        ("age", "int_parsing"),
    ]
    assert answer.json()["errors"][0]["message"] == "must be 5 characters or fewer"
    for value in ("Winston", "Smith", "Julia"):
        assert value not in answer.text


@pytest.mark.asvs("V13.4.2", "V16.5.1")
async def test_crash_tells_a_trace_id_and_nothing_else() -> None:
    async with client() as asking:
        machine = await asking.get("/example/crash/unspoken")
        person = await asking.get("/example/crash/unspoken", headers={"accept": BROWSER})

    assert machine.status_code == person.status_code == 500
    assert machine.json()["type"] == "/problems/internal-error"
    for answer in (machine, person):
        assert "unspoken" not in answer.text
        assert "RuntimeError" not in answer.text


@pytest.mark.asvs("V16.5.1", "V16.5.2")
async def test_database_that_is_away_asks_to_come_back() -> None:
    async with client() as asking:
        machine = await asking.get("/example/away")
        person = await asking.get("/example/away", headers={"accept": BROWSER})

    assert machine.status_code == person.status_code == 503
    assert machine.headers["retry-after"] == "5"
    assert machine.json()["type"] == "/problems/not-available-now"
    assert "Nothing was saved" in person.text
    assert "10.0.0.9" not in machine.text + person.text


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [("GET", "/example/nothing", 404, "not-found"), ("PUT", "/example/full", 405, "method-not-allowed")],
)
async def test_framework_errors_are_problems_too(method: str, path: str, status: int, slug: str) -> None:
    async with client() as asking:
        answer = await asking.request(method, path)

    assert answer.status_code == status
    assert answer.json()["type"] == f"/problems/{slug}"
    assert answer.json()["what_to_do"]


@pytest.mark.asvs("V3.4.3", "V3.4.4", "V3.4.5", "V3.4.6", "V3.7.1", "V14.2.2", "V14.3.2")
async def test_every_answer_keeps_to_itself() -> None:
    async with client() as asking:
        answers = [await asking.get("/example/full"), await asking.get("/example/crash/x")]

    for answer in answers:
        policy = answer.headers["content-security-policy"].split("; ")
        none = {f"{name} 'none'" for name in ("default-src", "object-src", "base-uri", "frame-ancestors")}
        assert none <= set(policy)
        assert not any("unsafe" in each or "*" in each or "http" in each for each in policy)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.asvs("V3.4.1")
async def test_browsers_are_told_to_use_https_alone_where_people_come_by_it() -> None:
    for public_url, told in (("https://kith.example", True), ("http://localhost", False)):
        transport = httpx.ASGITransport(app_of(public_url=public_url))
        async with httpx.AsyncClient(transport=transport, base_url="http://example") as asking:
            answer = await asking.get("/example/nothing")

        policy = answer.headers.get("strict-transport-security", "")
        assert ("includeSubDomains" in policy) is told
        assert not told or int(policy.partition("max-age=")[2].partition(";")[0]) >= 365 * 24 * 3600


@pytest.mark.asvs("V3.4.2", "V13.4.4")
async def test_other_sites_may_read_nothing_and_no_method_is_answered_that_no_route_has() -> None:
    elsewhere = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    async with client() as asking:
        answers = [
            await asking.request(method, "/example/people", headers=elsewhere)
            for method in ("TRACE", "OPTIONS", "CONNECT", "GET", "DELETE")
        ]

    assert [each.status_code for each in answers] == [405] * 5
    assert not [name for each in answers for name in each.headers if name.startswith("access-control")]


@pytest.mark.asvs("V3.2.1")
async def test_what_is_for_programs_is_never_a_page() -> None:
    """Whatever is in it: a browser that opens it shows text."""
    async with client() as asking:
        answer = await asking.post("/example/people", json={"name": "<b>", "age": 18})

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_openapi_shows_problems_and_loads_nothing_from_elsewhere() -> None:
    async with client() as asking:
        document = (await asking.get("/example/openapi.json")).json()
        pages = [await asking.get(path) for path in ("/docs", "/redoc")]

    answers = document["paths"]["/example/people"]["post"]["responses"]
    assert "application/problem+json" in answers["422"]["content"]
    assert [page.status_code for page in pages] == [404, 404]


def test_limits_are_said_in_plain_words() -> None:
    [fault] = field_errors([{"type": "greater_than_equal", "loc": ("query", "page"), "ctx": {"ge": 1}}])

    assert (fault.field, fault.message) == ("page", "must be 1 or more")
