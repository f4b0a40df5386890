"""People reach help by different doors, with different needs and barriers."""

from deploy.demo.arrivals import answer_questions
from deploy.demo.plan import Space
from deploy.demo.waiting import until
from tests.scenarios.scene import Scene

BARKING, LAMBETH, BEXLEY = "E09000002", "E09000022", "E09000004"


async def test_who_refers_themselves_without_a_gp_sees_where_it_stands(scene: Scene) -> None:
    """HLP-12: a door that is open at any hour without a GP, for whoever lives here, and a page that says where it is.

    LEE-2: by a plain web form. The other ways in (by phone through staff, for somebody else) are not built yet.
    """
    group = "Talking Tuesdays"
    await scene.only("mental-wellbeing", BARKING, {group: Space("open", 5)})
    person = (await scene.refer(door="self", area=BARKING, needs=["mental-wellbeing"])).person

    mine = await scene.mail(person.email, "We have your referral")
    offer = await scene.follow(await scene.mail_about(group, "/referral/offer/"), "/referral/offer/")
    assert "Barking and Dagenham" in offer.text
    await scene.press(offer, "accept")
    await scene.mail(person.email, "You have a place")

    assert f"Your place is with {group}" in (await scene.follow(mine, "/referral/mine/")).text


async def test_a_form_with_gaps_is_shown_again_and_refers_nobody(scene: Scene) -> None:
    again = await answer_questions(scene.client, {"given_name": "Amina", "needs": "housing"})

    assert again.status == 422
    assert "There is a problem" in again.text
    kept = again.form_with(field="given_name").fields
    assert (kept["given_name"], kept["needs"]) == ("Amina", "housing")


async def test_one_referral_with_many_needs_is_routed_need_by_need(scene: Scene) -> None:
    """HLP-40: many needs at once, each routed and followed on its own. One plan and repeat referrals come later."""
    groups = {"money-advice": "Coldharbour money and housing advice", "healthy-eating": "Good food for less"}
    for need, group in groups.items():
        await scene.only(need, LAMBETH, {group: Space("open", 5)})
    await scene.only("mens-groups", LAMBETH, {})

    referred = await scene.refer(area=LAMBETH, needs=[*groups, "mens-groups"], sex="male", age=45)
    wanted = {**dict.fromkeys(groups, "offered"), "mens-groups": "waiting"}
    legs = {leg["need"]: leg for leg in await scene.becomes(wanted, referred)}

    assert {need: scene.name_of(legs[need]["service_id"]) for need in groups} == groups


async def test_who_suits_no_service_is_counted_with_the_barrier(scene: Scene) -> None:
    """HLP-7: a service says whom it does not suit; 'no suitable service' is an unmet need with the barrier as cause."""
    await scene.only("healthy-eating", BEXLEY, {"Plate Online": Space("open", 5)})
    before = await _unmet(scene)

    referred = await scene.refer(
        area=BEXLEY, needs=["healthy-eating"], age=40, groups=("learning-disability",)
    )

    assert await scene.state(referred) == "unmet"
    news = await scene.mail(referred.person.email, "News about your referral")
    assert news.link_to("/referral/mine/")

    async def counted() -> bool:
        return await _unmet(scene) == before + 1

    assert await until(counted, "the unmet need in the summary")


async def _unmet(scene: Scene) -> int:
    summary = await scene.client.call("demo-commissioner", "GET", "/outcomes/api/summary", area=BEXLEY)
    return int(summary["all"]["unmet_by_reason"]["not-eligible"])
