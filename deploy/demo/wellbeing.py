"""People say how they are, before and after: the seven statements of SWEMWBS, scored here once more by ourselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from random import Random

from deploy.demo.account import Answered
from deploy.demo.answers import legs_in
from deploy.demo.arrivals import Referred
from deploy.demo.html_forms import Page
from deploy.demo.outside_client import Mail, NotAnswered, OutsideClient
from deploy.demo.waiting import a_few_at_once, until

MEASURE_PATH = "/outcomes/measure/"
QUESTIONS = 7
BEFORE = "Before you begin"  # the page's words that tell one occasion from the other
# From raw (7 to 35) to metric: Stewart-Brown 2009, table 4.
METRIC = (
    "7.00 9.51 11.25 12.40 13.33 14.08 14.75 15.32 15.84 16.36 16.88 17.43 17.98 18.59 19.25 "
    "19.98 20.73 21.54 22.35 23.21 24.11 25.03 26.02 27.03 28.13 29.31 30.70 32.55 35.00"
)


@dataclass
class Wellbeing:
    client: OutsideClient
    began: datetime
    random: Random
    answered: list[Answered] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    async def answer(self, number: int, *, but_every: int) -> int:
        """Waits for `number` more 'How are you?' messages and answers them, but for one in so many."""
        mails = await until(lambda: self._new_mails(number), f"{number} messages 'How are you?'")
        self._seen |= {mail.id for mail in mails}
        chosen = [mail for place, mail in enumerate(mails, start=1) if place % but_every]
        of_person: dict[str, list[Mail]] = {}
        for mail in chosen:
            of_person.setdefault(mail.to, []).append(mail)
        await a_few_at_once(map(self._answer_in_turn, of_person.values()))
        return len(chosen)

    async def _answer_in_turn(self, mails: Sequence[Mail]) -> None:
        """One person's forms one after the other: the earliest and the latest count."""
        for mail in mails:
            await self._answer(mail)

    async def _new_mails(self, number: int) -> list[Mail] | None:
        found = [
            mail
            for mail in await self.client.mails(since=self.began)
            if mail.id not in self._seen and mail.link_to(MEASURE_PATH)
        ]
        return found if len(found) >= number else None

    async def _answer(self, mail: Mail) -> None:
        page = await self.client.open(mail.link_to(MEASURE_PATH) or "")
        occasion = "before" if BEFORE in page.text else "after"
        ticks = self._ticks(page, occasion)
        form = page.form_with(field="statement_1")
        done = await self.client.send(page, form, form.filled(**ticks))
        if done.status != 200 or done.forms:
            raise NotAnswered(f"the form about wellbeing answered {done.status}: {done.heading}")
        raw = sum(int(tick) for tick in ticks.values())
        score = Decimal(METRIC.split()[raw - QUESTIONS])
        self.answered.append(Answered(mail.to, occasion, score))

    def _ticks(self, page: Page, occasion: str) -> dict[str, str]:
        """Most people are better off afterwards, not all."""
        low, high = (1, 3) if occasion == "before" else (2, 5)
        fields = sorted(page.form_with(field="statement_1").choices)
        return {field: str(self.random.randint(low, high)) for field in fields}

    async def ask_again(self, referred: Sequence[Referred]) -> int:
        """Twelve weeks pass at once for everybody who has started and whom a GP referred."""
        started = await legs_in(self.client, referred, {"started"})
        for leg in started:
            await ask_again_now(self.client, leg["leg_id"])
        return len(started)


async def ask_again_now(client: OutsideClient, leg_id: str) -> None:
    """Twelve weeks pass at once for one who has started; outcomes may have to hear of the start first."""

    async def heard_of_the_start() -> bool:
        try:
            await client.call("demo-operator", "POST", f"/outcomes/api/demo/legs/{leg_id}/follow-up-now")
        except NotAnswered:
            return False
        return True

    await until(heard_of_the_start, "the start of support to be known to outcomes")
