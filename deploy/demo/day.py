"""A day of Kith, driven from outside over HTTP: from the providers' first tap to the commissioner's summary."""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

from deploy.demo.account import Account
from deploy.demo.answers import Answers
from deploy.demo.arrivals import Referred, refer_all, refer_in_turn
from deploy.demo.checker import check_at_rest
from deploy.demo.latencies import latencies
from deploy.demo.log_reader import LogReader
from deploy.demo.outside_client import NotAnswered, OutsideClient
from deploy.demo.people import Invented
from deploy.demo.place_rules import Acknowledged
from deploy.demo.plan import BOROUGHS, FULL_IN_THE_MIDDLE, Plan, Space, plan_run
from deploy.demo.reckoning import (
    compare,
    compare_with_log,
    count_answers,
    count_people,
    read_summary,
    wrong_mails,
)
from deploy.demo.report import Report
from deploy.demo.short_supply import Line
from deploy.demo.spaces import Providers, read_directory
from deploy.demo.story import Story, people, times
from deploy.demo.under_way import UnderWay
from deploy.demo.waiting import DidNotHappen, until
from deploy.demo.wellbeing import Wellbeing

LAPSES = 3
DRAINED = 3
SETTLES_WITHIN = 20.0  # seconds for the last events to reach the summary and the mailbox


@dataclass
class Day:
    """What is known as the day goes on."""

    client: OutsideClient
    reader: LogReader
    story: Story
    number: int
    seed: int
    rate: float | None
    account: Account = field(default_factory=Account)
    referred: list[Referred] = field(default_factory=list)
    fulls: list[Acknowledged] = field(default_factory=list)
    report: Report = field(default_factory=Report)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)
    under_way: UnderWay = field(init=False)

    async def run(self) -> Report:
        plan = plan_run(Invented(self.seed, uuid4().hex[:8]), self.number, self.seed)
        providers = await self.look_at_the_directory()
        await self.take_in_who_was_left(providers)
        self.under_way = await UnderWay.once_at_rest(self.reader)
        self.began = datetime.now(UTC)
        before = await read_summary(self.client)
        await self.tap_spaces(providers, plan)
        await self.people_come(providers, plan)
        line = await self.groups_run_out(providers, plan)
        answers = await self.providers_answer()
        wellbeing = await self.people_say_how_they_are(answers)
        await self.sum_up(before, answers, wellbeing, "So far")
        await self.evening(line, answers)
        await self.sum_up(before, answers, wellbeing, "By the end of the day")
        await self.let_the_checker_look()
        self.report.seconds = round(time.monotonic() - self.clock, 1)
        return self.report

    async def look_at_the_directory(self) -> Providers:
        services = await read_directory(self.client)
        areas = {
            area["extent"]
            for each in services.values()
            for area in each.get("service_areas", [])
            if "extent" in area
        }
        self.story.chapter("The directory")
        self.story.tell(
            f"{len(services)} services are listed, for {len(areas - {'everywhere'})} boroughs and for all of London."
        )
        self.report.services = len(services)
        providers = Providers(self.client, services)

        async def links_came() -> bool:
            await providers.find_links()
            return bool(providers.links)

        await until(links_came, "a message to providers about their space")
        return providers

    async def take_in_who_was_left(self, providers: Providers) -> None:
        """An earlier run that was broken off may have left people in line: they come first, as they should."""
        waiting = (await read_summary(self.client))["all"]["waiting_now"]
        if not waiting:
            return
        self.story.tell(
            f"{people(waiting)} still waited from before: every group opens, so that they come first."
        )
        await providers.open_everything()
        await self.wait_for_nobody_in_line()

    async def wait_for_nobody_in_line(self) -> None:
        async def nobody_waits() -> bool:
            return not (await read_summary(self.client))["all"]["waiting_now"]

        try:
            await until(nobody_waits, "a place for all who waited", within=SETTLES_WITHIN)
        except DidNotHappen:
            self.story.tell("Some who wait suit no group that is open, and wait on.")

    async def tap_spaces(self, providers: Providers, plan: Plan) -> None:
        self.story.chapter("Providers say how much space they have")
        await providers.tap_all(plan)
        linked = sum(map(len, providers.links.values()))
        self.story.tell(
            f"{linked} taps on the page that came by mail, with no account: most have {plan.plenty} places."
        )
        self.story.tell(
            f"Men's groups in {BOROUGHS['E09000030']} are short: {4 * plan.short_places} places in all."
        )

    async def people_come(self, providers: Providers, plan: Plan) -> None:
        half = len(plan.common) // 2
        self.story.chapter("People come")
        began = time.monotonic()
        self.referred += await refer_all(self.client, plan.common[:half], self.rate)
        rest, self.fulls = await asyncio.gather(
            refer_all(self.client, plan.common[half:], self.rate), self.full_in_the_middle(providers)
        )
        self.referred += rest
        took = time.monotonic() - began
        for each in self.referred:
            self._count_in(each)
        by_self = sum(each.person.door == "self" for each in self.referred)
        self.story.tell(
            f"{people(len(self.referred))} in {took:.1f} s: {len(self.referred) - by_self} sent by a GP, {by_self} by themselves."
        )
        if not self.fulls:
            raise NotAnswered(f"{FULL_IN_THE_MIDDLE} said full and still settles after five seconds")
        self.story.tell(
            f"In the middle of it {FULL_IN_THE_MIDDLE} tapped 'We are full', and was heard. Nobody new goes there."
        )

    async def full_in_the_middle(self, providers: Providers) -> list[Acknowledged]:
        await asyncio.sleep(0.3)  # some of the second half are on their way
        return await providers.tap_full(FULL_IN_THE_MIDDLE)

    async def groups_run_out(self, providers: Providers, plan: Plan) -> Line:
        came = await refer_in_turn(self.client, plan.short)
        for each in came:
            self._count_in(each)
        self.referred += came
        line = Line(self.client, providers, came)
        waiting = await line.settled()
        self.story.chapter("When every group that suits is full")
        self.story.tell(
            f"{len(came)} men ask for a men's group in Tower Hamlets; {len(waiting)} of them must wait."
        )
        if len(waiting) < DRAINED + 1:
            raise NotAnswered(f"only {len(waiting)} people wait where more were expected to")
        expected, got = await line.drain_one_by_one(DRAINED)
        self.report.drained = len(got)
        self.report.drained_in_order = expected == got
        self.story.tell(
            f"A group opens one place, {times(DRAINED)}: "
            + ("each goes to whoever came first." if expected == got else "NOT to whoever came first.")
        )
        last = (await line.waiting())[-1]
        await line.one_gives_up(self.account, last.person.email)
        self.story.tell("One of those who wait follows their own link and says that they no longer want it.")
        return line

    async def providers_answer(self) -> Answers:
        self.story.chapter("Providers answer")
        summary = await read_summary(self.client)
        boroughs = {each["name"]: each["area"] for each in summary["boroughs"]}
        answers = Answers(
            self.client,
            self.account,
            boroughs,
            self.began,
            self.under_way,
            declines_left=max(3, self.number // 10),
        )
        lapsed = await answers.let_lapse(self.referred, LAPSES)
        await answers.answer_until_quiet(self.referred)
        placed, declined = self.account.total("placed"), self.account.total("declined")
        reasons = ", ".join(f"{reason} {number}" for reason, number in answers.reasons.most_common())
        self.story.tell(f"Yes to {placed}. No to {declined} ({reasons}). No answer in time to {len(lapsed)}.")
        self.story.tell(
            "Whoever got a no, or no answer, was sent on: to the next group that suits, or to the line."
        )
        return answers

    async def people_say_how_they_are(self, answers: Answers) -> Wellbeing:
        self.story.chapter("What changes for people")
        wellbeing = Wellbeing(self.client, self.began, Random(self.seed))  # noqa: S311
        first = await wellbeing.answer(self.account.total("placed"), but_every=7)
        started = await answers.say_started(but_every=6)
        self.report.asked_again = asked = await wellbeing.ask_again(self.referred)
        second = await wellbeing.answer(asked, but_every=5)
        await answers.say_finished(started[::4])
        await answers.answer_until_quiet(self.referred)
        count_answers(self.account, wellbeing.answered)
        self.story.tell(
            f"{first} said how they were before, {len(started)} have started, {len(started[::4])} have finished."
        )
        self.story.tell(f"Twelve weeks pass for {asked} of them: {second} say how they are now.")
        return wellbeing

    async def evening(self, line: Line, answers: Answers) -> None:
        left = await line.waiting()
        await line.open_wide()
        await line.providers.tap_service(FULL_IN_THE_MIDDLE, Space("no-limit"))
        await self.wait_for_nobody_in_line()
        await answers.answer_until_quiet(self.referred)
        self.story.chapter("In the evening")
        self.story.tell(
            f"The groups that were full open again: the {len(left)} men who still waited get a place."
        )

    async def sum_up(
        self, before: dict[str, Any], answers: Answers, wellbeing: Wellbeing, title: str
    ) -> None:
        """Asks until the summary says what was done, or until it has had the time to.

        Everything is asked anew each time: a freed place may go to somebody in line, and a message follow, only now.
        """
        deadline = time.monotonic() + SETTLES_WITHIN
        while True:
            await answers.answer_until_quiet(self.referred)
            asked = self.account.total("placed") + self.report.asked_again
            await count_people(self.client, self.referred, self.account, self.began)
            after = await read_summary(self.client)
            wrong = list(map(str, compare(before, after, self.account, wellbeing.answered)))
            mails = await self.client.mails(since=self.began)
            wrong_in_mail = wrong_mails(
                mails, self.referred, self.account, offers=answers.offers, asked=asked
            )
            if not (wrong or wrong_in_mail) or time.monotonic() > deadline:
                break
            await asyncio.sleep(0.5)
        self.report.summed_up(self.account, wrong, wrong_in_mail, len(mails), answers, wellbeing)
        self.story.chapter(title)
        self.report.tell_summary(self.story, after, before)

    async def let_the_checker_look(self) -> None:
        findings = await check_at_rest(self.reader, self.fulls)
        ours = {each.referral_id for each in self.referred if each.referral_id}
        records = self.reader.records
        self.report.checked(findings, latencies(records, ours))
        self.report.summary_differences += map(
            str, compare_with_log(records, await read_summary(self.client))
        )
        self.story.chapter("The independent checker, which reads the whole log")
        self.report.tell_findings(self.story)

    def _count_in(self, each: Referred) -> None:
        area = each.person.area
        self.account.did("referred", area)
        self.account.did(f"referred by {each.person.door}", area)
        self.account.did("needs", area, len(each.person.needs))
