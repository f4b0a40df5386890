"""People come: referred by their GP through the programs' way in, or by themselves page by page."""

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.demo.html_forms import Page
from deploy.demo.outside_client import NotAnswered, OutsideClient
from deploy.demo.people import Person
from deploy.demo.waiting import a_few_at_once

REFERRALS = "/referral/api/referrals"


@dataclass(frozen=True, slots=True)
class Referred:
    """A person whom the platform has taken in. Who referred themselves knows a reference, not an id."""

    person: Person
    referral_id: str | None


async def refer(client: OutsideClient, person: Person) -> Referred:
    if person.door == "gp":
        answer = await client.call("demo-gp", "POST", REFERRALS, person.as_gp_referral())
        return Referred(person, answer["referral_id"])
    done = await answer_questions(client, form_answers(person))
    if done.status >= 400 or "reference" not in done.text:
        raise NotAnswered(f"the self-referral form answered {done.status}: {done.heading}")
    return Referred(person, None)


async def answer_questions(client: OutsideClient, answers: Mapping[str, str]) -> Page:
    """Page by page, each with what it asks for, until there is no more to answer or something is wrong."""
    page = await client.open("/referral/self")
    while page.status == 200 and (button := next_button(page)):
        form = page.form_with(button=button)
        asked = form.inputs | set(form.choices)
        mine = {name: value for name, value in answers.items() if name in asked}
        page = await client.send(page, form, form.filled(button, **mine))
    return page


def next_button(page: Page) -> str | None:
    there = {value for form in page.forms for _, value in form.buttons}
    return next((button for button in ("next", "send") if button in there), None)


def form_answers(person: Person) -> dict[str, str]:
    born = person.date_of_birth
    return {
        "needs": person.needs[0],
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birth_day": str(born.day),
        "birth_month": str(born.month),
        "birth_year": str(born.year),
        "email": person.email,
        "phone": person.phone,
        "area": person.area,
        "language": person.language,
        "travel": "can-travel" if person.can_travel else "cannot-travel",
        "sex": person.sex,
        "consent": "yes",
    }


async def refer_all(client: OutsideClient, people: Sequence[Person], rate: float | None) -> list[Referred]:
    """At a rate the referrals start on time whether or not those before them are answered."""
    if rate is None:
        return await a_few_at_once(refer(client, person) for person in people)
    began = time.monotonic()
    started = []
    for number, person in enumerate(people):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        started.append(asyncio.create_task(refer(client, person)))
    return list(await asyncio.gather(*started))


async def refer_in_turn(client: OutsideClient, people: Iterable[Person]) -> list[Referred]:
    """One after the other, so that their order is known."""
    return [await refer(client, person) for person in people]


async def read_referrals(client: OutsideClient, referred: Iterable[Referred]) -> list[dict[str, Any]]:
    """What the GP's system can read of those that GPs sent."""
    ids = [each.referral_id for each in referred if each.referral_id]
    return await a_few_at_once(client.call("demo-gp", "GET", f"{REFERRALS}/{each}") for each in ids)
