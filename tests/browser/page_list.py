"""Every page of Kith and how somebody gets to see it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from playwright.async_api import Page

from deploy.demo.plan import Space
from tests.browser.cast import NOBODY_HELPS, Cast
from tests.browser.choosing import (
    choosing_list,
    choosing_with_them,
    chosen_for_them,
    how_we_ask,
    how_we_ask_with_faults,
    my_choice,
)
from tests.browser.self_referral import STEPS, fill_self_referral, go_on

Visit = Callable[[Page, Cast], Awaitable[object]]

ELSEWHERE: Final = "/elsewhere"  # an address of the edge that stands alone


def at(path: str) -> Visit:
    async def visit(page: Page, _: Cast) -> None:
        await page.goto(path)

    return visit


async def one_service(page: Page, cast: Cast) -> None:
    await page.goto(f"/services/{(await cast.groups_that_suit())[0]}")


async def services_of_an_unknown_place(page: Page, _: Cast) -> None:
    await page.goto("/services")
    await page.get_by_label("Your postcode or area").fill("ZZ99 9ZZ")
    await page.get_by_role("button", name="Search", exact=True).click()


async def services_by_postcode(page: Page, _: Cast) -> None:
    await page.goto("/services")
    await page.get_by_label("What do you need?").fill("lonely")
    await page.get_by_label("Your postcode or area").fill("E17 4PP")
    await page.get_by_role("button", name="Search", exact=True).click()


async def self_referral_with_faults(page: Page, _: Cast) -> None:
    await page.goto("/referral/self")
    await go_on(page)


def self_referral_at(step: str) -> Visit:
    async def visit(page: Page, cast: Cast) -> None:
        await page.goto("/referral/self")
        await fill_self_referral(page, cast, until=step)

    return visit


async def self_referral_faults_at_the_end(page: Page, cast: Cast) -> None:
    await self_referral_at("check")(page, cast)
    await page.get_by_label("You may share what I told you").uncheck()
    await page.get_by_role("button", name="Send").click()


async def self_referral_done(page: Page, cast: Cast) -> None:
    await self_referral_at("check")(page, cast)
    await page.get_by_role("button", name="Send").click()


async def space(page: Page, cast: Cast) -> None:
    await page.goto(await cast.space_of(await cast.group_of_its_own()))


async def space_without_a_number(page: Page, cast: Cast) -> None:
    await space(page, cast)
    await page.get_by_role("button", name="We have places", exact=True).click()
    await page.get_by_text("There is a problem").wait_for()


async def space_told(page: Page, cast: Cast) -> None:
    await space(page, cast)
    await page.get_by_label("How many places").fill("12")
    await page.get_by_role("button", name="We have places", exact=True).click()
    await page.get_by_text("Thank you.").wait_for()


async def space_full_with_people_shown(page: Page, cast: Cast) -> None:
    offered = await cast.offered()
    await page.goto(await cast.space_of(offered.service_id))
    await page.get_by_role("button", name="We are full").click()
    await page.get_by_text("Thank you.").wait_for()


async def space_somebody_spoke_since(page: Page, cast: Cast) -> None:
    service_id = await cast.group_of_its_own()
    await cast.say(service_id, Space("full"))
    await page.goto(await cast.space_of(service_id))
    await cast.say(service_id, Space("open", 3))
    await page.get_by_role("button", name="We have places for everyone").click()
    await page.get_by_text("Someone else told us something since").wait_for()


async def space_waiting_to_be_sent(page: Page, cast: Cast) -> None:
    await space(page, cast)
    # The line is there for everything but the tap: a page that is looked at makes no complaint of its own.
    await page.route(
        "**/capacity/space/*",
        lambda route: route.fulfill(status=503) if route.request.method == "POST" else route.continue_(),
    )
    await page.get_by_role("button", name="We are full").click()
    await page.get_by_text("Waiting to be sent").wait_for()


async def space_in_all(page: Page, cast: Cast) -> None:
    offered = await cast.accepted()
    await page.goto(await cast.space_of(offered.service_id))
    await page.get_by_text("Or say how many people").click()
    await page.get_by_label("How many people can you have in all?").fill("1")
    await page.get_by_role("button", name="So many in all").click()
    await page.get_by_text("Thank you.").wait_for()


async def told_on_the_phone(page: Page, cast: Cast) -> None:
    await signed_in("Nadia Rahman", "/capacity/phoned")(page, cast)
    await page.locator("main tbody a").first.click()


async def told_on_the_phone_with_faults(page: Page, cast: Cast) -> None:
    await told_on_the_phone(page, cast)
    await page.get_by_role("button", name="Write it down").click()


async def offer(page: Page, cast: Cast) -> None:
    await page.goto(cast.offer_of(await cast.offered()))


async def offer_without_a_reason(page: Page, cast: Cast) -> None:
    await offer(page, cast)
    await page.get_by_role("button", name="No, we cannot help them").click()


async def offer_accepted(page: Page, cast: Cast) -> None:
    await page.goto(cast.offer_of(await cast.accepted()))


async def offer_declined(page: Page, cast: Cast) -> None:
    await offer(page, cast)
    await page.get_by_label("We have no space").check()
    await page.get_by_role("button", name="No, we cannot help them").click()


async def offer_lapsed(page: Page, cast: Cast) -> None:
    offered = await cast.offered()
    await cast.let_lapse(offered)
    await page.goto(cast.offer_of(offered))


async def offer_answered_too_late(page: Page, cast: Cast) -> None:
    offered = await cast.offered()
    await page.goto(cast.offer_of(offered))
    await cast.let_lapse(offered)
    await page.get_by_role("button", name="Yes, we have a place").click()


async def progress(page: Page, cast: Cast) -> None:
    await page.goto(cast.progress_of(await cast.accepted()))


async def progress_started(page: Page, cast: Cast) -> None:
    await progress(page, cast)
    await page.get_by_role("button", name="They have started").click()


async def progress_finished(page: Page, cast: Cast) -> None:
    await progress_started(page, cast)
    await page.get_by_role("button", name="They have finished").click()


async def contact(page: Page, cast: Cast) -> None:
    await page.goto(cast.contact_of(await cast.accepted()))


async def contact_shown(page: Page, cast: Cast) -> None:
    await contact(page, cast)
    await page.get_by_role("button", name="Show me their name").click()


async def my_referral(page: Page, cast: Cast) -> None:
    await page.goto(cast.referral_of((await cast.accepted()).referral_id))


async def my_referral_unmet(page: Page, cast: Cast) -> None:
    area, need = NOBODY_HELPS
    _, referral_id = await cast.refer(area=area, needs=(need,))
    await page.goto(cast.referral_of(referral_id))


async def my_referral_stopped(page: Page, cast: Cast) -> None:
    await page.goto(cast.referral_of((await cast.offered()).referral_id))
    await page.get_by_text("I no longer want this").click()
    await page.get_by_role("button", name="Stop this").click()


def of_my_referral(path: str) -> Visit:
    async def visit(page: Page, cast: Cast) -> None:
        await page.goto(cast.referral_of((await cast.accepted()).referral_id) + path)

    return visit


async def measure(page: Page, cast: Cast) -> None:
    await page.goto(await cast.measure_of(await cast.accepted()))


async def measure_with_gaps(page: Page, cast: Cast) -> None:
    await measure(page, cast)
    await page.locator("input[name=statement_1]").first.check()
    await page.get_by_role("button", name="Send my answers").click()


async def measure_done(page: Page, cast: Cast) -> None:
    await measure(page, cast)
    for number in range(1, 8):
        await page.locator(f"input[name=statement_{number}]").nth(3).check()
    await page.get_by_role("button", name="Send my answers").click()


async def message(page: Page, cast: Cast) -> None:
    await page.goto(await cast.message_to(await cast.offered()))


async def trace(page: Page, cast: Cast) -> None:
    await page.goto(await cast.trace_of(await cast.accepted()))


async def expired_link(page: Page, cast: Cast) -> None:
    await page.goto(cast.offer_of(await cast.offered(), valid=timedelta(seconds=-1)))


def signed_in(person: str, path: str) -> Visit:
    async def visit(page: Page, _: Cast) -> None:
        await page.goto(f"/directory/sign-in?back={path}")
        await page.get_by_role("button", name=f"Sign in as {person}").click()

    return visit


async def board(page: Page, cast: Cast) -> None:
    await signed_in("Jo Makepeace", "/capacity/board")(page, cast)
    # The counts are put in by the service that has them.
    await page.get_by_role("link", name="See each of them, by reference").wait_for()


async def board_pool(page: Page, cast: Cast) -> None:
    await board(page, cast)
    await page.get_by_role("link", name="Say how long the break is").first.click()


async def board_told(page: Page, cast: Cast) -> None:
    await board(page, cast)
    await page.get_by_role("button", name="We take a break").first.click()
    await page.get_by_text("Thank you.").wait_for()


async def member(page: Page, cast: Cast) -> None:
    await signed_in("Nadia Rahman", "/directory/members")(page, cast)
    await page.get_by_role("link", name="Amina Yusuf").click()


async def links_of_a_group(page: Page, cast: Cast) -> None:
    await signed_in("Nadia Rahman", "/directory/organisations")(page, cast)
    await page.locator("main tbody a").first.click()


async def a_list(page: Page, cast: Cast) -> None:
    """One that an operator has just added."""
    await signed_in("Olu Bankole", "/directory/feeds")(page, cast)
    await page.get_by_label("Whose list it is").fill("Walkers of Mile End")
    await page.get_by_label("Kind").select_option("simple-sheet")
    await page.get_by_role("button", name="Add", exact=True).click()


async def report_of_a_list(page: Page, cast: Cast) -> None:
    """Of a sheet whose one row is refused, so that the menu stays as it is."""
    await a_list(page, cast)
    sheet = b"Name,Organisation,Youngest age\nCanal walk,Walkers,old enough\n"
    await page.get_by_label("The file").set_input_files(
        {"name": "walks.csv", "mimeType": "text/csv", "buffer": sheet}
    )
    await page.get_by_role("button", name="Send", exact=True).click()


def leaflet(look: str) -> Visit:
    async def visit(page: Page, cast: Cast) -> None:
        await page.goto(f"/directory/leaflet/{(await cast.groups_that_suit())[0]}?look={look}")

    return visit


async def whats_on_nowhere(page: Page, _: Cast) -> None:
    await page.goto("/directory/whats-on")
    await page.get_by_label("Where?").fill("Nowhere at all")
    await page.get_by_role("button", name="Show what is on").click()


def entry_at(path: str) -> Visit:
    async def visit(page: Page, cast: Cast) -> None:
        there = f"/directory/entries/{(await cast.groups_that_suit())[0]}"
        await signed_in("Olu Bankole", there + path)(page, cast)

    return visit


def entry_typed(name: str) -> Visit:
    async def visit(page: Page, cast: Cast) -> None:
        await entry_at("/what")(page, cast)
        await page.get_by_label("Name", exact=True).fill(name)
        await page.get_by_role("button", name="See what changes").click()

    return visit


async def entry_with_wards(page: Page, cast: Cast) -> None:
    await entry_at("/area")(page, cast)
    await page.get_by_label("Choose a borough").select_option("E09000012")
    await page.get_by_role("button", name="Show its wards").click()


async def group(page: Page, cast: Cast) -> None:
    await one_service(page, cast)
    await page.locator("a[href^='/organizations/']").click()


async def roll_up(page: Page, cast: Cast) -> None:
    await entry_at("")(page, cast)
    await page.locator("a[href$='/entries']", has_text="the groups below it run").click()


async def list_found(page: Page, cast: Cast) -> None:
    await signed_in("Sam Whitaker", "/directory/prescription")(page, cast)
    await page.get_by_label("What is it about?").fill("lonely")
    await page.get_by_role("button", name="Find services").click()


async def list_chosen(page: Page, cast: Cast) -> None:
    await list_found(page, cast)
    for number in (1, 2):
        await page.get_by_role("button", name="to the list").first.click()
        await page.locator("main ol > li").nth(number - 1).wait_for()


async def list_place_not_known(page: Page, cast: Cast) -> None:
    await list_chosen(page, cast)
    await page.get_by_label("Where do they live?").fill("Nowhere at all")
    await page.get_by_role("button", name="Find services").click()


async def list_ready(page: Page, cast: Cast) -> None:
    await list_chosen(page, cast)
    await page.get_by_role("button", name="Make the list to print").click()


async def list_given(page: Page, cast: Cast) -> None:
    await list_ready(page, cast)
    await page.get_by_role("button", name="Open the list to print it").click()


async def list_without_an_address(page: Page, cast: Cast) -> None:
    await list_ready(page, cast)
    await page.get_by_role("button", name="Send the email").click()


async def list_mailed(page: Page, cast: Cast) -> None:
    await list_ready(page, cast)
    await page.get_by_label("Their email address").fill("somebody@example.org")
    await page.get_by_role("button", name="Send the email").click()
    await page.get_by_text("One email").first.wait_for()


async def list_by_text(page: Page, cast: Cast) -> None:
    await list_ready(page, cast)
    await page.get_by_role("button", name="Write a text").click()


async def weekly_mail_asked_for(page: Page, cast: Cast) -> None:
    await signed_in("Tom Becker", "/directory/digests?near=E09000030")(page, cast)
    if await page.get_by_role("button", name="Email me each week").count():
        await page.get_by_role("button", name="Email me each week").click()


async def weekly_mail_nowhere(page: Page, cast: Cast) -> None:
    await signed_in("Sam Whitaker", "/directory/digests")(page, cast)
    await page.get_by_label("Where?").fill("Nowhere at all")
    await page.get_by_role("button", name="Email me each week").click()


async def weekly_mail_stopped(page: Page, cast: Cast) -> None:
    await page.goto(cast.digest_of("00000000-0000-4000-8000-000000000001"))


PAGES: Final[dict[str, Visit]] = {
    "front page": at("/"),
    "sign in": at("/directory/sign-in"),
    "work of a coordinator": signed_in("Nadia Rahman", "/"),
    "nothing to do": signed_in("Vera Lindqvist", "/"),
    "members": signed_in("Nadia Rahman", "/directory/members"),
    "sessions": signed_in("Nadia Rahman", "/directory/sessions"),
    "member": member,
    "groups and their links": signed_in("Nadia Rahman", "/directory/organisations"),
    "links of a group": links_of_a_group,
    "work of a referrer": signed_in("Dr Priya Shah", "/"),
    "referred, without help": signed_in("Dr Priya Shah", "/referral/referred/without-help"),
    "referred, with a place": signed_in("Dr Priya Shah", "/referral/referred/placed"),
    "who needs a person": signed_in("Nadia Rahman", "/referral/needs-a-person"),
    "turned away": signed_in("Jo Makepeace", "/referral/turned-away"),
    "referred again": signed_in("Amina Yusuf", "/referral/referred-again"),
    "who has to choose": choosing_list,
    "choosing with them": choosing_with_them,
    "chosen for them": chosen_for_them,
    "how groups are asked": how_we_ask,
    "how groups are asked: faults": how_we_ask_with_faults,
    "people to invite": signed_in("Nadia Rahman", "/referral/invitations"),
    "people to invite: faults": signed_in("Nadia Rahman", "/referral/invitations?need=nothing"),
    "people who wait": signed_in("Amina Yusuf", "/referral/waiting"),
    "offers without an answer": signed_in("Amina Yusuf", "/referral/offers"),
    "figures of a group": signed_in("Jo Makepeace", "/outcomes/summary"),
    "audit": signed_in("Ines Castro", "/referral/audit"),
    "services that may be the same": signed_in("Nadia Rahman", "/directory/duplicates"),
    "how to refer": at("/directory/refer"),
    "how groups take part": at("/directory/groups"),
    "services": at("/services"),
    "services: nothing found": at("/services?search=zzzzzz"),
    "services by postcode": services_by_postcode,
    "services of an unknown place": services_of_an_unknown_place,
    "services on a map": at("/directory/map?near=E09000031&sort=nearest"),
    "area to choose": at("/directory/menu"),
    "menu of an area": at("/directory/menu/E09000031"),
    "service": one_service,
    "self-referral": at("/referral/self"),
    **{f"self-referral: {step}": self_referral_at(step) for step in STEPS[1:]},
    "self-referral with faults": self_referral_with_faults,
    "self-referral faults at the end": self_referral_faults_at_the_end,
    "self-referral done": self_referral_done,
    "space": space,
    "space without a number": space_without_a_number,
    "space told on the phone: services": signed_in("Nadia Rahman", "/capacity/phoned"),
    "space told on the phone": told_on_the_phone,
    "space told on the phone: faults": told_on_the_phone_with_faults,
    "space told": space_told,
    "space in all": space_in_all,
    "space, waiting to be sent": space_waiting_to_be_sent,
    "space full, people shown": space_full_with_people_shown,
    "space, somebody spoke since": space_somebody_spoke_since,
    "board": board,
    "board: one pool": board_pool,
    "board: told": board_told,
    "board of a coordinator": signed_in("Nadia Rahman", "/capacity/board"),
    "offers and people": signed_in("Jo Makepeace", "/referral/board"),
    "offer": offer,
    "offer without a reason": offer_without_a_reason,
    "offer accepted": offer_accepted,
    "offer declined": offer_declined,
    "offer lapsed": offer_lapsed,
    "offer answered too late": offer_answered_too_late,
    "progress": progress,
    "progress started": progress_started,
    "progress finished": progress_finished,
    "contact": contact,
    "contact shown": contact_shown,
    "my referral": my_referral,
    "my referral, choosing": my_choice,
    "who has seen my record": of_my_referral("/seen"),
    "what is held on me": of_my_referral("/export"),
    "forget me": of_my_referral("/erase"),
    "my referral, nothing suits": my_referral_unmet,
    "my referral, stopped": my_referral_stopped,
    "measure": measure,
    "measure with gaps": measure_with_gaps,
    "measure done": measure_done,
    "summary": at("/outcomes/summary"),
    "mailbox": at("/mailbox/"),
    "mailbox: nothing found": at("/mailbox/?to=nobody@example.org"),
    "message": message,
    "traces": at("/traces/"),
    "trace": trace,
    "what is on": at("/directory/whats-on"),
    "what is on in a borough": at("/directory/whats-on?near=E09000030&need=loneliness"),
    "what is on nowhere": whats_on_nowhere,
    "leaflet": leaflet("plain"),
    "leaflet in large print": leaflet("large"),
    "leaflet that is easy to read": leaflet("easy"),
    "leaflet of an area": at("/directory/leaflet/area/E09000030"),
    "list: nothing chosen": signed_in("Sam Whitaker", "/directory/prescription"),
    "list: services found": list_found,
    "list: services chosen": list_chosen,
    "list: place not known": list_place_not_known,
    "list ready": list_ready,
    "list given": list_given,
    "list mailed": list_mailed,
    "list: no address": list_without_an_address,
    "list by text": list_by_text,
    "weekly mails": signed_in("Sam Whitaker", "/directory/digests"),
    "weekly mail asked for": weekly_mail_asked_for,
    "weekly mail nowhere": weekly_mail_nowhere,
    "weekly mail stopped": weekly_mail_stopped,
    "entries": signed_in("Nadia Rahman", "/directory/entries"),
    "entry": entry_at(""),
    "entry: what": entry_at("/what"),
    "entry: who": entry_at("/who"),
    "entry: when": entry_at("/when"),
    "entry: where": entry_at("/where"),
    "entry: join": entry_at("/join"),
    "entry: area": entry_at("/area"),
    "entry: area with wards": entry_with_wards,
    "a group and what it runs": group,
    "all that a group runs": roll_up,
    "entry: check": entry_typed("A new name"),
    "entry: faults": entry_typed(""),
    "page not found": at("/nowhere"),
    "bad input": at("/services?page=0"),
    "broken link": at("/referral/offer/nonsense"),
    "link too old": expired_link,
    "lists that we read": signed_in("Nadia Rahman", "/directory/feeds"),
    "a list": a_list,
    "report of a list": report_of_a_list,
    "gaps": signed_in("Caroline Adeyemi", "/directory/gaps"),
    "gaps of a need": signed_in("Caroline Adeyemi", "/directory/gaps?need=loneliness"),
    "gaps of a borough": signed_in("Nadia Rahman", "/directory/gaps?need=loneliness&group=women"),
    "gaps: growth": signed_in("Caroline Adeyemi", "/directory/gaps/growth"),
}
# Pages that the edge shows when what is behind it fails; an edge of the test's own stands before nothing.
OF_A_LONELY_EDGE: Final[dict[str, Visit]] = {
    "part away": at("/services"),
    "our fault": at("/referral/crash"),
}
ERRORS_IN_A_FORM: Final = frozenset(
    {
        "services of an unknown place",
        "self-referral with faults",
        "self-referral faults at the end",
        "space without a number",
        "space told on the phone: faults",
        "how groups are asked: faults",
        "people to invite: faults",
        "offer without a reason",
        "measure with gaps",
        "bad input",
        "what is on nowhere",
        "list: place not known",
        "list: no address",
        "weekly mail nowhere",
        "entry: faults",
    }
)
