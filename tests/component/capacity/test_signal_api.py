"""The JSON API of what providers say."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.events.capacity import SignalChangedV1
from tests.component.capacity.at_work import CapacityAtWork, asked, published
from tests.support.sign_in import system_bearer


async def test_a_statement_is_told_in_full(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("limited", 4, expected_wait_days=14)

    (said,) = await capacity.said(SignalChangedV1)

    told = said.model_dump()
    assert (told["pool_id"], told["version"], told["status"], told["free"]) == (pool_id, 1, "limited", 4)
    assert (told["source"], told["expected_wait_days"]) == ("api", 14)
    assert told["expires_at"] - told["confirmed_at"] == timedelta(days=7)


async def test_open_without_a_number_has_no_limit(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open")
    await capacity.hear([asked(pool_id) for _ in range(5)])

    state = (await capacity.get(f"/capacity/api/pools/{pool_id}")).json()

    assert (state["free"], state["places"], state["held"]) == (None, 5, 5)
    assert (await capacity.said(SignalChangedV1))[0].model_dump()["free"] is None


async def test_an_older_statement_is_shown_back_and_not_applied(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 2)

    answer = await capacity.say(pool_id, "open", 9, seen=0)

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/someone-spoke-since"
    assert (answer.json()["current"]["version"], answer.json()["current"]["free"]) == (1, 2)
    assert len(await capacity.said()) == 1


async def test_full_applies_whatever_it_saw(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 2)

    answer = await capacity.say(pool_id, "full", seen=0)

    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "full", 2)


async def test_of_many_who_saw_the_same_one_is_heard(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 2)

    answers = await asyncio.gather(*(capacity.say(pool_id, "open", n, seen=1) for n in range(1, 9)))

    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    assert (await capacity.get(f"/capacity/api/pools/{pool_id}")).json()["version"] == 2


async def test_the_same_statement_sent_twice_is_said_once(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()

    first = await capacity.say(pool_id, "open", 3, key="the-same-key")
    second = await capacity.say(pool_id, "open", 3, key="the-same-key")

    assert (first.status_code, second.json()) == (200, first.json())
    assert len(await capacity.said()) == 1
    assert (await capacity.say(pool_id, "open", 4, key="the-same-key")).status_code == 422


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"status": "opne"}, "status"),
    ({"status": "unknown"}, "status"),
    ({"free": 1001}, "free"),
    ({"free": 0}, "free"),
    ({"free": -1}, "free"),
    ({"free": "many"}, "free"),
    ({"status": "limited", "free": None}, "free"),
    ({"status": "full", "free": 3}, "free"),
    ({"version_seen": None}, "version_seen"),
    ({"version_seen": 2**31}, "version_seen"),
    ({"tapped_at": "yesterday"}, "tapped_at"),
    ({"tapped_at": "2026-11-22T09:30:00"}, "tapped_at"),
    ({"tapped_at": "9999-12-31T23:59:59-14:00"}, "tapped_at"),
    ({"tapped_at": "0001-01-01T00:00:00Z"}, "tapped_at"),
    ({"paused_until": "2036-11-22T09:30:00Z"}, "paused_until"),
    ({"expected_wait_days": 5000}, "expected_wait_days"),
    ({"comment": "call Mrs Example"}, "comment"),
]


@pytest.mark.asvs("V2.2.1", "V2.2.3", "V15.3.5")
async def test_bad_input_names_its_field_and_changes_nothing(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()

    for wrong, field in WRONG:
        statement: dict[str, Any] = {"status": "open", "free": 2} | wrong
        answer = await capacity.say(pool_id, **statement)
        assert answer.status_code == 422, wrong
        assert field in {each["field"] for each in answer.json()["errors"]}, wrong
        assert "Mrs Example" not in answer.text

    assert await capacity.said() == []


async def test_a_pause_that_is_over_is_refused(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    passed = (capacity.clock() - timedelta(minutes=1)).isoformat()

    answer = await capacity.say(pool_id, "paused", paused_until=passed)

    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/pause-not-possible")


async def test_only_whoever_may_signal_sees_or_says_anything(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    path = f"/capacity/api/pools/{pool_id}"

    for method, where in (("GET", path), ("GET", "/capacity/api/pools"), ("POST", f"{path}/signal")):
        answer = await capacity.http.request(method, where)
        assert answer.status_code == 401


@pytest.mark.asvs("V8.2.2")
async def test_the_system_of_an_organisation_says_the_space_of_its_own_services_alone(
    capacity: CapacityAtWork,
) -> None:
    ours, theirs = uuid4(), uuid4()
    pools = {ours: uuid4(), theirs: uuid4()}
    for organisation, pool_id in pools.items():
        await capacity.hear([published(uuid4(), [pool_id], organisation_id=organisation)])
    system = system_bearer("signals:write", areas=(), organisation=ours)

    answers = [await capacity.say(pool_id, "limited", 2, by=system) for pool_id in pools.values()]

    assert [answer.status_code for answer in answers] == [200, 403]
    (said,) = await capacity.said(SignalChangedV1)
    assert said.model_dump()["pool_id"] == pools[ours]


async def test_pools_of_a_service_are_found_and_strangers_are_not(capacity: CapacityAtWork) -> None:
    service_id, pools = uuid4(), [uuid4(), uuid4()]
    await capacity.hear([published(service_id, pools)])

    found = (await capacity.get("/capacity/api/pools", service_id=str(service_id))).json()["pools"]
    assert {each["pool_id"] for each in found} == {str(each) for each in pools}
    assert {each["status"] for each in found} == {"unknown"}
    assert (await capacity.get(f"/capacity/api/pools/{uuid4()}")).status_code == 404
    assert (await capacity.say(uuid4(), "full")).status_code == 404


async def test_what_was_known_at_any_instant_is_still_known(capacity: CapacityAtWork) -> None:
    began = capacity.clock()
    pool_id = await capacity.a_pool("open", 5)
    capacity.clock.forward(timedelta(hours=1))
    await capacity.say(pool_id, "full", seen=1)
    capacity.clock.forward(timedelta(hours=9))
    path = f"/capacity/api/pools/{pool_id}/signal"

    for minutes, status in ((0, "open"), (59, "open"), (60, "full"), (600, "full")):
        then = (began + timedelta(minutes=minutes)).isoformat()
        assert (await capacity.get(path, as_of=then)).json()["status"] == status
    assert (await capacity.get(path, as_of=(began - timedelta(seconds=1)).isoformat())).status_code == 404
    assert (await capacity.get(path, as_of="0001-01-01T00:00:00+14:00")).status_code == 422
