"""When all that suits is full people wait, and places go to them in turn."""

from collections.abc import Awaitable, Callable

from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.scenarios.scene import Scene

HOUNSLOW, GROUP = "E09000018", "Carers' hour"


async def test_places_that_open_go_to_those_who_came_first(scene: Scene) -> None:
    await scene.only("carers", HOUNSLOW, {})
    line = [await scene.refer(area=HOUNSLOW, needs=["carers"]) for _ in range(4)]
    assert [await scene.state(each) for each in line] == ["waiting"] * 4
    third = await scene.mail(line[2].person.email, "You are on the waiting list")
    assert "2 people are before you" in (await scene.follow(third, "/referral/mine/")).text

    for place in range(3):
        await scene.only("carers", HOUNSLOW, {GROUP: Space("open", 1)})
        await scene.settled(line[place])
        offer = await scene.mail_about(GROUP, "/referral/offer/")
        expected = ["offered"] * (place + 1) + ["waiting"] * (3 - place)

        async def as_expected(wanted: list[str] = expected) -> bool:
            return [await scene.state(each) for each in line] == wanted

        assert await _soon(as_expected)
        assert offer

    await scene.only("carers", HOUNSLOW, {GROUP: Space("no-limit")})


async def test_a_place_that_a_provider_declines_goes_to_the_next_in_line(scene: Scene) -> None:
    area, need, group = "E09000023", "employment", "Bright Paths"
    await scene.only(need, area, {group: Space("open", 1)})
    first, second = [await scene.refer(area=area, needs=[need], age=24, sex="male") for _ in range(2)]
    await scene.is_offered(first)
    assert await scene.state(second) == "waiting"

    offer = await scene.follow(await scene.mail_about(group, "/referral/offer/"), "/referral/offer/")
    declined = await scene.press(offer, "decline", reason="not-suitable")

    assert "You said no" in declined.text

    await scene.is_offered(second)
    assert await scene.state(first) == "waiting"
    again = await scene.client.open(declined.url)
    assert "You said no" in again.text
    assert not again.forms


async def _soon(condition: Callable[[], Awaitable[bool]]) -> bool:
    return await until(condition, "the line to move")
