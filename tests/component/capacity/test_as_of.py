"""What was known at any instant: the word that stood, and how the places stood under it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from shared.events.referral import PlaceConfirmedV1, PlaceEndedV1
from tests.component.capacity.at_work import AREA, CapacityAtWork, asked, decay_all, offered, published, word

MINUTE = timedelta(minutes=1)


async def as_of(capacity: CapacityAtWork, pool_id: UUID, moment: datetime) -> dict[str, Any]:
    answer = await capacity.get(f"/capacity/api/pools/{pool_id}/signal", as_of=moment.isoformat())
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_every_moment_is_told_as_it_was_known_then(capacity: CapacityAtWork) -> None:
    began = capacity.clock()
    pool_id = await capacity.a_pool("open", 3)
    request, shown = asked(pool_id), asked(pool_id)
    for words in (
        [request, shown],
        [word(PlaceConfirmedV1, request)],
        [word(PlaceEndedV1, request)],
    ):
        capacity.clock.forward(MINUTE)
        await capacity.hear(words)
    capacity.clock.forward(MINUTE)
    await capacity.hear([offered(shown, capacity.clock())])  # so that full waits for nobody
    await capacity.say(pool_id, "full", seen=1)
    capacity.clock.forward(timedelta(days=8))
    await decay_all(capacity)

    told = [await as_of(capacity, pool_id, began + number * MINUTE) for number in range(5)]

    found = [
        (
            each["version"],
            each["status"],
            *(each["ledger"][name] for name in ("places", "free", "held", "taken")),
        )
        for each in told
    ]
    assert found == [
        (1, "open", 3, 3, 0, 0),
        (1, "open", 3, 1, 2, 0),
        (1, "open", 3, 1, 1, 1),
        (1, "open", 3, 2, 1, 0),
        (2, "full", 1, 0, 1, 0),
    ]
    last = await as_of(capacity, pool_id, capacity.clock())
    assert (last["status"], last["ledger"]["held"]) == ("unknown", 1)


async def test_the_last_of_two_changes_of_the_same_moment_stands(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    await capacity.hear([asked(pool_id)])
    await capacity.hear([asked(pool_id)])

    assert (await as_of(capacity, pool_id, capacity.clock()))["ledger"]["held"] == 2


async def test_before_anything_was_said_there_is_nothing(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    before = (capacity.clock() - MINUTE).isoformat()

    assert (await capacity.get(f"/capacity/api/pools/{pool_id}/signal", as_of=before)).status_code == 404


async def shown(capacity: CapacityAtWork, pool_id: UUID, moment: datetime) -> tuple[str, int | None, bool]:
    found = await as_of(capacity, pool_id, moment)
    return found["status"], found["free"], found["withdrawn"]


async def test_while_a_service_is_withdrawn_its_pools_are_not_open(capacity: CapacityAtWork) -> None:
    service_id, pool_id = uuid4(), uuid4()
    await capacity.hear([published(service_id, [pool_id])])
    await capacity.say(pool_id, "open")
    moments = [capacity.clock()]
    withdrawn = ServiceWithdrawnV1(service_id=service_id, version=2)
    for told in (
        new_event(withdrawn, area=AREA),
        new_event(withdrawn.model_copy(update={"version": 3}), area=AREA),
        published(service_id, [pool_id], version=4),
        published(service_id, [uuid4()], version=5),
    ):
        capacity.clock.forward(MINUTE)
        await capacity.hear([told])
        moments.append(capacity.clock())
    capacity.clock.forward(MINUTE)

    told_then = [await shown(capacity, pool_id, each) for each in moments]

    is_open, is_not = ("open", None, False), ("unknown", 0, True)
    assert told_then == [is_open, is_not, is_not, is_open, is_not]
    assert await shown(capacity, pool_id, moments[1] - MINUTE / 2) == is_open
    assert await shown(capacity, pool_id, capacity.clock()) == is_not


async def test_of_a_pool_that_is_withdrawn_only_those_who_have_a_place_are_left(
    capacity: CapacityAtWork,
) -> None:
    service_id, pool_id = uuid4(), uuid4()
    await capacity.hear([published(service_id, [pool_id])])
    await capacity.say(pool_id, "open", places=3, expected_wait_days=4)
    await capacity.hear([asked(pool_id)])
    was_open = await as_of(capacity, pool_id, capacity.clock())
    capacity.clock.forward(MINUTE)
    await capacity.hear([new_event(ServiceWithdrawnV1(service_id=service_id, version=2), area=AREA)])

    found = await as_of(capacity, pool_id, capacity.clock())

    names = ("in_all", "expected_wait_days", "paused_until", "doubt_percent")
    assert [was_open[name] for name in names] == [3, 4, None, None]
    assert [was_open["ledger"][name] for name in ("places", "free", "held", "taken")] == [3, 2, 1, 0]
    assert [found[name] for name in names] == [None, None, None, None]
    assert [found["ledger"][name] for name in ("places", "free", "held", "taken")] == [1, 0, 1, 0]


async def test_what_became_of_a_pool_last_stands_though_the_clock_that_wrote_it_was_behind(
    capacity: CapacityAtWork,
) -> None:
    service_id, pool_id = uuid4(), uuid4()
    await capacity.hear([published(service_id, [pool_id])])
    await capacity.say(pool_id, "open")
    capacity.clock.forward(2 * MINUTE)
    await capacity.hear([new_event(ServiceWithdrawnV1(service_id=service_id, version=2), area=AREA)])
    capacity.clock.forward(-MINUTE)
    await capacity.hear([published(service_id, [pool_id], version=3)])
    capacity.clock.forward(2 * MINUTE)

    assert await shown(capacity, pool_id, capacity.clock()) == ("open", None, False)


async def test_nothing_is_known_of_a_moment_that_is_still_to_come(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    soon = (capacity.clock() + timedelta(seconds=1)).isoformat()

    answer = await capacity.get(f"/capacity/api/pools/{pool_id}/signal", as_of=soon)

    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["title"] == "That moment has not come yet"
    assert "a moment that is over" in answer.json()["what_to_do"]
