"""A group of people is invited by need to a whole-day event with places, and nobody loses their place in the line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.async_api import Browser, Page

from deploy.demo.arrivals import REFERRALS, Referred
from deploy.demo.outside_client import Mail, client_from_environment
from deploy.demo.people import Person
from deploy.demo.plan import Space
from deploy.demo.spaces import SPACE_PATH
from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, visitor
from tests.component.directory.changing_feed import changing_feed
from tests.scenarios.council_lists import FEEDS, add, sign_in
from tests.scenarios.listed_services import Group, Record, gss, listed
from tests.scenarios.looking import looking
from tests.scenarios.menu_services import GREEN_STREET, NEWHAM
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene
from tests.scenarios.self_referral import Says, refer_oneself
from tests.unit.directory.records import attribute

NEED, INVITATIONS = "bereavement", "/referral/invitations"
PHONE = "a narrow phone without JavaScript"
MINE, OFFER, PROGRESS = "/referral/mine/", "/referral/offer/", "/referral/progress/"
INVITED = "You are invited"


async def test_people_are_invited_by_need_and_places_go_to_those_who_say_yes_first(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """HLP-10: staff invite once, with consent; two say yes and come, the third is told kindly and goes on waiting."""
    await scene.only(NEED, NEWHAM, {})
    group = Group("Green Street Good Days", f"good-days-{uuid4().hex[:8]}@green-street.example.org")
    async with _good_day(group) as day:
        first, second, third = await _three_who_wait(scene, browser, origin)
        space = await scene.mail_about(day["name"], SPACE_PATH)
        await scene.providers.tap(str(space.link_to(SPACE_PATH)), Space("open", 2))
        async with visitor(browser, origin, DESK) as (page, _):
            await sign_in_as("Nadia Rahman", page, INVITATIONS)
            assert await _invite(page, day["name"]) == "Invite 3 people"
            assert await _numbers(page, day["name"]) == [3, 0, 0, 3, 0, 0]

            for number, person in enumerate((first, second), start=1):
                assert "You said yes" in await _answer(scene, browser, origin, person)
                offer = await _to_group(scene, group, OFFER, number)
                await scene.press(await scene.follow(offer, OFFER), "accept")
                await scene.mail(person.email, "You have a place")
                await scene.mail(person.email, "How are you?")
            late = await _answer(scene, browser, origin, third)
            assert "all places at this event are taken now. You keep your place on the waiting list" in late
            assert "All the groups that suit you are full. You are on the waiting list." in late

            came = await scene.follow(await _to_group(scene, group, PROGRESS, 1), PROGRESS)
            await scene.press(came, "started")
            await page.reload()
            assert await _numbers(page, day["name"]) == [3, 3, 0, 0, 2, 1]


@asynccontextmanager
async def _good_day(group: Group) -> AsyncIterator[Record]:
    """A day in three weeks that a list brings in, and takes away again."""
    day, opening = (datetime.now(UTC) + timedelta(days=21)).date(), str(uuid4())
    record = listed(
        f"Good day of {group.mailbox[10:18]}",
        group,
        gss(NEWHAM),
        need="practical-help",
        home=NEWHAM,
        spot=GREEN_STREET,
        schedules=[
            {"id": opening, "dtstart": day.isoformat(), "opens_at": "10:00:00", "closes_at": "16:00:00"}
        ],
    )
    pool = attribute("kith-pools", "event", value="Good day", link_type="schedule", link_id=opening)
    record["attributes"].append(pool | {"id": str(uuid4())})
    async with changing_feed(record) as feed, client_from_environment() as client:
        await sign_in(client, "olu", FEEDS)
        source = await add(client, f"Days of {group.mailbox}", feed, routable=True)
        await source.is_read()
        try:
            yield record
        finally:
            feed.records = [{**record, "status": "inactive"}]
            async with client_from_environment() as later:
                await sign_in(later, "olu", FEEDS)
                await source.read(later)


async def _three_who_wait(scene: Scene, browser: Browser, origin: str) -> list[Person]:
    """One by the form and two by their GP, all of whom may be invited; and one who did not say so."""
    people = [
        scene.someone(door=door, area=NEWHAM, needs=[NEED], age=44) for door in ("self", "gp", "gp", "gp")
    ]
    async with looking(browser, origin, PHONE) as looker:
        await refer_oneself(looker.page, people[0], Says(may_invite=True))
    for person in people[1:]:
        said = person.as_gp_referral() | {"may_invite": person is not people[3]}
        answer = await scene.client.call("demo-gp", "POST", REFERRALS, said)
        assert await scene.state(Referred(person, answer["referral_id"])) == "waiting"
    await scene.mail(people[0].email, "You are on the waiting list")
    return people[:3]


async def _invite(page: Page, event: str) -> str:
    """Chooses and presses; gives what the button said."""
    button = page.get_by_role("button", name="Invite ")

    async def is_there() -> bool:
        await page.goto(INVITATIONS)
        return await page.locator("#event option", has_text=event).filter(has_text="2 places").count() > 0

    assert await until(is_there, "the day with its places")
    await page.locator("#need").select_option(NEED)
    value = await page.locator("#event option", has_text=event).get_attribute("value")
    await page.locator("#event").select_option(value)
    await press(page.get_by_role("button", name="See how many"))
    said = await button.inner_text()
    await press(button)
    return said.strip()


async def _numbers(page: Page, event: str) -> list[int]:
    """Invited, yes, no, no answer, placed, came."""
    cells = page.locator("tr", has_text=event).locator("td.nhsuk-table__cell--numeric")
    return [int("".join(each for each in text if each.isdigit())) for text in await cells.all_inner_texts()]


async def _answer(scene: Scene, browser: Browser, origin: str, person: Person) -> str:
    """By the link of their message, on a phone: one press, and what stands there then."""
    mail = await scene.mail(person.email, INVITED)
    async with looking(browser, origin, PHONE) as looker:
        await looker.go(str(mail.link_to(MINE)))
        await looker.press(looker.page.get_by_role("button", name="Yes, I would like to come"))
        return await looker.text()


async def _to_group(scene: Scene, group: Group, path: str, number: int) -> Mail:
    """The newest message to the group with a link of a kind, once so many came."""

    async def came() -> Mail | None:
        found = [mail for mail in await scene.client.mails(to=group.mailbox) if mail.link_to(path)]
        return found[-1] if len(found) >= number else None

    return await until(came, f"message {number} to the group")
