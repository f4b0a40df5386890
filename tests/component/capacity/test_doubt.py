"""Offers that end badly raise a doubt of 'open' that is told with its reasons, and overrides nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.events.capacity import PlaceHeldV1, SignalChangedV1
from shared.events.envelope import Event, new_event
from shared.events.referral import (
    PlaceConfirmedV1,
    PlacedLegEventData,
    PlaceRequestedV1,
    ReferralAcceptedV1,
    ReferralDeclinedV1,
    ReferralLapsedV1,
    ReferralStartedV1,
)
from tests.component.capacity.at_work import AREA, CapacityAtWork, asked, word

HOUR = timedelta(hours=1)


def ended(
    capacity: CapacityAtWork,
    kind: type[PlacedLegEventData],
    pool_id: UUID,
    request: Event[PlaceRequestedV1] | None = None,
    **more: Any,
) -> Event[Any]:
    data = (request or asked(pool_id)).data
    made = kind.model_validate(
        {
            "referral_id": data.referral_id,
            "leg_id": data.leg_id,
            "person_id": uuid4(),
            "need": "creative",
            "request_id": data.request_id,
            "service_id": uuid4(),
            "pool_id": pool_id,
            "organisation_id": uuid4(),
            **more,
        }
    )
    return replace(new_event(made, area=AREA), time=capacity.clock())


async def state(capacity: CapacityAtWork, pool_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = (await capacity.get(f"/capacity/api/pools/{pool_id}")).json()
    return found


async def declined_as_full(capacity: CapacityAtWork, pool_id: UUID, number: int) -> None:
    for _ in range(number):
        capacity.clock.forward(HOUR)
        await capacity.hear([ended(capacity, ReferralDeclinedV1, pool_id, reason="no-space")])


async def test_declines_as_full_are_told_with_their_number_and_override_nothing(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open", 5)
    capacity.clock.forward(HOUR)
    await capacity.hear([ended(capacity, ReferralAcceptedV1, pool_id)])
    await declined_as_full(capacity, pool_id, 3)

    now = await state(capacity, pool_id)

    assert now["doubt"] == {"percent": 68, "reasons": [{"code": "declined-as-full", "number": 3, "of": 4}]}
    assert (now["status"], now["free"], now["source"]) == ("open", 5, "api")
    last = (await capacity.said(SignalChangedV1))[-1].model_dump(mode="json")
    assert (last["status"], last["free"], last["doubt_percent"]) == ("open", 5, 68)
    assert last["doubt_reasons"] == [{"code": "declined-as-full", "number": 3, "of": 4}]
    assert last["version"] == now["version"] > 1
    await capacity.hear([asked(pool_id)])
    assert len(await capacity.said(PlaceHeldV1)) == 1


async def test_it_is_gone_when_the_provider_speaks(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 5)
    await declined_as_full(capacity, pool_id, 4)
    assert (await state(capacity, pool_id))["doubt"]["percent"] == 90

    # A version that only brought a doubt is nobody's word: what was seen before it still counts.
    assert (await capacity.say(pool_id, "open", 5, seen=1)).status_code == 200
    await declined_as_full(capacity, pool_id, 1)

    assert (await state(capacity, pool_id))["doubt"] is None
    assert (await capacity.said(SignalChangedV1))[-1].model_dump()["doubt_percent"] is None


async def test_who_is_full_is_not_doubted(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("full")
    await declined_as_full(capacity, pool_id, 4)

    assert len(await capacity.said(SignalChangedV1)) == 1
    assert (await state(capacity, pool_id))["doubt"] is None


async def test_silence_counts_less_than_a_no_and_is_told_apart(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("limited", 5)
    capacity.clock.forward(HOUR)
    await capacity.hear([ended(capacity, ReferralLapsedV1, pool_id) for _ in range(4)])

    assert (await state(capacity, pool_id))["doubt"] == {
        "percent": 60,
        "reasons": [{"code": "lapsed", "number": 4, "of": 4}],
    }


async def test_how_long_people_waited_to_start_is_kept_without_an_id_of_theirs(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool("open", 5)
    request = asked(pool_id)
    await capacity.hear([request, word(PlaceConfirmedV1, request)])
    capacity.clock.forward(timedelta(days=9))
    started = ended(capacity, ReferralStartedV1, pool_id, request, started_at=capacity.clock())

    await capacity.hear([started])
    await capacity.hear([started])

    rows = await capacity.pool.fetch("SELECT * FROM offer_outcomes")
    assert [(row["outcome"], row["waited_days"]) for row in rows] == [("started", 9)]
    assert set(rows[0].keys()) == {"seq", "pool_id", "outcome", "happened_at", "waited_days"}


async def test_outcomes_of_a_pool_that_nobody_knows_are_of_no_use(capacity: CapacityAtWork) -> None:
    await capacity.hear([ended(capacity, ReferralLapsedV1, uuid4())])

    assert await capacity.dead() == []
    assert await capacity.pool.fetchval("SELECT count(*) FROM offer_outcomes") == 0


async def test_the_page_asks_whether_it_is_still_right_and_says_why(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", 5)
    await declined_as_full(capacity, pool_id, 4)

    page = (await capacity.http.get(capacity.link(pool_id), headers={"accept": "text/html"})).text

    assert "Is it still right that you have space?" in page
    assert "Of the last 4 people offered to you, you had no space for 4." in page
    assert "We have 5 places, on " in page  # what they said, and not what is left of it
