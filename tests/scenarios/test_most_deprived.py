"""Where an area's policy says so, who lives in one of the most deprived neighbourhoods stands further forward."""

from deploy.demo.plan import Space
from tests.scenarios.scene import Scene

HARINGEY, GROUP, NEED = "E09000014", "Barber talk", "mens-groups"
HIGHGATE, TOTTENHAM = "N6 4AA", "N17 0AB"  # in the ninth and in the first tenth of England by deprivation
MINE = "/referral/mine/"


async def test_the_most_deprived_neighbourhood_comes_first_and_who_came_first_is_next(scene: Scene) -> None:
    """LEE-16: the policy weighs the tenth of England that a postcode is in; among equals who came first is next."""
    await scene.only(NEED, HARINGEY, {})
    early, deprived, late = [
        await scene.refer(area=HARINGEY, needs=[NEED], age=40, sex="male", postcode=postcode)
        for postcode in (HIGHGATE, TOTTENHAM, HIGHGATE)
    ]
    line = (early, deprived, late)
    assert [await scene.state(each) for each in line] == ["waiting"] * 3
    page = await scene.follow(await scene.mail(deprived.person.email, "You are on the waiting list"), MINE)
    assert "for your situation" in page.text
    assert TOTTENHAM not in page.text

    await scene.only(NEED, HARINGEY, {GROUP: Space("open", 1)})
    await scene.is_offered(deprived)
    assert [await scene.state(each) for each in line] == ["waiting", "offered", "waiting"]

    await scene.only(NEED, HARINGEY, {GROUP: Space("open", 1)})
    await scene.is_offered(early)
    assert await scene.state(late) == "waiting"
