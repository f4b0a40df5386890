"""Providers answer: yes, no with a reason, or not at all; later they say that somebody started, or finished."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from deploy.demo.account import Account
from deploy.demo.arrivals import Referred, read_referrals
from deploy.demo.html_forms import Page
from deploy.demo.outside_client import Mail, NotAnswered, OutsideClient
from deploy.demo.under_way import UnderWay
from deploy.demo.waiting import DidNotHappen, a_few_at_once, until

OFFER_PATH, PROGRESS_PATH = "/referral/offer/", "/referral/progress/"
ON_THE_WAY = {"matching", "requested", "offered", "accepting"}
AREA = re.compile(r"\bArea (.+?) Language\b")
NO_EVERY, NO_FIRST = 9, 4  # the 5th offer is declined, and every 9th from there


@dataclass
class Answers:
    """All providers' desks: each message is dealt with once."""

    client: OutsideClient
    account: Account
    boroughs: Mapping[str, str]
    began: datetime
    under_way: UnderWay
    declines_left: int
    reasons: Counter[str] = field(default_factory=Counter)
    offers: int = 0
    passed: int = 0
    _seen: set[str] = field(default_factory=set)

    async def let_lapse(self, referred: Sequence[Referred], number: int) -> list[str]:
        """Nobody answers these: the operator lets their time run out now instead of in three days."""
        legs = [
            (referral["area"], leg)
            for referral in await read_referrals(self.client, referred)
            for leg in referral["legs"]
            if leg["state"] == "offered"
        ][:number]
        for area, leg in legs:
            path = f"/referral/api/demo/offers/{leg['request_id']}/lapse-now"
            await self.client.call("demo-operator", "POST", path)
            self.account.did("lapsed", area)
        requests = {leg["request_id"] for _, leg in legs}

        async def all_lapsed() -> bool:
            found = await read_referrals(self.client, referred)
            still = {leg["request_id"] for each in found for leg in each["legs"] if leg["state"] == "offered"}
            return not still & requests

        await until(all_lapsed, "the lapse of unanswered offers")
        return sorted(requests)

    async def answer_until_quiet(self, referred: Sequence[Referred], *, within: float = 120.0) -> None:
        """Answers what comes until nothing is under way any more and everybody's needs have found their state.

        The log is asked before the mailbox: when it says that every offer has had its message, the message is there.
        What never comes to its end is left for the checker to name.
        """

        async def nothing_left() -> bool:
            on_its_way = await self.under_way.now()
            new = await self._new_mails(OFFER_PATH)
            await a_few_at_once([self._answer(mail, says_no=self._says_no()) for mail in new])
            return not (new or on_its_way or await legs_on_the_way(self.client, referred))

        with suppress(DidNotHappen):
            await until(nothing_left, "an end of offers", within=within)

    def _says_no(self) -> bool:
        self.offers += 1
        no = self.declines_left > 0 and self.offers % NO_EVERY == NO_FIRST
        self.declines_left -= no
        return no

    async def _answer(self, mail: Mail, *, says_no: bool) -> None:
        page = await self.client.open(mail.link_to(OFFER_PATH) or "")
        if not page.forms:
            self.passed += 1
            return
        area = self._area_of(page)
        if says_no:
            form = page.form_with(button="decline")
            reasons = form.choices["reason"]
            reason = reasons[sum(self.reasons.values()) % len(reasons)]
            self.reasons[reason] += 1
            done = await self.client.send(page, form, form.filled("decline", reason=reason))
            self._said(done, "You said no", "declined", area)
        else:
            form = page.form_with(button="accept")
            done = await self.client.send(page, form, form.filled("accept"))
            self._said(done, "You said yes", "placed", area)

    def _said(self, done: Page, heading: str, act: str, area: str) -> None:
        if done.status != 200 or heading not in done.text:
            raise NotAnswered(f"an answer to an offer led to {done.status}: {done.heading}")
        self.account.did(act, area)

    async def say_started(self, *, but_every: int) -> list[Page]:
        """Each provider follows the link of 'The place is taken'; some have not seen the person yet."""
        mails = await self._new_mails(PROGRESS_PATH)
        links = [
            mail.link_to(PROGRESS_PATH) or "" for place, mail in enumerate(mails, 1) if place % but_every
        ]
        return await a_few_at_once(self._say_started(link) for link in links)

    async def _say_started(self, link: str) -> Page:
        return await self._press(await self.client.open(link), "started")

    async def say_finished(self, pages: Sequence[Page]) -> None:
        await a_few_at_once(self._press(page, "finished") for page in pages)

    async def _press(self, page: Page, step: str) -> Page:
        form = page.form_with(button=step)
        area = self._area_of(page)
        done = await self.client.send(page, form, form.filled(step))
        if done.status != 200:
            raise NotAnswered(f"saying {step} led to {done.status}: {done.heading}")
        self.account.did({"started": "started", "finished": "completed"}[step], area)
        return done

    async def _new_mails(self, path: str) -> list[Mail]:
        found = [
            mail
            for mail in await self.client.mails(since=self.began)
            if mail.id not in self._seen and mail.link_to(path)
        ]
        self._seen |= {mail.id for mail in found}
        return found

    def _area_of(self, page: Page) -> str:
        named = AREA.search(page.text)
        if named is None or named[1] not in self.boroughs:
            raise NotAnswered(f"the page {page.heading!r} names no borough that is known")
        return self.boroughs[named[1]]


async def legs_on_the_way(client: OutsideClient, referred: Sequence[Referred]) -> list[dict[str, Any]]:
    """Needs that somebody, or the platform itself, still has to act on."""
    return await legs_in(client, referred, ON_THE_WAY)


async def legs_in(
    client: OutsideClient, referred: Sequence[Referred], states: Collection[str]
) -> list[dict[str, Any]]:
    found = await read_referrals(client, referred)
    return [leg for referral in found for leg in referral["legs"] if leg["state"] in states]
