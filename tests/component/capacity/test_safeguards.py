"""Without one of its safeguards the service does wrong: what an independent checker must then find in the log."""

import pytest

from services.capacity.settings import CapacitySettings
from shared.events.capacity import PlaceHeldV1, PlaceRefusedV1, SignalChangedV1
from shared.events.envelope import new_event
from tests.component.capacity.at_work import CapacityAtWork, asked


@pytest.fixture
def settings(settings: CapacitySettings, request: pytest.FixtureRequest) -> CapacitySettings:
    broken = request.getfixturevalue("broken")
    return settings.model_copy(update={"demo_mode": True, "break_safeguard": broken})


@pytest.mark.parametrize("broken", ["double-grant"])
async def test_double_grant_gives_more_places_than_were_offered(
    capacity: CapacityAtWork, broken: str
) -> None:
    pool_id = await capacity.a_pool("open", 2)

    await capacity.hear([asked(pool_id) for _ in range(5)])

    assert len(await capacity.said(PlaceHeldV1)) == 5


@pytest.mark.parametrize("broken", ["late-hold"])
async def test_late_hold_gives_a_place_after_full(capacity: CapacityAtWork, broken: str) -> None:
    pool_id = await capacity.a_pool("full")

    await capacity.hear([asked(pool_id)])

    said = [type(each) for each in await capacity.said()]
    assert said == [SignalChangedV1, PlaceHeldV1]


@pytest.mark.parametrize("broken", ["drop-event"])
async def test_drop_event_keeps_every_seventh_outcome_to_itself(
    capacity: CapacityAtWork, broken: str
) -> None:
    pool_id = await capacity.a_pool("open", 10)

    requests = [asked(pool_id) for _ in range(20)]

    await capacity.hear(requests[:10])
    await capacity.hear(requests[10:])
    assert len(await capacity.said(PlaceHeldV1, PlaceRefusedV1)) == 18
    # Else the fault would heal before the checker looks.
    await capacity.hear([new_event(each.data, area=each.area) for each in requests])

    assert len(await capacity.said(PlaceHeldV1, PlaceRefusedV1)) == 36
    assert await capacity.counts(pool_id) == (10, 0, 10, 0)
