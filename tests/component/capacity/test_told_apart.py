"""Sessions, courses and events of one service are told apart by when they take place, wherever their space is shown."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.access.roles import Role
from shared.events.directory import PoolDay, PoolTimes
from shared.events.envelope import Event, new_event
from tests.component.capacity.at_work import AREA, CapacityAtWork, published
from tests.component.capacity.test_board import BOARD, OURS, form, in_area, of_organisations, tap
from tests.component.capacity.test_space_page import open_page
from tests.component.capacity.test_space_page import tap as tap_link

TUESDAYS, COURSE, FAIR, CHOIR = UUID(int=1), UUID(int=2), UUID(int=3), UUID(int=4)
NAMES = {
    TUESDAYS: "Art for all: Tuesdays, 10am to 12 noon",
    COURSE: "Art for all: Every 2 weeks: Thursdays, Fridays, 6:30pm, from Thursday 3 April 2031",
    FAIR: "Art for all: Saturday 5 December 2026, 10am to 4pm",
    CHOIR: "Art for all: Second Monday of each month, Last Friday of each month",
}


def one_service(version: int = 1, **more: Any) -> Event[Any]:
    service = published(UUID(int=9), NAMES, version, OURS).data
    kinds = {COURSE: "cohort", FAIR: "event"}
    told = {
        "pools": tuple(
            each.model_copy(update={"kind": kinds.get(each.pool_id, "session")}) for each in service.pools
        ),
        "days": (
            PoolDay(pool_id=COURSE, starts_on=date(2031, 4, 3)),
            PoolDay(pool_id=FAIR, starts_on=date(2026, 12, 5)),
        ),
        "times": (
            PoolTimes(pool_id=TUESDAYS, days=("TU",), opens_at="10:00", closes_at="12:00"),
            PoolTimes(pool_id=COURSE, days=("TH", "FR"), every_weeks=2, opens_at="18:30"),
            PoolTimes(pool_id=FAIR, on=date(2026, 12, 5), opens_at="10:00", closes_at="16:00"),
            PoolTimes(pool_id=CHOIR, days=("2MO", "-1FR")),
        ),
    }
    return new_event(service.model_copy(update=told | more), area=AREA)


async def test_the_board_names_each_by_its_times(capacity: CapacityAtWork) -> None:
    await capacity.hear([one_service()])

    page = (await capacity.http.get(BOARD, headers=of_organisations(capacity, OURS))).text
    looked_at = (await capacity.http.get(BOARD, headers=in_area(capacity, Role.COORDINATOR))).text

    for pool_id, name in NAMES.items():
        assert f'id="pool-{pool_id}"><bdi>{name}</bdi></h3>' in page
        assert page.count(f": <bdi>{name}</bdi></span>") == 6  # each button, field and link says whose it is
        assert name in looked_at


async def test_the_page_of_whoever_is_signed_in_names_it_before_and_after_a_tap(
    capacity: CapacityAtWork,
) -> None:
    await capacity.hear([one_service()])
    ours = of_organisations(capacity, OURS)

    before = (await capacity.http.get(f"{BOARD}/pools/{TUESDAYS}", headers=ours)).text
    after = (await tap(capacity, ours, TUESDAYS, form(0, "full"))).text

    assert f"Space at <bdi>{NAMES[TUESDAYS]}</bdi></h1>" in before
    assert f"<bdi>{NAMES[TUESDAYS]}</bdi></h2>" in after


async def test_the_one_tap_page_names_it_before_and_after_the_tap(capacity: CapacityAtWork) -> None:
    await capacity.hear([one_service()])
    link = capacity.link(FAIR)

    before = await open_page(capacity, link)
    after = await tap_link(capacity, link, before, tap="full")

    assert f"<title>Space at {NAMES[FAIR]}" in before.text
    assert f"Space at <bdi>{NAMES[FAIR]}</bdi></h1>" in before.text
    assert f"<bdi>{NAMES[FAIR]}</bdi></h2>" in after.text


async def test_a_coordinator_who_phoned_sees_which_it_is(capacity: CapacityAtWork) -> None:
    await capacity.hear([one_service()])
    coordinator = in_area(capacity, Role.COORDINATOR)

    every = (await capacity.http.get("/capacity/phoned", headers=coordinator)).text
    found = (await capacity.http.get("/capacity/phoned?search=thursdays", headers=coordinator)).text
    one = (await capacity.http.get(f"/capacity/phoned/{COURSE}", headers=coordinator)).text

    assert all(name in every for name in NAMES.values())
    assert {pool_id for pool_id in NAMES if str(pool_id) in found} == {COURSE}
    assert f"Space at <bdi>{NAMES[COURSE]}</bdi></h1>" in one


async def test_a_system_reads_the_times_in_codes(capacity: CapacityAtWork) -> None:
    await capacity.hear([one_service()])

    told = (await capacity.get("/capacity/api/pools", service_id=str(UUID(int=9)))).json()["pools"]
    said = (await capacity.say(TUESDAYS, "full")).json()

    assert {UUID(each["pool_id"]): each["times"] for each in told} == {
        TUESDAYS: times(days=["TU"], opens_at="10:00:00", closes_at="12:00:00"),
        COURSE: times(days=["TH", "FR"], every_weeks=2, opens_at="18:30:00"),
        FAIR: times(on="2026-12-05", opens_at="10:00:00", closes_at="16:00:00"),
        CHOIR: times(days=["2MO", "-1FR"]),
    }
    assert said["times"]["days"] == ["TU"]


def times(**said: Any) -> dict[str, Any]:
    return {"days": [], "every_weeks": None, "on": None, "opens_at": None, "closes_at": None} | said


async def test_new_times_come_with_the_next_version_and_go_when_they_are_not_said(
    capacity: CapacityAtWork,
) -> None:
    thursdays = (PoolTimes(pool_id=TUESDAYS, days=("TH",), opens_at="00:00"),)
    await capacity.hear([one_service()])
    link = capacity.link(TUESDAYS)

    await capacity.hear([one_service(version=2, times=thursdays)])
    moved = (await open_page(capacity, link)).text
    await capacity.hear([one_service(version=3, times=())])
    unknown = (await open_page(capacity, link)).text

    assert "Art for all: Thursdays, 12 midnight" in moved
    assert "Space at <bdi>Art for all</bdi></h1>" in unknown


async def test_an_event_of_which_only_the_day_is_known_is_named_by_it(capacity: CapacityAtWork) -> None:
    await capacity.hear([one_service(times=())])

    page = (await open_page(capacity, capacity.link(FAIR))).text

    assert "Art for all: Saturday 5 December 2026</bdi>" in page


async def test_a_course_of_which_only_its_first_day_is_known_is_named_from_then_on(
    capacity: CapacityAtWork,
) -> None:
    """One day of each month, by its number: the days themselves are not told."""
    hour = PoolTimes(pool_id=COURSE, opens_at="10:00")
    await capacity.hear([one_service(times=(hour,))])
    from_then = (await open_page(capacity, capacity.link(COURSE))).text

    await capacity.hear([one_service(2, times=(hour.model_copy(update={"on": date(2031, 4, 3)}),))])
    once = (await open_page(capacity, capacity.link(COURSE))).text

    assert "Art for all: 10am, from Thursday 3 April 2031</bdi>" in from_then
    assert "Art for all: Thursday 3 April 2031, 10am</bdi>" in once


@pytest.mark.parametrize(("language", "tuesday"), [("pl", "wtorek"), ("so", "Talaado")])
async def test_other_languages_name_the_day(capacity: CapacityAtWork, language: str, tuesday: str) -> None:
    pool_id = uuid4()
    service = published(uuid4(), [pool_id], organisation_id=OURS).data
    told = service.model_copy(update={"times": (PoolTimes(pool_id=pool_id, days=("TU",)),)})
    await capacity.hear([new_event(told, area=AREA)])

    page = await capacity.http.get(
        f"{capacity.link(pool_id)}?lang={language}", headers={"accept": "text/html"}
    )

    assert f"Art for all: {tuesday}</bdi>" in page.text
