"""All lists of Open Referral UK: valid record by record, filtered as asked, kept by readers while they are right."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import Request

from services.directory.bootstrap import make_parts
from services.directory.entrypoints.feeds.load_command import load
from services.directory.entrypoints.open_referral.feed_stream import stream
from services.directory.entrypoints.open_referral.service_records import Form
from services.directory.oruk import our_taxonomies as ours
from services.directory.settings import DirectorySettings
from services.directory.storage.service_list import ServiceFilter
from services.directory.use_cases.follow_signals import follow_signals
from shared.events.capacity import SignalChangedV1
from shared.places.places import open_places
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.request_limits import TIME_LIMIT, TimeLimit
from tests.component.directory.conftest import PACK
from tests.component.directory.feed_oracle import Menu, made_place_query, made_query, made_records
from tests.component.directory.test_load import feed_file
from tests.component.referral.golden_messages import golden
from tests.component.referral.referral_world import StoppedClock
from tests.contract.directory.official_data import schema_errors
from tests.support.service_in_process import service_in_process
from tests.unit.directory.records import SERVICE_ID, a_record, attribute

LISTS = ("services", "service_at_locations", "taxonomies", "taxonomy_terms", "organizations")
SCHEMAS = {
    "services": ("service_list", "service"),
    "service_at_locations": ("service_at_location_list", "service_at_location"),
    "taxonomies": ("taxonomy", "taxonomy"),
    "taxonomy_terms": ("taxonomy_term", "taxonomy_term"),
    "organizations": ("organization", "organization"),
}
HOME = "E17 4PP"
LINK_ID = "77777777-7777-4777-8777-777777777777"
UNLIKE = UUID(int=77)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def client(
    settings: DirectorySettings, pool: Pool, clock: StoppedClock
) -> AsyncIterator[httpx.AsyncClient]:
    async with service_in_process("directory", make_parts, settings, pool, clock) as found:
        yield found


async def everything(client: httpx.AsyncClient, name: str, **asked: str) -> list[dict[str, Any]]:
    """All records of a list, by its own links to the next page."""
    records: list[dict[str, Any]] = []
    address = str(httpx.URL(f"/{name}", params={"per_page": "40", **asked}))
    while address:
        answer = await client.get(address)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["size"] == len(body["contents"])
        assert body["last_page"] == ("link" not in answer.headers)
        records += body["contents"]
        address = answer.headers.get("link", "<").split(">")[0][1:]
    assert body["total_items"] == len(records)
    assert len({record["id"] for record in records}) == len(records)
    return records


@pytest.mark.parametrize("name", LISTS)
async def test_every_record_of_every_list_is_valid_and_has_an_address_of_its_own(
    client: httpx.AsyncClient, settings: DirectorySettings, name: str
) -> None:
    await load(str(PACK), settings)
    in_lists, alone = SCHEMAS[name]

    records = await everything(client, name)
    assert len(records) >= 12
    for record in records:
        assert schema_errors(in_lists, record) == []
        answer = await client.get(f"/{name}/{record['id']}")
        assert answer.status_code == 200, (name, record)
        assert schema_errors(alone, answer.json()) == []
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "referrals@" not in answer.text


async def test_a_list_in_full_tells_of_each_service_what_is_told_of_it_alone(
    client: httpx.AsyncClient, settings: DirectorySettings
) -> None:
    await load(str(PACK), settings)

    for record in await everything(client, "services", full="true"):
        assert record == (await client.get(f"/services/{record['id']}")).json()


async def test_filters_find_what_plain_python_finds(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path, clock: StoppedClock
) -> None:
    records = made_records(80, seed=5)
    report = (await load(feed_file(tmp_path, *records), settings)).as_json()
    assert (report["taken"], report["refused"]) == (80, 0)
    menu = Menu.of(records, open_places(), clock.now.date())

    found = {"services": 0, "locations": 0, "near": 0}
    for seed in range(60):
        query = made_query(seed)
        shown = {record["id"] for record in await everything(client, "services", **query)}
        assert shown == menu.services_for(query), query
        found["services"] += bool(shown)
        shown = {record["id"] for record in await everything(client, "service_at_locations", **query)}
        assert shown == menu.locations_for(query), query
        found["locations"] += bool(shown)
        near = made_place_query(seed)
        shown = {record["id"] for record in await everything(client, "service_at_locations", **near)}
        assert shown == menu.locations_for(near), near
        found["near"] += bool(shown)
    print(found)
    assert min(found.values()) >= 15  # equal because both are empty shows little


async def test_what_changed_since_is_found_with_its_organisation_s_changes(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record(), a_record(id=str(UNLIKE))), settings)
    moments = await pool.fetchrow("SELECT min(changed_at), max(changed_at) FROM services")
    assert moments is not None

    async def since(moment: datetime) -> set[str]:
        return {
            each["id"] for each in await everything(client, "services", modified_after=moment.isoformat())
        }

    later = moments[1] + timedelta(microseconds=1)
    assert await since(moments[0]) == {str(SERVICE_ID), str(UNLIKE)}
    assert await since(later) == set()
    await load(feed_file(tmp_path, a_record(name="Other walk"), a_record(id=str(UNLIKE))), settings)
    assert await since(later) == {str(SERVICE_ID)}
    organisation = a_record()["organization"]
    assert isinstance(organisation, dict)
    renamed = organisation | {"name": "Ramblers"}
    changed = [
        a_record(name="Other walk", organization=renamed),
        a_record(id=str(UNLIKE), organization=renamed),
    ]
    await load(feed_file(tmp_path, *changed), settings)
    assert await since(later) == {str(SERVICE_ID), str(UNLIKE)}


async def test_the_whole_feed_is_the_pages_record_for_record(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, *made_records(130, seed=8)), settings)
    async with transaction(pool) as connection:
        said = [
            golden(
                SignalChangedV1, "minimal", pool_id=pool_id, service_id=service_id, free=3, status="limited"
            )
            for service_id, pool_id in await connection.fetch(
                "SELECT id, (document -> 'pools' -> 0 ->> 'id')::uuid FROM services"
            )
        ]
        await follow_signals(connection, said)

    for form in ({}, {"full": "true"}, {"full": "true", "search": "lunch"}):
        answer = await client.get("/services", params={"format": "ndjson", **form})
        lines = [json.loads(line) for line in answer.text.splitlines()]
        pages = await everything(client, "services", **form)
        assert answer.headers["content-type"] == "application/x-ndjson"
        assert [each["id"] for each in lines] == sorted(each["id"] for each in lines)
        assert sorted(lines, key=lambda each: each["id"]) == sorted(pages, key=lambda each: each["id"])
        assert len(lines) > 5
    full = {each["id"]: each for each in pages}
    for service_id, record in full.items():
        assert (await client.get(f"/services/{service_id}")).json() == record
    assert any("capacities" in record for record in full.values())
    minimal = (await client.get("/services?minimal=true")).json()
    every = await everything(client, "services")
    assert [each["id"] for each in minimal["contents"]] == [each["id"] for each in every]
    assert (minimal["total_pages"], minimal["size"], minimal["empty"]) == (1, len(every), False)


async def test_the_whole_feed_is_given_the_time_of_a_long_answer(pool: Pool, clock: StoppedClock) -> None:
    async with asyncio.timeout(20) as limit:  # noqa: ASYNC100 - what becomes of it is looked at
        began = asyncio.get_running_loop().time()
        scope = {"type": "http", "method": "GET", "headers": [], TIME_LIMIT: TimeLimit(limit, 600)}
        stream(Request(scope), pool, ServiceFilter(), Form.FULL, clock)

        assert (limit.when() or 0) >= began + 600


@pytest.mark.parametrize("path", [*(f"/{name}" for name in LISTS), f"/services/{SERVICE_ID}", "/"])
async def test_what_a_reader_has_is_not_sent_again(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path, path: str
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    first = await client.get(path)
    tag = first.headers["etag"]

    for given in (tag, f'"other", W/{tag}', "*"):
        again = await client.get(path, headers={"if-none-match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
        assert again.headers["access-control-allow-origin"] == "*"
    assert (await client.get(path, headers={"if-none-match": '"other"'})).status_code == 200
    head = await client.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, tag)


async def test_a_change_has_another_tag_and_a_later_date(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path, clock: StoppedClock
) -> None:
    clock.now = datetime.now(UTC) + timedelta(minutes=1)
    path = f"/services/{SERVICE_ID}"
    await load(feed_file(tmp_path, a_record()), settings)
    first = await client.get(path)
    since = {"if-modified-since": first.headers["last-modified"]}
    assert (await client.get(path, headers=since)).status_code == 304
    long_ago = {"if-modified-since": "Thu, 01 Jan 2026 00:00:00 GMT"}
    assert (await client.get(path, headers=long_ago)).status_code == 200
    for no_date in ("yesterday", "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"):
        assert (await client.get(path, headers={"if-modified-since": no_date})).status_code == 200

    await load(feed_file(tmp_path, a_record(name="Other walk")), settings)
    tagged = await client.get(path, headers={"if-none-match": first.headers["etag"]} | since)
    assert tagged.status_code == 200
    assert tagged.json()["name"] == "Other walk"


async def test_a_date_is_only_given_once_its_second_has_passed(
    client: httpx.AsyncClient, settings: DirectorySettings, pool: Pool, tmp_path: Path, clock: StoppedClock
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    clock.now = await pool.fetchval("SELECT changed_at FROM services")
    assert "last-modified" not in (await client.get(f"/services/{SERVICE_ID}")).headers

    clock.pass_time(timedelta(seconds=1))
    assert "last-modified" in (await client.get(f"/services/{SERVICE_ID}")).headers


@pytest.mark.asvs("V15.3.1")
async def test_a_sensitive_service_is_at_no_location(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, a_record()), settings)
    assert len(await everything(client, "service_at_locations")) == 1

    await load(feed_file(tmp_path, a_record(attribute("kith-safety", "hidden-address"))), settings)
    assert await everything(client, "service_at_locations") == []
    assert (await client.get(f"/service_at_locations/{LINK_ID}")).status_code == 404
    assert "Clinton Road" not in (await client.get("/services?format=ndjson&full=true")).text


@pytest.mark.asvs("V16.2.5")
async def test_a_postcode_is_in_no_log_and_can_be_asked_for_without_an_address(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path
) -> None:
    await load(feed_file(tmp_path, *made_records(30, seed=3)), settings)
    asked: dict[str, str | int] = {"postcode": HOME, "proximity": 12000}

    with structlog.testing.capture_logs() as lines:
        by_address = await client.get("/service_at_locations", params=asked)
        in_private = await client.post("/service_at_locations", json=asked)
        unknown = await client.post("/service_at_locations", json={"postcode": "ZZ99 9ZZ"})

    assert by_address.json() == in_private.json()
    assert {by_address.headers["cache-control"], in_private.headers["cache-control"]} == {"no-store"}
    assert by_address.json()["total_items"] > 0
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "postcode")
    assert "ZZ99" not in unknown.text
    told = repr(lines)
    assert "/service_at_locations" in told
    assert not [part for part in ("E17", "4PP", "ZZ99") if part in told]


async def test_a_page_of_another_site_may_send_a_body(client: httpx.AsyncClient) -> None:
    asked = {"origin": "https://other.example", "access-control-request-method": "POST"}
    answer = await client.options("/service_at_locations", headers=asked)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "content-type"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("services?day=monday", "day"),
        ("services?start_time=9am", "start_time"),
        ("services?end_time=24:00", "end_time"),
        ("services?organization_id=us", "organization_id"),
        ("services?modified_after=yesterday", "modified_after"),
        ("services?modified_after=0001-01-01T00:00:00%2B10:00", "modified_after"),
        ("services?format=csv", "format"),
        ("services?minimal=true&full=true", "minimal"),
        ("services?postcode=E17", "postcode"),
        ("service_at_locations?proximity=500", "proximity"),
        ("service_at_locations?postcode=E17+4PP&proximity=0", "proximity"),
        ("service_at_locations?postcode=nowhere", "postcode"),
        ("taxonomy_terms?taxonomy_id=needs", "taxonomy_id"),
        ("taxonomies?page=0", "page"),
        ("organizations?per_page=101", "per_page"),
    ],
)
async def test_a_bad_parameter_is_a_problem_that_names_it(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    answer = await client.get(f"/{query}")

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("name", LISTS[1:])
async def test_what_is_not_there_is_a_problem(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/{name}/00000000-0000-4000-8000-000000000000")

    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-in-the-directory")


async def test_terms_are_found_by_taxonomy_and_words_and_lead_to_services(
    client: httpx.AsyncClient, settings: DirectorySettings, tmp_path: Path
) -> None:
    tamil = attribute("kith-worker-language", "ta-LK")
    await load(feed_file(tmp_path, *made_records(40, seed=6), a_record(tamil)), settings)
    needs = await everything(client, "taxonomy_terms", taxonomy_id=str(ours.taxonomy_id(ours.NEEDS)))
    (lonely,) = [term for term in needs if term["term"] == "loneliness"]

    assert {term["taxonomy"] for term in needs} == {ours.NEEDS}
    assert str(SERVICE_ID) in {
        each["id"] for each in await everything(client, "services", taxonomy_term_id=lonely["id"])
    }
    theirs = [each for each in await everything(client, "taxonomies") if each["name"] == "theirs"]
    (fun,) = await everything(client, "taxonomy_terms", taxonomy_id=theirs[0]["id"])
    assert (fun["name"], (await client.get(f"/taxonomy_terms/{fun['id']}")).json()) == ("Fun", fun)
    assert fun in await everything(client, "taxonomy_terms", search="fun")
    spoken = await client.get(f"/taxonomy_terms/{ours.term_id(ours.WORKER_LANGUAGE, 'ta-LK')}")
    assert spoken.json()["term"] == "ta-LK"


async def test_organisations_are_found_by_words_and_say_nothing_private(
    client: httpx.AsyncClient, settings: DirectorySettings
) -> None:
    await load(str(PACK), settings)
    every = await everything(client, "organizations")
    first = every[0]

    found = await everything(client, "organizations", search=first["name"].upper())
    assert first in found
    assert await everything(client, "organizations", search="%") == []
    assert "referrals@" not in json.dumps(every)
