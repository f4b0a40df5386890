"""Whatever can be full is a pool: its kind and day come from the directory, its places from its provider."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, SignalChangedV1
from shared.events.directory import CompanionPool, PoolDay
from shared.events.envelope import Event, new_event
from shared.events.referral import PlaceGivenUpV1, PlaceRequestedV1
from tests.component.capacity.at_work import AREA, CapacityAtWork, asked, published, word


def said_of(event: Event[Any], **more: Any) -> Event[Any]:
    return new_event(event.data.model_copy(update=more), area=AREA)


async def test_kinds_and_days_follow_the_directory(capacity: CapacityAtWork) -> None:
    whole, course, interpreter = uuid4(), uuid4(), uuid4()
    service = published(uuid4(), [whole, course])
    begins = date(2031, 3, 4)

    await capacity.hear(
        [
            said_of(
                service,
                whole_service_pool=whole,
                pools=tuple(
                    each.model_copy(update={"kind": "cohort"}) if each.pool_id == course else each
                    for each in service.data.pools
                ),
                days=(PoolDay(pool_id=course, starts_on=begins),),
                companions=(CompanionPool(pool_id=interpreter, kind="interpreter"),),
            )
        ]
    )

    states = {
        each: (await capacity.get(f"/capacity/api/pools/{each}")).json()
        for each in (whole, course, interpreter)
    }
    told = {each: (state["kind"], state["starts_on"]) for each, state in states.items()}
    assert told == {
        whole: ("service", None),
        course: ("cohort", "2031-03-04"),
        interpreter: ("interpreter", None),
    }


async def test_what_is_said_of_a_course_counts_until_the_day_it_begins(capacity: CapacityAtWork) -> None:
    service, course = uuid4(), uuid4()
    capacity.clock.now = datetime(2031, 3, 1, 12, tzinfo=UTC)
    event = published(service, [course])
    pools = tuple(each.model_copy(update={"kind": "cohort"}) for each in event.data.pools)
    await capacity.hear(
        [said_of(event, pools=pools, days=(PoolDay(pool_id=course, starts_on=date(2031, 3, 4)),))]
    )

    answer = await capacity.say(course, "open", 5)

    assert answer.json()["expires_at"] == "2031-03-04T00:00:00Z"


async def test_what_is_said_of_an_event_that_comes_again_counts_until_its_first_day_is_over(
    capacity: CapacityAtWork,
) -> None:
    fair = uuid4()
    capacity.clock.now = datetime(2031, 3, 1, 12, tzinfo=UTC)
    event = published(uuid4(), [fair])
    pools = tuple(each.model_copy(update={"kind": "event"}) for each in event.data.pools)
    first = (PoolDay(pool_id=fair, starts_on=date(2031, 3, 4)),)
    await capacity.hear([said_of(event, pools=pools, first_days=first)])

    answer = (await capacity.say(fair, "full")).json()

    assert (answer["starts_on"], answer["expires_at"]) == ("2031-03-04", "2031-03-05T00:00:00Z")


async def test_places_in_all_below_those_that_are_given_take_nobodys_place(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 3)
    first, second = asked(pool_id), asked(pool_id)
    await capacity.hear([first, second])

    answer = (await capacity.say(pool_id, "open", seen=1, places=1)).json()
    await capacity.hear([asked(pool_id)])
    await capacity.hear([word(PlaceGivenUpV1, each, reason="declined") for each in (first, second)])

    assert (answer["free"], answer["in_all"], answer["over_by"]) == (0, 1, 1)
    assert "you said 1 places in all" in answer["what_happens_next"]
    assert [each.model_dump()["reason"] for each in await capacity.said(PlaceRefusedV1)] == ["no-free-place"]
    freed = [each.model_dump() for each in await capacity.said(PlaceFreedV1)]
    assert [(each["reopened"], each["free"]) for each in freed] == [(False, 0), (True, 1)]
    assert await capacity.counts(pool_id) == (1, 1, 0, 0)


async def test_places_in_all_and_free_places_are_not_said_together(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()

    assert (await capacity.say(pool_id, "open", 2, places=5)).status_code == 422
    assert (await capacity.say(pool_id, "full", places=5)).status_code == 422
    assert (await capacity.say(pool_id, "limited", places=5)).json()["free"] == 5


async def test_a_note_is_kept_for_staff_and_goes_nowhere(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    answer = await capacity.say(pool_id, "limited", 2, note=" Ring Sue before noon ", expected_wait_days=14)

    assert (
        await capacity.pool.fetchval("SELECT note FROM pools WHERE pool_id = $1", pool_id)
        == "Ring Sue before noon"
    )
    (told,) = await capacity.said(SignalChangedV1)
    assert "Sue" not in answer.text + told.model_dump_json()
    link = await capacity.http.get(capacity.link(pool_id))
    assert "Sue" not in link.text


async def test_an_interpreter_is_asked_for_after_the_place_itself(capacity: CapacityAtWork) -> None:
    place, interpreter = uuid4(), uuid4()
    service = published(uuid4(), [place])
    await capacity.hear(
        [said_of(service, companions=(CompanionPool(pool_id=interpreter, kind="interpreter"),))]
    )
    for each in (place, interpreter):
        await capacity.say(each, "open", 2)
    main = asked(place)
    along = new_event(
        PlaceRequestedV1.model_validate(
            asked(interpreter).data.model_dump()
            | {"leg_id": main.data.leg_id, "referral_id": main.data.referral_id}
        ),
        area=AREA,
    )
    too_early = new_event(along.data.model_copy(update={"request_id": uuid4()}), area=AREA)

    await capacity.hear([too_early])
    await capacity.hear([main])
    await capacity.hear([along])

    assert [each.model_dump()["reason"] for each in await capacity.said(PlaceRefusedV1)] == ["hold-gone"]
    assert [each.model_dump()["pool_id"] for each in await capacity.said(PlaceHeldV1)] == [place, interpreter]
