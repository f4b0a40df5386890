"""What a service did for people, from their answers to the page that everybody sees."""

from deploy.demo.arrivals import Referred
from deploy.demo.html_forms import Page
from deploy.demo.outside_client import Mail
from deploy.demo.plan import Space
from deploy.demo.waiting import until
from deploy.demo.wellbeing import MEASURE_PATH, ask_again_now
from tests.scenarios.scene import Scene

AREA, NEED, GROUP = "E09000032", "healthy-eating", "Good food for less"
OFFER, PROGRESS = "/referral/offer/", "/referral/progress/"
FIVE = 5
WITHIN = 90.0  # seconds; in demo mode the figures are made every thirty


async def test_a_page_says_what_changed_once_five_people_were_helped(scene: Scene) -> None:
    """LEW-3: for prescribers, providers and people searching, when numbers allow."""
    address = f"/services/{scene.service_named(GROUP)['id']}"
    assert "helped about" not in (await scene.client.open(address)).text
    await scene.only(NEED, AREA, {GROUP: Space("open", FIVE)})
    people = [await scene.refer(area=AREA, needs=[NEED]) for _ in range(FIVE)]
    for person in people:
        await scene.is_offered(person)

    for offer in await _new_mails(scene, OFFER):
        page = await scene.follow(offer, OFFER)
        assert "You said yes" in (await scene.press(page, "accept")).text
    for person in people:
        await _answer(scene, person, tick=2, number=1)
    for place in await _new_mails(scene, PROGRESS):
        await scene.press(await scene.follow(place, PROGRESS), "started")
    for person in people:
        [leg] = await scene.settled(person)
        await ask_again_now(scene.client, leg["leg_id"])
        await _answer(scene, person, tick=4, number=2)

    async def told() -> Page | None:
        page = await scene.client.open(address)
        return page if "told us how they felt" in page.text else None

    words = (await until(told, "the figures on the page of the service", within=WITHIN)).text
    assert "In the last year it helped about 5 people." in words
    assert "5 people told us how they felt, before and after. Most of them felt better." in words
    assert "went up by 9.7 points" in words  # raw 14 and 28 on the metric scale: 15.32 and 25.03
    for person in people:
        assert person.person.family_name not in words


async def _new_mails(scene: Scene, path: str) -> list[Mail]:
    """One to the group for each of the five."""

    async def came() -> list[Mail] | None:
        mails = await scene.client.mails(since=scene.began)
        found = [each for each in mails if GROUP in each.text and each.link_to(path)]
        return found if len(found) >= FIVE else None

    return await until(came, f"{FIVE} messages to {GROUP}")


async def _answer(scene: Scene, referred: Referred, *, tick: int, number: int) -> None:
    mail = await scene.mail(referred.person.email, "How are you?", number)
    page = await scene.follow(mail, MEASURE_PATH)
    form = page.form_with(field="statement_1")
    await scene.client.send(page, form, form.filled(**dict.fromkeys(form.choices, str(tick))))
