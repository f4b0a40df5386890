"""The meaning of full: from its answer on nobody is held, and nobody is shown who was not shown before."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from services.capacity.settings import CapacitySettings
from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, SignalChangedV1
from shared.events.envelope import Event
from shared.events.referral import PlaceGivenUpV1, PlaceRequestedV1
from tests.component.capacity.at_work import CapacityAtWork, asked, offered, word
from tests.support.eventually import eventually

NOT_SHOWN = "SELECT request_id FROM place_holds WHERE state = 'held' AND shown_at IS NULL ORDER BY request_id"


@asynccontextmanager
async def referral_answers(
    capacity: CapacityAtWork, requests: list[Event[PlaceRequestedV1]]
) -> AsyncIterator[None]:
    """Referral as it reads its holds: shows each second one, gives the others back once it knows of full."""
    by_id = {each.data.request_id: each for each in requests}

    async def answer() -> None:
        seen: set[UUID] = set()
        while True:
            full = any(each.status == "full" for each in await capacity.said(SignalChangedV1))  # type: ignore[attr-defined]
            for row in await capacity.pool.fetch(NOT_SHOWN):
                request = by_id[row["request_id"]]
                shown = len(seen) % 2 == 0
                if shown and request.data.request_id not in seen:
                    await capacity.hear([offered(request, capacity.clock())])
                elif full:
                    await capacity.hear([word(PlaceGivenUpV1, request, reason="provider-full")])
                seen.add(request.data.request_id)
            await asyncio.sleep(0.005)

    task = asyncio.create_task(answer())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_full_amid_500_requests_holds_nobody_after_and_shows_nobody_new(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open", 400)
    requests = [asked(pool_id) for _ in range(500)]
    batches = deque(requests[start : start + 10] for start in range(0, 500, 10))

    async def stream() -> None:
        while batches:
            await capacity.hear(batches.popleft())

    async with referral_answers(capacity, requests):
        streaming = asyncio.gather(*(stream() for _ in range(4)))
        await eventually(lambda: held_count(capacity), because="some places are held")
        answer = (await capacity.say(pool_id, "full")).json()
        shown_at_the_answer = await shown_ids(capacity)
        await streaming

    assert (answer["status"], answer["settling"], answer["what_happens_next"]) == ("full", 0, None)
    assert {each["request_id"] for each in answer["already_shown"]} == shown_at_the_answer
    assert await shown_ids(capacity) == shown_at_the_answer
    said = await capacity.said(SignalChangedV1, PlaceHeldV1)
    first_full = [type(each) for each in said].index(SignalChangedV1, 1)
    assert not [each for each in said[first_full:] if isinstance(each, PlaceHeldV1)]
    assert "full" in {each.model_dump()["reason"] for each in await capacity.said(PlaceRefusedV1)}
    assert all(not each.model_dump()["reopened"] for each in await capacity.said(PlaceFreedV1))
    places, free, held, taken = await capacity.counts(pool_id)
    assert (places, free, taken) == (held, 0, 0)
    assert held == len(shown_at_the_answer)


async def held_count(capacity: CapacityAtWork) -> int:
    return int(await capacity.pool.fetchval("SELECT count(*) FROM place_holds WHERE state = 'held'"))


async def shown_ids(capacity: CapacityAtWork) -> set[str]:
    rows = await capacity.pool.fetch("SELECT request_id FROM place_holds WHERE shown_at IS NOT NULL")
    return {str(row["request_id"]) for row in rows}


@pytest.mark.parametrize("status", ["full", "paused"])
async def test_the_answer_waits_until_the_last_hold_is_given_back(
    capacity: CapacityAtWork, status: str
) -> None:
    pool_id = await capacity.a_pool("open", 2)
    shown, on_its_way = asked(pool_id), asked(pool_id)
    await capacity.hear([shown, on_its_way])
    await capacity.hear([offered(shown, capacity.clock())])

    answering = asyncio.create_task(capacity.say(pool_id, status, seen=1))
    await eventually(lambda: status_is(capacity, status))
    assert not answering.done()
    await capacity.hear([word(PlaceGivenUpV1, on_its_way, reason="provider-full")])

    answer = (await answering).json()
    assert answer["settling"] == 0
    assert [each["request_id"] for each in answer["already_shown"]] == [str(shown.data.request_id)]


async def status_is(capacity: CapacityAtWork, status: str) -> bool:
    return bool(await capacity.pool.fetchval("SELECT count(*) FROM pools WHERE status = $1", status))


class TestWhenReferralIsAway:
    @pytest.fixture
    def settings(self, settings: CapacitySettings) -> CapacitySettings:
        return settings.model_copy(update={"settle_seconds": 0.2})

    async def test_the_answer_says_plainly_what_is_not_settled(self, capacity: CapacityAtWork) -> None:
        pool_id = await capacity.a_pool("open", 1)
        await capacity.hear([asked(pool_id)])

        answer = (await capacity.say(pool_id, "full", seen=1)).json()

        assert (answer["settling"], answer["already_shown"]) == (1, [])
        assert "placed elsewhere" in answer["what_happens_next"]

    async def test_whoever_opens_again_is_no_longer_waited_for(self, capacity: CapacityAtWork) -> None:
        pool_id = await capacity.a_pool("open", 1)
        await capacity.hear([asked(pool_id)])
        await capacity.say(pool_id, "full", seen=1)

        answer = (await capacity.say(pool_id, "open", 1, seen=2)).json()

        assert (answer["status"], answer["settling"], answer["held"], answer["free"]) == ("open", 0, 1, 1)


async def test_a_place_freed_under_full_stays_closed(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 2)
    request = asked(pool_id)
    await capacity.hear([request])
    await capacity.hear([offered(request, capacity.clock())])
    await capacity.say(pool_id, "full", seen=1)

    await capacity.hear([word(PlaceGivenUpV1, request, reason="declined")])

    (freed,) = await capacity.said(PlaceFreedV1)
    assert (freed.model_dump()["reopened"], freed.model_dump()["free"]) == (False, 0)
    assert await capacity.counts(pool_id) == (0, 0, 0, 0)
