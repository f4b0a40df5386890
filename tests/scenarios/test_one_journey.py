"""One person's way through all five services, by what each of those concerned sees."""

from decimal import Decimal
from typing import Any

from deploy.demo.html_forms import Page
from deploy.demo.people import Person
from deploy.demo.plan import Space
from deploy.demo.waiting import until
from deploy.demo.wellbeing import MEASURE_PATH, ask_again_now
from tests.scenarios.scene import Scene

HILLINGDON, GROUP = "E09000017", "Uxbridge advice room"
CONTACT_PATH = "/referral/contact/"
FIVE = {"referral", "capacity", "outcomes", "notify", "directory"}
STEPS = {
    ("referral", "POST /referral/api/referrals"),
    ("capacity", "referral.place-requested.v1 → capacity.place-requests"),
    ("referral", "capacity.place-held.v1 → referral.places"),
    ("outcomes", "referral.offered.v1 → outcomes.referrals"),
    ("notify", "referral.offered.v1 → notify.referrals"),
    ("directory", "POST /internal/recipients"),
}


async def test_a_referral_walks_through_all_five_services_in_one_trace(scene: Scene) -> None:
    await scene.only("money-advice", HILLINGDON, {GROUP: Space("open", 5)})
    first = await scene.refer(area=HILLINGDON, needs=["money-advice"])
    await scene.is_offered(
        first
    )  # so referral knows of the space, and the next goes there without a wait in the line
    referred = await scene.refer(area=HILLINGDON, needs=["money-advice"])
    await scene.is_offered(referred)
    await scene.mail_about(GROUP, "/referral/offer/")

    async def all_five() -> dict[str, Any] | None:
        path = f"/traces/api/by-referral/{referred.referral_id}"
        traces = (await scene.client.call(None, "GET", path))["traces"]
        return next((each for each in traces if _is_whole(each)), None)

    trace = await until(all_five, f"one tree of spans of all five services, with {STEPS}")

    assert set(trace["services"]) >= FIVE
    assert {span["trace_id"] for span in trace["spans"]} == {trace["trace_id"]}


def _is_whole(trace: dict[str, Any]) -> bool:
    """Every step is there, and hangs below the edge's span. Spans reach their store in any order, never not at all."""
    if not {(span["service"], span["name"]) for span in trace["spans"]} >= STEPS:
        return False
    ids = {span["span_id"] for span in trace["spans"]}
    return [span["service"] for span in trace["spans"] if span["parent_id"] not in ids] == ["edge"]


async def test_a_person_gets_a_place_starts_and_says_what_changed(scene: Scene) -> None:
    """The thin form of measures: SWEMWBS before and after, paired by person, in the commissioner's summary."""
    area, need, group = "E09000031", "housing", "Walthamstow money and housing advice"
    await scene.only(need, area, {group: Space("open", 5)})
    before = await _borough(scene, area)
    person = (referred := await scene.refer(area=area, needs=[need])).person
    await scene.is_offered(referred)

    offer = await scene.follow(await scene.mail_about(group, "/referral/offer/"), "/referral/offer/")
    for secret in (person.given_name, person.family_name, person.email, person.nhs_number):
        assert secret not in offer.text
    assert "You said yes" in (await scene.press(offer, "accept")).text
    place = await scene.mail(person.email, "You have a place")
    assert group in (await scene.follow(place, "/referral/mine/")).text

    await _answer(scene, person.email, tick=2, number=1)
    progress = await scene.follow(await scene.mail_about(group, "/referral/progress/"), "/referral/progress/")
    await _read_contact(scene, progress, group, person)
    await scene.press(progress, "started")
    [leg] = await scene.settled(referred)
    assert leg["state"] == "started"
    await ask_again_now(scene.client, leg["leg_id"])
    await _answer(scene, person.email, tick=4, number=2)

    async def counted() -> dict[str, Any] | None:
        found = await _borough(scene, area)
        return found if found["paired_people"] == before["paired_people"] + 1 else None

    after = await until(counted, "the pair in the summary")
    total = Decimal(before["mean_paired_change"] or 0) * before["paired_people"]
    change = Decimal("25.03") - Decimal("15.32")  # raw 28 and 14 on the metric scale
    mean = (total + change) / after["paired_people"]
    assert abs(Decimal(after["mean_paired_change"]) - mean) <= Decimal("0.01")
    for figure in ("referred", "placed", "started"):
        assert after[figure] == before[figure] + 1


async def _read_contact(scene: Scene, progress: Page, group: str, person: Person) -> None:
    """The group asks who has the place with it, and reads it behind the link that comes to its mailbox."""
    secrets = (f"{person.given_name} {person.family_name}", person.phone, person.email)
    asked = await scene.press(progress, "send")
    mail = await scene.mail(await _address_of(scene, group), "The link that you asked for")
    link_page = await scene.follow(mail, CONTACT_PATH)
    for page in (progress.text, asked.text, mail.text, link_page.text):
        assert not [secret for secret in secrets if secret in page]
    shown = await scene.client.send(link_page, link_page.forms[0], {})
    assert all(secret in shown.text for secret in secrets)
    assert person.nhs_number not in shown.text
    place = await scene.mail(person.email, "You have a place")
    assert "They know your name" in (await scene.follow(place, "/referral/mine/")).text


async def _address_of(scene: Scene, group: str) -> str:
    return (await scene.mail_about(group, "/referral/progress/")).to


async def _answer(scene: Scene, email: str, *, tick: int, number: int) -> None:
    page = await scene.follow(await scene.mail(email, "How are you?", number), MEASURE_PATH)
    form = page.form_with(field="statement_1")
    ticks = {statement: str(tick) for statement in form.choices}
    assert len(ticks) == 7
    done = await scene.client.send(page, form, form.filled(**ticks))
    assert not done.forms


async def _borough(scene: Scene, area: str) -> dict[str, Any]:
    summary = await scene.client.call("demo-commissioner", "GET", "/outcomes/api/summary")
    zeros: dict[str, Any] = dict.fromkeys(("referred", "placed", "started", "paired_people"), 0)
    return next(
        (each for each in summary["boroughs"] if each["area"] == area), zeros | {"mean_paired_change": None}
    )
