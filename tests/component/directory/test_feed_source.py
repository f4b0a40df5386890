"""Feeds from addresses: followed over their pages and redirects, and stopped when they mean harm."""

import gzip
import json
from pathlib import Path

import pytest

from services.directory.domain.errors import FeedRefused
from services.directory.entrypoints.feeds.bounded_fetch import FeedLimits
from services.directory.entrypoints.feeds.feed_source import fetch_pages
from services.directory.oruk.feed import Notice, read_feed
from tests.component.directory.feed_server import feed_server, http_answer
from tests.unit.directory.records import SERVICE_ID, a_record

HERE = frozenset({"127.0.0.1", "localhost"})
SMALL = FeedLimits(largest_bytes=1_000_000, most_pages=5, silence_seconds=0.3, whole_seconds=5)


def page(number: int, total: int, *records: object) -> bytes:
    return http_answer(
        json.dumps({"page_number": number, "total_pages": total, "contents": list(records)}).encode()
    )


def one(record: object) -> bytes:
    return http_answer(json.dumps(record).encode())


async def refusal(
    url: str, limits: FeedLimits = SMALL, *, allow_private: bool = True, hosts: frozenset[str] = HERE
) -> str:
    with pytest.raises(FeedRefused) as refused:
        await fetch_pages(url, allow_private=allow_private, limits=limits, hosts=hosts)
    assert "\n" not in str(refused.value)
    return str(refused.value)


async def test_all_pages_of_a_feed_are_fetched() -> None:
    answers = {
        "/services?per_page=1": page(1, 2, a_record()),
        "/services?per_page=1&page=2": page(2, 2, a_record()),
    }
    async with feed_server(answers) as server:
        pages = await fetch_pages(
            f"{server.url}/services?per_page=1", allow_private=True, limits=SMALL, hosts=HERE
        )

    assert [len(each.records) for each in pages] == [1, 1]


async def test_a_thin_list_is_filled_with_the_full_records_behind_it() -> None:
    thin = {name: a_record()[name] for name in ("id", "name", "status", "organization")}
    answers = {"/api/services?x=1": page(1, 1, thin), f"/api/services/{SERVICE_ID}": one(a_record())}
    async with feed_server(answers) as server:
        pages = await fetch_pages(
            f"{server.url}/api/services?x=1", allow_private=True, limits=SMALL, hosts=HERE
        )

    assert read_feed(pages).services[SERVICE_ID].suitability.needs == ("loneliness",)


@pytest.mark.parametrize(
    "answer",
    [http_answer(b"", status="404 Not Found"), http_answer(b"<html>"), page(1, 1), http_answer(b"[]")],
)
async def test_a_full_record_that_cannot_be_had_costs_one_record(answer: bytes) -> None:
    thin = {name: a_record()[name] for name in ("id", "name", "status", "organization")}
    other = a_record(id="11111111-1111-4111-8111-222222222222")
    answers = {"/services": page(1, 1, thin, other), f"/services/{SERVICE_ID}": answer}
    async with feed_server(answers) as server:
        feed = read_feed(
            await fetch_pages(f"{server.url}/services", allow_private=True, limits=SMALL, hosts=HERE)
        )

    assert len(feed.services) == 1
    assert feed.refused == [Notice(1, SERVICE_ID, "record", "full-record-not-available")]


async def test_a_thin_record_whose_id_is_a_path_is_never_asked_for() -> None:
    thin = {"id": "../../admin", "name": "x", "status": "active"}
    async with feed_server({"/services": page(1, 1, thin)}) as server:
        await fetch_pages(f"{server.url}/services", allow_private=True, limits=SMALL, hosts=HERE)

    assert server.paths == ["/services"]


async def test_a_redirect_is_followed() -> None:
    moved = http_answer(b"", status="302 Found", headers="location: /new\r\n")
    async with feed_server({"/old": moved, "/new": page(1, 1, a_record())}) as server:
        pages = await fetch_pages(f"{server.url}/old", allow_private=True, limits=SMALL, hosts=HERE)

    assert len(pages) == 1


@pytest.mark.asvs("V13.2.4", "V13.2.5")
async def test_a_host_that_nobody_listed_is_asked_for_nothing_by_name_or_by_redirect() -> None:
    nothing: frozenset[str] = frozenset()
    async with feed_server({"/services": page(1, 1)}) as other:
        elsewhere = other.url.replace("127.0.0.1", "localhost")
        moved = http_answer(b"", status="302 Found", headers=f"location: {elsewhere}/services\r\n")
        async with feed_server({"/services": moved}) as server:
            by_name = await refusal(f"{server.url}/services", hosts=nothing)
            asked_before = list(server.paths)
            by_redirect = await refusal(f"{server.url}/services", hosts=frozenset({"127.0.0.1"}))

    assert "DIRECTORY_OUTSIDE_HOSTS" in by_name
    assert by_name == by_redirect
    assert (asked_before, server.paths, other.paths) == ([], ["/services"], [])


@pytest.mark.asvs("V1.3.6")
async def test_a_private_address_is_refused_before_anything_is_asked_of_it() -> None:
    async with feed_server({"/": page(1, 1)}) as server:
        reason = await refusal(f"{server.url}/", allow_private=False)

    assert "private network" in reason
    assert server.paths == []


@pytest.mark.asvs("V1.3.6", "V15.3.2")
async def test_a_redirect_into_a_file_is_refused() -> None:
    moved = http_answer(b"", status="302 Found", headers="location: file:///etc/passwd\r\n")
    async with feed_server({"/": moved}) as server:
        assert "http://" in await refusal(f"{server.url}/")


async def test_a_circle_of_redirects_is_refused() -> None:
    answers = {
        "/a": http_answer(b"", status="302 Found", headers="location: /b\r\n"),
        "/b": http_answer(b"", status="302 Found", headers="location: /a\r\n"),
    }
    async with feed_server(answers) as server:
        assert "in a circle" in await refusal(f"{server.url}/a")


@pytest.mark.asvs("V15.3.2")
async def test_redirects_without_end_are_refused() -> None:
    answers = {
        f"/{step}": http_answer(b"", status="307 Temporary Redirect", headers=f"location: /{step + 1}\r\n")
        for step in range(10)
    }
    async with feed_server(answers) as server:
        assert "more than 5 times" in await refusal(f"{server.url}/0")

    assert len(server.paths) == 6


async def test_a_feed_that_says_nothing_is_given_up() -> None:
    async with feed_server({}) as server:
        assert "did not answer within 0.3 seconds" in await refusal(f"{server.url}/")


async def test_a_feed_that_drips_is_given_up() -> None:
    never_whole = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"
    limits = FeedLimits(silence_seconds=5, whole_seconds=0.3)
    async with feed_server({}) as server:
        server.answers = {}
        assert "took longer than 0.3 seconds" in await refusal(f"{server.url}/", limits)
    async with feed_server({"/": never_whole}) as server:
        assert "cannot be reached" in await refusal(f"{server.url}/")


@pytest.mark.asvs("V5.2.1")
async def test_a_feed_that_is_too_large_is_refused_without_being_read_whole() -> None:
    async with feed_server({"/": http_answer(b"[" + b" " * 2_000_000 + b"]")}) as server:
        assert "larger than 1 MB" in await refusal(f"{server.url}/")


@pytest.mark.asvs("V5.2.3")
async def test_a_feed_that_unpacks_to_more_than_the_limit_is_refused() -> None:
    bomb = gzip.compress(b"[" + b" " * 5_000_000 + b"]")
    async with feed_server({"/": http_answer(bomb, headers="content-encoding: gzip\r\n")}) as server:
        assert "larger than 1 MB" in await refusal(f"{server.url}/")


@pytest.mark.asvs("V5.2.3")
@pytest.mark.parametrize(
    "headers", ["content-encoding: gzip, gzip\r\n", "content-encoding: gzip\r\ncontent-encoding: gzip\r\n"]
)
async def test_a_feed_that_is_packed_twice_is_refused_before_it_is_unpacked(headers: str) -> None:
    nested = gzip.compress(gzip.compress(b"[" + b" " * 20_000_000 + b"]"))
    async with feed_server({"/": http_answer(nested, headers=headers)}) as server:
        assert "packed" in await refusal(f"{server.url}/")


async def test_the_limit_holds_over_all_pages_together() -> None:
    heavy = a_record(description="x" * 15_000)
    answers = {"/": page(1, 3, *[heavy] * 30)} | {f"/?page={n}": page(n, 3, *[heavy] * 30) for n in (2, 3)}
    async with feed_server(answers) as server:
        assert "larger than 1 MB" in await refusal(f"{server.url}/")


async def test_a_feed_with_a_million_pages_is_refused() -> None:
    async with feed_server({"/": page(1, 1_000_000, a_record())}) as server:
        assert "more than 5 pages" in await refusal(f"{server.url}/")


@pytest.mark.parametrize("status", ["404 Not Found", "500 Internal Server Error", "204 No Content"])
async def test_an_answer_that_is_not_200_is_refused(status: str) -> None:
    async with feed_server({"/": http_answer(b"", status=status)}) as server:
        assert status[:3] in await refusal(f"{server.url}/")


async def test_a_closed_port_is_told_in_one_line() -> None:
    async with feed_server({}) as server:
        url = server.url
    assert "cannot be reached" in await refusal(f"{url}/")


async def test_an_answer_that_is_not_http_is_told_in_one_line() -> None:
    async with feed_server({"/": b"SSH-2.0-OpenSSH\r\n"}) as server:
        assert "cannot be reached" in await refusal(f"{server.url}/")


@pytest.mark.asvs("V5.2.1")
async def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_bytes(b"[" + b" " * 1_000_001)

    assert "larger than 1 MB" in await refusal(str(file))


@pytest.mark.parametrize("source", ["/dev/zero", "/tmp", "/no/such/file.json"])  # noqa: S108 - read only
async def test_what_is_no_file_is_refused(source: str) -> None:
    assert await refusal(source)
