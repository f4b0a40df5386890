"""A group's links are in the wrong hands: they are stopped, and new ones reach the address that is known of it."""

from deploy.demo.html_forms import Page
from deploy.demo.plan import Space
from deploy.demo.spaces import SPACE_PATH
from deploy.demo.waiting import until
from tests.scenarios.scene import Scene

REDBRIDGE, NEED, GROUP = "E09000026", "loneliness", "Becontree garden and lunch"
OFFER = "/referral/offer/"


async def stop_links_of(scene: Scene, organisation_id: str) -> Page:
    """As the operator of the demonstration, in a browser without JavaScript."""
    group = f"/directory/organisations/{organisation_id}"
    sign_in = await scene.client.open(f"/directory/sign-in?back={group}")
    page = await scene.press(sign_in, "olu")
    return await scene.client.send(page, (form := page.form_with(field="times_before")), form.filled())


async def test_stopped_links_of_a_group_act_no_more_and_new_ones_do(scene: Scene) -> None:
    await scene.only(NEED, REDBRIDGE, {GROUP: Space("open", 5)})
    referred = await scene.refer(area=REDBRIDGE, needs=[NEED])
    await scene.is_offered(referred)
    before = {path: await scene.mail_about(GROUP, path) for path in (OFFER, SPACE_PATH)}

    done = await stop_links_of(scene, str(scene.service_named(GROUP)["organization"]["id"]))
    assert "by Olu Bankole" in done.text

    async def stopped() -> bool:
        return {(await scene.follow(mail, path)).status for path, mail in before.items()} == {404}

    await until(stopped, "the end of a group's links")
    to_answer = await scene.mail(before[OFFER].to, "Your new link to answer us")
    to_tell = await scene.mail(before[OFFER].to, "Your new link to tell us your space")
    assert (await scene.follow(to_tell, SPACE_PATH)).status == 200
    await scene.press(await scene.follow(to_answer, OFFER), "accept")
    await scene.mail(referred.person.email, "You have a place")
