"""A specialist for all of London has few places, and one borough sends far more people than another."""

from collections.abc import Sequence

from deploy.demo.arrivals import Referred
from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.scenarios.scene import Scene

MANY, FEW, NEED, GROUP = "E09000021", "E09000024", "domestic-abuse", "Safe Harbour"
FROM_MANY, FROM_FEW = 5, 2


async def test_a_citywide_specialist_takes_from_each_borough_in_turn(scene: Scene) -> None:
    """MCR-5: catchment everywhere; the borough that sends most does not get every place, and each keeps its own order."""
    await scene.only(NEED, MANY, {})
    many = [await scene.refer(area=MANY, needs=[NEED], sex="female") for _ in range(FROM_MANY)]
    few = [await scene.refer(area=FEW, needs=[NEED], sex="female") for _ in range(FROM_FEW)]
    assert [await scene.state(each) for each in (*many, *few)] == ["waiting"] * (FROM_MANY + FROM_FEW)

    for place in range(2 * FROM_FEW):
        await scene.only(NEED, MANY, {GROUP: Space("open", 1)})
        offered = await _offered(scene, (*many, *few), place + 1)

        assert abs(len(set(offered) & set(many)) - len(set(offered) & set(few))) <= 1

    # All of the few have a place now, and of the many as many: those who came first.
    assert await _offered(scene, (*many, *few), 2 * FROM_FEW) == [*many[:FROM_FEW], *few]
    third = await scene.mail(many[FROM_FEW].person.email, "A message for you")
    assert (
        "Of those in your borough who wait for this, you come first."
        in (await scene.follow(third, "/referral/mine/")).text
    )

    await scene.only(NEED, MANY, {GROUP: Space("no-limit")})


async def _offered(scene: Scene, people: Sequence[Referred], number: int) -> list[Referred]:
    """Those of the people who have an offer, once they are as many."""

    async def as_many() -> list[Referred] | None:
        found = [each for each in people if await scene.state(each) == "offered"]
        return found if len(found) == number else None

    return await until(as_many, f"{number} offers")
