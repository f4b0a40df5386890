"""The open feed over HTTP: Open Referral UK for programs, pages for people, nothing private for anybody."""

import json
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from services.directory.entrypoints.feeds.load_command import load
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.feed import parse_page, read_feed
from services.directory.settings import DirectorySettings
from tests.component.directory.conftest import PACK
from tests.component.directory.feed_server import feed_server, http_answer
from tests.component.directory.test_load import feed_file
from tests.conftest import CreateDatabase
from tests.contract.directory.official_data import schema_errors
from tests.unit.directory.records import SERVICE_ID, a_record

SOUTHALL_LUNCH = "0df063b3-93de-5e6f-b24e-e505d4bc9094"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
async def the_pack_is_loaded(settings: DirectorySettings) -> None:
    await load(str(PACK), settings)


async def test_every_service_of_the_feed_is_valid_and_reached_page_by_page(client: httpx.AsyncClient) -> None:
    ids = []
    for number in (1, 2, 3):
        body = (await client.get("/services", params={"page": number, "per_page": 25})).json()
        assert (body["total_items"], body["total_pages"], body["page_number"]) == (66, 3, number)
        assert body["size"] == len(body["contents"]) == (16 if number == 3 else 25)
        assert (body["first_page"], body["last_page"], body["empty"]) == (number == 1, number == 3, False)
        for record in body["contents"]:
            assert schema_errors("service_list", record) == []
            ids.append(record["id"])
    assert len(set(ids)) == 66
    for service_id in ids:
        full = (await client.get(f"/services/{service_id}")).json()
        assert schema_errors("service", full) == []


async def test_another_directory_can_take_the_whole_feed_from_our_address_and_ends_up_equal(
    client: httpx.AsyncClient, database: CreateDatabase, settings: DirectorySettings
) -> None:
    answers = {}
    for number in (1, 2):
        path = f"/services?per_page=50&page={number}"
        listed = await client.get(path)
        answers[path] = http_answer(listed.content)
        for record in listed.json()["contents"]:
            full = await client.get(f"/services/{record['id']}")
            answers[f"/services/{record['id']}"] = http_answer(full.content)
    other_dsn = (await database("directory")).dsn
    hosts = frozenset({"127.0.0.1"})
    other = settings.model_copy(update={"postgres_dsn": SecretStr(other_dsn), "outside_hosts": hosts})

    async with feed_server(answers) as server:
        source = f"{server.url}/services?per_page=50&page=1"
        report = (await load(source, other, allow_private=True)).as_json()

    assert (report["taken"], report["refused"], report["envelope"]) == (66, 0, [])
    ours = await stored_services(settings)
    assert await stored_services(other) == ours
    assert len(ours) == 66


async def stored_services(settings: DirectorySettings) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    try:
        rows = await connection.fetch("SELECT id::text, digest FROM services ORDER BY id")
    finally:
        await connection.close()
    return [(row["id"], row["digest"]) for row in rows]


@pytest.mark.asvs("V3.4.2")
async def test_anybody_may_read_the_feed_from_any_page(client: httpx.AsyncClient) -> None:
    for path in ("/", "/services", f"/services/{SOUTHALL_LUNCH}"):
        response = await client.get(path)
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["content-type"] == "application/json"


@pytest.mark.asvs("V3.4.2", "V15.3.1")
async def test_private_contacts_are_in_no_answer(client: httpx.AsyncClient) -> None:
    body = (await client.get("/services", params={"per_page": 100})).json()
    answers = [json.dumps(body)]
    for record in body["contents"]:
        for headers in ({}, BROWSER):
            response = await client.get(f"/services/{record['id']}", headers=headers)
            answers.append(response.text)

    assert not [answer for answer in answers if "referrals@" in answer]
    assert any("hello@" in answer for answer in answers)


async def test_a_sensitive_service_is_listed_without_a_place(client: httpx.AsyncClient) -> None:
    found = (await client.get("/services", params={"search": "safe harbour"})).json()["contents"]
    assert len(found) == 1

    full = (await client.get(f"/services/{found[0]['id']}")).json()
    assert "service_at_locations" not in full
    page = (await client.get(f"/services/{found[0]['id']}", headers=BROWSER)).text
    assert "We keep the address private" in page


async def test_filters_are_cumulative(client: httpx.AsyncClient) -> None:
    loneliness = str(ours.term_id(ours.NEEDS, "loneliness"))

    async def names(**wanted: object) -> set[str]:
        parameters = httpx.QueryParams(
            {"per_page": 100, **{name: str(value) for name, value in wanted.items()}}
        )
        body = (await client.get("/services", params=parameters)).json()
        return {record["name"] for record in body["contents"]}

    lonely = await names(taxonomy_term_id=loneliness)
    lunch = await names(search="lunch")
    old = await names(minimum_age=60)
    both = await names(taxonomy_term_id=loneliness, search="lunch")

    pack = read_feed([parse_page(PACK.read_bytes())]).services.values()
    assert lonely == {each.name for each in pack if "loneliness" in each.suitability.needs}
    assert old == {each.name for each in pack if (each.suitability.minimum_age or 0) >= 60}
    assert both == lonely & lunch != set()
    assert await names(taxonomy_term_id=loneliness, search="lunch", minimum_age=60) == both & old
    assert "Southall lunch club" in both & old
    assert await names(maximum_age=25) == {"Peckham young men"}
    assert await names(search="zzzz") == set()


async def test_search_finds_words_of_the_need_and_not_only_of_the_name(client: httpx.AsyncClient) -> None:
    body = (await client.get("/services", params={"search": "debt Bengali"})).json()

    assert "Whitechapel money and housing advice" in {record["name"] for record in body["contents"]}


async def test_an_empty_page_says_so(client: httpx.AsyncClient) -> None:
    body = (await client.get("/services", params={"page": 9})).json()

    assert (body["empty"], body["size"], body["last_page"], body["total_items"]) == (True, 0, True, 66)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=one", "page"),
        ("page=99999999999999999999", "page"),
        ("per_page=101", "per_page"),
        ("per_page=0", "per_page"),
        ("taxonomy_term_id=housing", "taxonomy_term_id"),
        ("minimum_age=-1", "minimum_age"),
        ("maximum_age=old", "maximum_age"),
        ("search=" + "x" * 201, "search"),
        ("search=a%00b", "search"),
        ("postcode=E3", "postcode"),
    ],
)
async def test_a_bad_parameter_is_a_problem_that_names_it(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    response = await client.get(f"/services?{query}")

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == [field]


@pytest.mark.parametrize("search", ["'; DROP TABLE services; --", '"open', "a & | !", "%", "\\", "-", "🙂"])
@pytest.mark.asvs("V1.2.4")
async def test_a_strange_search_is_only_a_search(client: httpx.AsyncClient, search: str) -> None:
    response = await client.get("/services", params={"search": search})

    assert response.status_code == 200


async def test_an_unknown_service_is_a_problem_in_json_and_a_page_in_a_browser(
    client: httpx.AsyncClient,
) -> None:
    unknown = "/services/00000000-0000-4000-8000-000000000000"

    assert (await client.get(unknown)).json()["type"] == "/problems/service-not-found"
    page = await client.get(unknown, headers=BROWSER)
    assert page.status_code == 404
    assert "This service is not in the directory" in page.text


async def test_an_id_that_is_no_uuid_is_a_problem(client: httpx.AsyncClient) -> None:
    assert (await client.get("/services/17")).status_code == 422


async def test_the_front_page_has_three_doors_in_a_browser_and_api_details_for_programs(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/", headers=BROWSER)
    details = (await client.get("/", headers={"accept": "application/json"})).json()

    assert page.headers["content-type"].startswith("text/html")
    assert all(door in page.text for door in ("Find help", "Refer someone", "I run a group"))
    assert details["version"] == "HSDS-UK-3.0"
    assert set(details) == {"version", "profile", "openapi_url"}


@pytest.mark.parametrize("path", ["/directory/refer", "/directory/groups"])
async def test_the_doors_that_open_here_lead_to_a_page(client: httpx.AsyncClient, path: str) -> None:
    front = (await client.get("/", headers=BROWSER)).text
    page = await client.get(path, headers=BROWSER)

    assert f'href="{path}"' in front
    assert page.status_code == 200


async def test_a_service_page_says_what_people_ask(client: httpx.AsyncClient) -> None:
    page = (await client.get(f"/services/{SOUTHALL_LUNCH}", headers=BROWSER)).text

    for words in (
        "Southall lunch club",
        "Wednesday, 11:30am to 2:30pm",
        "People of 60 years and over",
        "Punjabi",
        "UB2 4BQ",
    ):
        assert words in page


async def test_the_list_page_searches_without_javascript(client: httpx.AsyncClient) -> None:
    page = (await client.get("/services?search=woodwork", headers=BROWSER)).text

    assert "Poplar woodwork" in page
    assert "Irish tea dance" not in page
    assert '<form action="/directory/find" method="post"' in page


@pytest.mark.asvs("V1.2.1")
async def test_what_a_feed_writes_is_shown_as_text_never_run(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path
) -> None:
    hostile = a_record(name="<script>alert(1)</script>", url="javascript:alert(1)")
    await load(feed_file(tmp_path, hostile), settings)

    page = (await client.get(f"/services/{SERVICE_ID}", headers=BROWSER)).text
    assert "<script>alert" not in page
    assert "javascript:" not in page
