"""Sources read by themselves: only what is new, each by its own records, with a report that is kept."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.directory.domain.errors import RunTakenOver
from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from services.directory.entrypoints.parts.feeds import feeds_parts
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from services.directory.storage.run_rows import KeptRun, begin_run, hold
from services.directory.use_cases.keep_sources import confirm_missing, let_source_keep, pause_or_go_on
from services.directory.use_cases.run_feed import take_in_hand
from shared.events.directory import ServicePublishedV1, ServiceWithdrawnV1
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.process import Platform
from tests.component.directory.changing_feed import ChangingFeed, changing_feed
from tests.component.directory.feed_server import http_answer
from tests.component.directory.feed_world import HERE, SMALL, FeedWorld, id_of, record
from tests.component.directory.outbox_reading import outbox_events
from tests.support.eventually import eventually
from tests.unit.directory.records import ORGANISATION_ID

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture
def world(pool: Pool) -> FeedWorld:
    return FeedWorld(pool)


@pytest.fixture
async def feed() -> AsyncIterator[ChangingFeed]:
    async with changing_feed(*(record(number) for number in range(1, 6))) as made:
        yield made


async def test_a_source_is_read_when_it_is_due_and_listed_without_sending_anybody(
    world: FeedWorld, feed: ChangingFeed, connection: Connection
) -> None:
    source = await world.source(feed.url)

    assert await world.runner.run_due()
    assert not await world.runner.run_due()

    run = await world.latest(source)
    assert (run.state, run.records, run.taken, run.refused) == ("done", 5, 5, 0)
    assert await world.said(run) == [("taken", 1 + (n - 1) // 2, n, "", "") for n in range(1, 6)]
    assert {row["source_id"] for row in await connection.fetch("SELECT source_id FROM services")} == {
        source.id
    }
    events = await outbox_events(connection)
    assert [isinstance(event, ServicePublishedV1) and event.pools for event in events] == [()] * 5
    world.clock.move(timedelta(hours=23))
    assert not await world.runner.run_due()
    world.clock.move(timedelta(hours=1, seconds=1))
    assert await world.runner.run_due()


async def test_a_paused_source_is_not_read(world: FeedWorld, feed: ChangingFeed) -> None:
    source = await world.source(feed.url)
    async with transaction(world.pool) as connection:
        await pause_or_go_on(connection, source.id, active=False)

    assert not await world.runner.run_due()


async def test_a_feed_that_is_as_it_was_is_asked_and_not_fetched(
    world: FeedWorld, feed: ChangingFeed, connection: Connection
) -> None:
    source = await world.source(feed.url)
    await world.read(source)
    feed.since()

    run = await world.read(source)

    assert (run.state, run.records, run.unchanged) == ("unchanged", 5, 5)
    assert [(each.conditional, each.status) for each in feed.since()] == [(True, 304)] * 3
    assert len(await outbox_events(connection)) == 5


async def test_only_the_page_that_changed_is_read_and_what_was_said_of_the_others_stands(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    feed.records[1]["minimum_age"] = 200
    feed.records[2]["url"] = "javascript:alert(1)"
    feed.envelope = {"size": 99}
    source = await world.source(feed.url)
    first = await world.read(source)
    feed.since()
    feed.records[4]["fees"] = "Free"

    run = await world.read(source)

    assert [each.status for each in feed.since()] == [304, 304, 200]
    assert (run.state, run.changed, run.refused, run.unchanged) == ("done", 1, 1, 3)
    standing = [each for each in await world.said(first) if each[0] != "taken"]
    assert ("refused", 1, 2, "minimum_age", "not-an-age") in standing
    assert ("remark", 2, 3, "url", "not-a-web-address") in standing
    assert ("envelope", 3, 0, "size", "does-not-match") in standing
    assert await world.said(run) == sorted(
        [*standing, ("changed", 3, 5, "fees", "")], key=lambda one: one[1:3]
    )


async def test_a_thin_list_that_says_when_records_changed_saves_asking_for_them(world: FeedWorld) -> None:
    dated = [record(number, last_modified="2026-01-01T00:00:00Z") for number in range(1, 5)]
    async with changing_feed(*dated, thin=True, per_page=4) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        feed.since()
        feed.records[3] |= {"fees": "Free", "last_modified": "2026-02-02T00:00:00Z"}
        run = await world.read(source)
        asked = feed.since()

    assert (run.changed, run.unchanged, run.taken) == (1, 3, 0)
    assert [each.target for each in asked] == ["/services", f"/services/{id_of(4)}"]


async def test_a_thin_list_that_says_nothing_has_each_record_asked_whether_it_is_as_it_was(
    world: FeedWorld,
) -> None:
    async with changing_feed(*(record(number) for number in range(1, 5)), thin=True, per_page=4) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        feed.since()
        feed.records[3]["fees"] = "Free"
        run = await world.read(source)
        asked = feed.since()

    assert (run.state, run.changed, run.unchanged) == ("done", 1, 3)
    assert asked[0].status == 200, "the page must be read: its bytes say nothing of the records behind it"
    assert sorted(each.status for each in asked[1:]) == [200, 304, 304, 304]
    assert all(each.conditional for each in asked[1:])


async def test_no_source_changes_what_another_brought_until_an_operator_says_so(
    world: FeedWorld, feed: ChangingFeed, connection: Connection
) -> None:
    stolen = record(1, description="Ours now.")
    stolen["organization"]["name"] = "Not the walkers"
    ours = await world.source(feed.url)
    await world.read(ours)
    async with changing_feed(stolen) as other:
        theirs = await world.source(other.url, name="Others")
        run = await world.read(theirs)
        assert (run.state, run.taken, run.refused) == ("done", 0, 1)
        assert await world.said(run) == [
            ("refused", 1, 1, "id", "belongs-to-another-source"),
            ("remark", 1, 1, "organization", "belongs-to-another-source"),
        ]
        async with transaction(world.pool) as change:
            await let_source_keep(change, theirs.id, id_of(1), world.clock())
        taken = await world.read(theirs)

    assert taken.changed == 1
    assert await connection.fetchval("SELECT source_id FROM services WHERE id = $1", id_of(1)) == theirs.id
    assert await connection.fetchval("SELECT source_id FROM organisations") == ours.id, "four others are ours"
    assert await connection.fetchval("SELECT name FROM organisations") == "Walkers"


async def test_what_two_complete_runs_do_not_name_is_withdrawn_and_comes_back_when_it_is_named_again(
    world: FeedWorld, feed: ChangingFeed, connection: Connection
) -> None:
    source = await world.source(feed.url)
    await world.read(source)
    gone = feed.records.pop(2)

    first = await world.read(source)
    assert (first.state, first.missing, first.withdrawn) == ("done", 1, 0)
    second = await world.read(source)
    assert (second.missing, second.withdrawn) == (0, 1)
    assert await world.said(second) == [("withdrawn", 0, 1, "status", "missing-from-two-complete-runs")]
    third = await world.read(source)
    assert (third.state, third.missing, third.withdrawn) == ("unchanged", 0, 0)

    feed.records.insert(2, gone)
    back = await world.read(source)
    assert back.changed == 1
    told = [(type(each), getattr(each, "version", 0)) for each in await outbox_events(connection)][5:]
    assert told == [(ServiceWithdrawnV1, 2), (ServicePublishedV1, 3)]


async def test_what_is_named_again_in_between_is_not_missing_twice(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    source = await world.source(feed.url)
    await world.read(source)
    for there in (False, True, False):
        records = list(feed.records)
        feed.records = records if there else records[:-1]
        run = await world.read(source)
        feed.records = records
        assert run.withdrawn == 0


@pytest.mark.parametrize(
    "flaw", ["total_items too many", "total_items missing", "a page broken", "told not to"]
)
async def test_nothing_lapses_where_it_is_not_sure_that_all_came(
    world: FeedWorld, feed: ChangingFeed, flaw: str
) -> None:
    source = await world.source(feed.url, lapses_missing=flaw != "told not to")
    await world.read(source)
    feed.records.pop()
    match flaw:
        case "total_items too many":
            feed.envelope = {"total_items": 5}
        case "total_items missing":
            feed.says_total = False
        case "a page broken":
            feed.given["/services?page=2"] = http_answer(b"<html>")
    for _ in range(3):
        run = await world.read(source)
        assert run.withdrawn == 0

    assert set((await world.statuses()).values()) == {"active"}
    assert (run.state == "refused") == (flaw == "a page broken")


@pytest.mark.parametrize("answer", [b"", b"gone"])
async def test_a_record_that_is_listed_and_not_there_is_missing(world: FeedWorld, answer: bytes) -> None:
    async with changing_feed(*(record(number) for number in range(1, 4)), thin=True, per_page=3) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        status = "410 Gone" if answer else "404 Not Found"
        feed.given[f"/services/{id_of(2)}"] = http_answer(answer, status=status)
        first = await world.read(source)
        second = await world.read(source)

    assert (first.missing, first.refused, first.withdrawn) == (1, 1, 0)
    assert second.withdrawn == 1
    assert (await world.statuses())[id_of(2)] == "inactive"


async def test_a_record_behind_a_server_s_fault_is_not_missing(world: FeedWorld) -> None:
    async with changing_feed(*(record(number) for number in range(1, 4)), thin=True, per_page=3) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        feed.given[f"/services/{id_of(2)}"] = http_answer(b"", status="500 Internal Server Error")
        runs = [await world.read(source) for _ in range(3)]

    assert [(run.missing, run.refused, run.withdrawn) for run in runs] == [(0, 1, 0)] * 3


async def test_a_list_cut_short_is_held_until_a_person_has_looked(
    world: FeedWorld, connection: Connection
) -> None:
    many = [record(number) for number in range(1, 55)]
    async with changing_feed(*many, per_page=20) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        feed.records = many[:48]  # six of fifty-four are missing: 11 %
        runs = [await world.read(source) for _ in range(3)]
        assert [(run.state, run.missing, run.withdrawn) for run in runs] == [("held-for-a-person", 6, 0)] * 3
        async with transaction(world.pool) as change:
            assert await confirm_missing(change, runs[-1].id, world.clock()) == 6
        after = await world.read(source)

    settled = await connection.fetchrow("SELECT state, withdrawn FROM feed_runs WHERE id = $1", runs[-1].id)
    assert settled is not None
    assert tuple(settled) == ("done", 6)
    assert (after.missing, list((await world.statuses()).values()).count("inactive")) == (0, 6)


async def test_a_tenth_goes_without_a_person(world: FeedWorld) -> None:
    many = [record(number) for number in range(1, 61)]
    async with changing_feed(*many, per_page=20) as feed:
        source = await world.source(feed.url)
        await world.read(source)
        feed.records = many[:54]
        runs = [await world.read(source) for _ in range(2)]

    assert [(run.missing, run.withdrawn) for run in runs] == [(6, 0), (0, 6)]


@pytest.mark.asvs("V1.3.6", "V15.3.2")
async def test_a_hostile_feed_is_refused_and_asked_again_within_the_hour(world: FeedWorld) -> None:
    hostile = {
        "a circle": http_answer(b"", status="302 Found", headers="location: /services\r\n"),
        "huge": http_answer(b"[" + b" " * 2_000_000 + b"]"),
        "no JSON": http_answer(b"<html>"),
        "a million pages": http_answer(b'{"total_pages": 1000000, "contents": []}'),
        "an error": http_answer(b"", status="503 Service Unavailable"),
    }
    for answer in hostile.values():
        async with changing_feed(given={"/services": answer}) as feed:
            source = await world.source(feed.url)
            run = await world.read(source)
            assert run.state == "refused"
            assert run.refusal
            world.clock.move(timedelta(minutes=59))
            assert not await world.runner.run_due()
            world.clock.move(timedelta(minutes=2))
            assert await world.runner.run_due()
            async with transaction(world.pool) as connection:
                await pause_or_go_on(connection, source.id, active=False)


@pytest.mark.asvs("V5.2.1")
async def test_the_bound_of_bytes_holds_over_the_records_behind_a_list(world: FeedWorld) -> None:
    heavy = http_answer(b'{"id": "' + b"x" * 300_000 + b'"}')
    async with changing_feed(*(record(number) for number in range(1, 9)), thin=True, per_page=8) as feed:
        feed.given = {f"/services/{id_of(number)}": heavy for number in range(1, 9)}
        source = await world.source(feed.url)
        run = await world.read(source)

    assert (run.state, run.refusal) == ("refused", "The feed is larger than 1 MB.")


@pytest.mark.asvs("V1.3.6")
async def test_a_source_inside_a_private_network_is_not_even_asked(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    source = await world.source(feed.url)

    await FeedRunner(world.pool, world.clock, HERE, limits=SMALL).run_due()

    run = await world.latest(source)
    assert (run.state, feed.asked) == ("refused", [])
    assert "private network" in (run.refusal or "")
    assert "send its file" in (run.refusal or ""), "what can be done at the page"
    assert "--allow-private" not in (run.refusal or ""), "no page has the command's option"


@pytest.mark.asvs("V13.2.4", "V13.2.5")
@pytest.mark.parametrize("hosts", ["", "feeds.example", "127.0.0.1"])
async def test_the_directory_reads_lists_of_the_hosts_in_its_settings_alone(
    hosts: str, settings: DirectorySettings, world: FeedWorld, feed: ChangingFeed
) -> None:
    """By the task that the running service has, as it is put together from its settings."""
    listed = frozenset(hosts.split(",")) - {""}
    platform = Platform(
        settings.model_copy(update={"outside_hosts": listed, "feeds_from_private_networks": True}),
        world.pool,
        world.clock,
        CollectorRegistry(),
        httpx.AsyncClient(),
    )
    source = await world.source(feed.url)
    reading, *_ = feeds_parts(platform, IndexKeeper(platform)).side_tasks
    task = asyncio.create_task(reading.run())

    async def ended() -> list[KeptRun]:
        return [run for run in await world.runs(source) if run.state != "running"]

    [run] = await eventually(ended, within=20, because="the list is due")
    task.cancel()
    if hosts == "127.0.0.1":
        assert (run.state, run.taken) == ("done", 5)
    else:
        assert (run.state, run.taken, feed.asked) == ("refused", 0, [])
        assert "DIRECTORY_OUTSIDE_HOSTS" in (run.refusal or "")


async def test_a_page_that_says_nothing_is_given_up_and_the_pages_before_are_kept(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    world.limits = replace(SMALL, silence_seconds=1)
    feed.hold_at("/services?page=2")
    source = await world.source(feed.url)

    run = await world.read(source)

    assert (run.state, run.taken) == ("refused", 2)
    assert "did not answer within 1 seconds" in (run.refusal or "")


async def test_two_workers_read_a_source_once(
    world: FeedWorld, feed: ChangingFeed, connection: Connection
) -> None:
    await world.source(feed.url)

    assert sorted(await asyncio.gather(*(world.runner.run_due() for _ in range(3)))) == [False, False, True]
    assert await connection.fetchval("SELECT count(*) FROM feed_runs") == 1


async def test_who_found_a_source_due_and_comes_second_leaves_it_to_the_first(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    source, lease = await world.source(feed.url), world.runner.lease
    async with transaction(world.pool) as connection:
        assert await take_in_hand(connection, world.clock(), lease) is not None

    async with transaction(world.pool) as connection:
        assert await begin_run(connection, uuid4(), source, world.clock(), lease) is None


async def test_a_run_whose_lease_is_over_is_carried_on_and_its_first_worker_writes_nothing_more(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    source = await world.source(feed.url)
    async with transaction(world.pool) as connection:
        slow = await take_in_hand(connection, world.clock(), world.runner.lease)
    assert slow is not None
    assert not await world.runner.run_due()
    world.clock.move(timedelta(minutes=6))

    assert await world.runner.run_due()

    run = await world.latest(source)
    assert (run.id, run.state, run.attempt, run.taken) == (slow.id, "done", 2, 5)
    async with transaction(world.pool) as connection:
        with pytest.raises(RunTakenOver):
            await hold(connection, slow)


async def test_a_run_that_never_comes_to_its_end_is_given_up(world: FeedWorld, feed: ChangingFeed) -> None:
    source = await world.source(feed.url)
    async with transaction(world.pool) as connection:
        await take_in_hand(connection, world.clock(), timedelta(0))
        await connection.execute("UPDATE feed_runs SET attempt = 20")
    world.clock.move(timedelta(seconds=1))

    await world.runner.run_due()

    assert (await world.latest(source)).state == "refused"


async def test_a_record_on_two_pages_is_taken_once_and_an_organisation_s_first_mention_counts(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    other = {"id": str(ORGANISATION_ID), "name": "Hijackers", "description": "Not walkers."}
    feed.records[2] = record(1) | {"name": "Again"}
    feed.records[4]["organization"] = other
    source = await world.source(feed.url)

    run = await world.read(source)

    assert await world.said(run, "refused", "remark") == [
        ("refused", 2, 3, "id", "repeated"),
        ("remark", 3, 5, "organization", "differs-from-first-mention"),
    ]
    assert await world.pool.fetchval("SELECT name FROM organisations") == "Walkers"


async def test_an_organisation_by_its_id_alone_is_known_from_an_earlier_page(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    feed.records[4].pop("organization")
    feed.records[4]["organization_id"] = str(ORGANISATION_ID)
    source = await world.source(feed.url)

    assert (await world.read(source)).taken == 5


async def test_a_record_says_no_more_remarks_than_a_person_reads(
    world: FeedWorld, feed: ChangingFeed
) -> None:
    feed.records[0]["service_areas"] = [
        {"id": str(UUID(int=number)), "extent_type": "nonsense", "uri": "javascript:1"}
        for number in range(100)
    ]
    feed.records[0]["cost_options"] = [
        {"id": str(UUID(int=number)), "valid_from": "never"} for number in range(100)
    ]
    source = await world.source(feed.url)

    run = await world.read(source)

    assert len(await world.said(run, "remark")) == 20
    assert json.dumps(run.taken) == "5"
