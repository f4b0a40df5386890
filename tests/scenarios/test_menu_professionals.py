"""Those who help people look for services and hand them on, and see no record by it."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from icalendar import Calendar, Component
from playwright.async_api import Browser, Page

from deploy.demo.outside_client import Mail, client_from_environment
from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, PHONE, visitor
from tests.scenarios.council_lists import sign_in
from tests.scenarios.menu_services import SUTTON, Listed
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene

LIST = "/directory/list/"
CAMDEN = "E09000007"
MAY_SEE = {
    "amina": ("/referral/waiting", "/referral/offers"),
    "priya": ("/referral/referred/without-help", "/referral/referred/placed"),
    "ines": ("/referral/audit",),
}
RECORDS = [path for paths in MAY_SEE.values() for path in paths]  # all that staff can see of people


async def test_a_signposter_searches_and_prescribes_and_every_record_refuses(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """LEI-8: volunteers signpost: they search and give lists; of records they see none, whoever's address they have."""
    referred = await scene.refer(area=CAMDEN, needs=["newly-arrived"])
    async with visitor(browser, origin, PHONE) as (page, _):
        await sign_in_as("Sam Whitaker", page, "/")
        tasks = await page.locator("main a").evaluate_all("links => links.map(it => it.getAttribute('href'))")
        assert {"/services", "/directory/prescription"} <= set(tasks)
        assert not [path for path in RECORDS if path in tasks]
        await page.goto("/services?search=lonely")
        assert await page.locator(".kith-found").count() > 3
        refused = {path: await _status(page, path) for path in RECORDS}
        one = await page.request.get(f"/referral/api/referrals/{referred.referral_id}")

    assert refused == dict.fromkeys(RECORDS, 403)
    assert one.status in {401, 403}
    for who, paths in MAY_SEE.items():
        async with client_from_environment() as client:
            await sign_in(client, who, "/")
            assert [(await client.open(path)).status for path in paths] == [200] * len(paths), who


async def _status(page: Page, path: str) -> int:
    answer = await page.goto(path)
    assert answer is not None
    return answer.status


async def test_a_list_of_services_is_given_without_a_referral_and_opened_on_a_phone(
    browser: Browser, origin: str
) -> None:
    """LEI-7: several services are picked for somebody, printed or taken along as a link, without a referral."""
    async with visitor(browser, origin, DESK) as (page, ear):
        await sign_in_as("Sam Whitaker", page, "/directory/prescription")
        picked = [await _pick(page, words) for words in ("lonely", "benefits", "counselling")]
        await press(page.get_by_role("button", name="Make the list to open by a link"))
        link = str(await page.locator("a.kith-paper__address").get_attribute("href"))
        await press(page.get_by_role("button", name="Open the list to print it"))
        await page.emulate_media(media="print")
        assert await _names(page) == picked
        assert not await page.locator("header").first.is_visible()
        assert ear.complaints == []

    async with visitor(browser, origin, PHONE, javascript=False) as (page, ear):
        await page.goto(urlsplit(link).path)
        assert await page.get_by_role("heading", level=1).inner_text() == "Services for you"
        assert await _names(page) == picked
        await press(page.get_by_role("link", name=picked[0]))
        assert await page.get_by_role("heading", level=1).inner_text() == picked[0]
        assert ear.foreign == []


async def test_the_same_list_goes_out_by_email_and_by_text(
    scene: Scene, browser: Browser, origin: str
) -> None:
    """LEI-7: by email, in the reader's language, and by a text of the giver's phone; whose it is stands nowhere."""
    mailbox = f"reader-{uuid4().hex[:8]}@example.org"
    async with visitor(browser, origin, PHONE, javascript=False) as (page, ear):
        await sign_in_as("Sam Whitaker", page, "/directory/prescription")
        picked = [await _pick(page, words) for words in ("lonely", "benefits")]
        await press(page.get_by_role("button", name="Make the list to open by a link"))
        given = page.url
        await page.get_by_label("Their email address").fill(mailbox)
        await page.get_by_label("In which language?").first.select_option("so")
        await press(page.get_by_role("button", name="Send the email"))
        mail = await _mail_to(scene, mailbox)

        assert not [name for name in picked if name in mail.text]
        await page.goto(given)
        assert mailbox not in await page.content()
        await press(page.get_by_role("button", name="Write a text"))
        opens = str(await page.get_by_role("button", name="Open my messages").get_attribute("href"))
        words = await page.locator("main .kith-paper__address").inner_text()
        assert unquote(opens).removeprefix("sms:?&body=") == words
        assert ear.complaints == []

    mailed = next(word for word in mail.text.split() if LIST in word)
    texted = next(word for word in words.split() if LIST in word)
    for address, language in ((mailed, "so"), (texted, "en")):
        parts = urlsplit(address)
        async with visitor(browser, origin, PHONE, javascript=False) as (page, _):
            await page.goto(f"{parts.path}?{parts.query}")
            assert await page.locator("html").get_attribute("lang") == language
            assert await _names(page) == picked


async def _mail_to(scene: Scene, mailbox: str) -> Mail:
    async def came() -> Mail | None:
        return next(iter(await scene.client.mails(to=mailbox)), None)

    return await until(came, "the mail of a list")


async def _pick(page: Page, words: str) -> str:
    """The best of what these words find that is not on the list yet."""
    await page.get_by_label("What is it about?").fill(words)
    await press(page.get_by_role("button", name="Find services"))
    card = page.locator(".nhsuk-card").filter(has=page.get_by_role("button", name="to the list")).first
    name = await card.get_by_role("heading").inner_text()
    await press(card.get_by_role("button", name="to the list"))
    await page.get_by_role("button", name=f"Remove {name} from the list").wait_for()
    return name


async def _names(page: Page) -> list[str]:
    return await page.locator(".kith-paper__name").all_inner_texts()


async def test_a_gp_looks_for_a_service_and_refers_nobody(
    listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-8: a professional can search without making a referral."""
    async with visitor(browser, origin, DESK) as (page, ear):
        await sign_in_as("Dr Priya Shah", page, "/")
        await press(page.get_by_role("link", name="Look for a service"))
        ear.requested.clear()
        await page.get_by_label("What do you need?").fill("clay")
        await page.get_by_label("Your postcode or area").fill("Sutton")
        await press(page.get_by_role("button", name="Search", exact=True))
        await press(page.get_by_role("link", name=listed.clay["name"]).first)

        assert await page.get_by_role("heading", level=1).inner_text() == listed.clay["name"]
        assert not [url for url in ear.requested if "/referral/" in url]
        assert ear.complaints == []


async def test_what_is_on_is_asked_for_by_email_by_area_and_need_and_stopped(
    browser: Browser, origin: str
) -> None:
    """MCR-8: a digest by area and need, each Monday, for as long as it is wanted."""
    async with visitor(browser, origin, PHONE, javascript=False) as (page, ear):
        await sign_in_as("Dr Priya Shah", page, "/directory/digests")
        await page.get_by_label("Where?").fill("SM1 1EA")
        await page.get_by_label("Arts and making things").check()
        await press(page.get_by_role("button", name="Email me each week"))
        asked = page.locator("main .nhsuk-summary-list__row").filter(has_text="Sutton")
        told = await asked.inner_text()
        assert "Arts and making things" in told
        assert "Next on Monday" in told
        assert "SM1" not in await page.locator("main").inner_text()

        await press(asked.get_by_role("button", name=re.compile("^Stop")))
        assert await asked.count() == 0
        assert ear.complaints == []


async def test_what_is_on_near_here_is_shown_and_can_be_followed(
    listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-8: 'what is on' by area and need, as a page of the coming days, a news feed and a calendar."""
    clay, strides = listed.clay["name"], listed.strides["name"]
    async with visitor(browser, origin, PHONE, javascript=False) as (page, _):
        await page.goto("/directory/whats-on")
        await page.get_by_label("Where?").fill("SM1 1EA")
        await page.get_by_label("What for?").select_option("creative")
        await press(page.get_by_role("button", name="Show what is on"))
        days = page.locator("nav.kith-days a")
        on = [await _on(page)]
        for number in range(await days.count()):
            await press(days.nth(number))
            on.append(await _on(page))
        links = {kind: await _link(page, kind) for kind in ("rss", "ics")}
        news = await (await page.request.get(links["rss"])).body()
        calendar = await (await page.request.get(links["ics"])).body()
        both = await (await page.request.get(f"/directory/whats-on.rss?near={SUTTON}")).text()

    assert [clay in names for names in on[1:]] == [True] * 6  # today it may be over already
    assert not [names for names in on if strides in names]
    items = ET.fromstring(news).findall("channel/item")  # noqa: S314 - our own
    titles = [str(item.findtext("title")) for item in items]
    assert len([title for title in titles if title.startswith(clay)]) == 7
    assert all(parsedate_to_datetime(str(item.findtext("pubDate"))) for item in items)
    events = Calendar.from_ical(calendar).walk("VEVENT")
    assert len([event for event in events if event["summary"] == clay]) == 28
    assert not [each for each in _followed(titles, events) if strides in each]
    assert clay in both
    assert strides in both


def _followed(titles: Sequence[str], events: Sequence[Component]) -> list[str]:
    return [*titles, *(str(event["summary"]) for event in events)]


async def _on(page: Page) -> list[str]:
    return await page.locator(".kith-happening h3").all_inner_texts()


async def _link(page: Page, kind: str) -> str:
    return str(await page.locator(f"main a[href*='/directory/whats-on.{kind}']").get_attribute("href"))
