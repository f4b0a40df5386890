"""All groups that suit are full: people wait, and when one opens the list drains in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deploy.demo.account import Account
from deploy.demo.answers import legs_in
from deploy.demo.arrivals import Referred, read_referrals
from deploy.demo.outside_client import NotAnswered, OutsideClient
from deploy.demo.plan import SHORT_AREA, SHORT_NEED, Space, serves
from deploy.demo.spaces import Providers
from deploy.demo.waiting import until

AT_THE_DOOR = {"matching", "requested"}


@dataclass
class Line:
    """Those who came for what is short, in the order in which they came."""

    client: OutsideClient
    providers: Providers
    came: Sequence[Referred]

    async def settled(self) -> list[Referred]:
        """Waits until each holds a place or stands in line; gives those who stand in line."""

        async def nobody_at_the_door() -> bool:
            return not await legs_in(self.client, self.came, AT_THE_DOOR)

        await until(nobody_at_the_door, "a place, or a place in line, for everybody")
        return await self.waiting()

    async def waiting(self) -> list[Referred]:
        states = await self._states()
        return [each for each in self.came if states[str(each.referral_id)] == "waiting"]

    async def drain_one_by_one(self, number: int) -> tuple[list[str], list[str]]:
        """One place opens at a time. Who should get them, in turn, and who got them.

        More people than places may get one here: of space that was said before, referral may hear only now.
        """
        names = sorted(name for name in self._providers_by_name() if self.providers.links.get(name))
        line = [str(each.referral_id) for each in await self.waiting()]
        got = []
        for turn in range(number):
            before = await self._without_place()
            link = self.providers.links[names[turn % len(names)]][0]
            await self.providers.tap(link, Space("open", 1))

            async def somebody_has_it(before: set[str] = before) -> set[str]:
                return before - await self._without_place()

            placed = await until(somebody_has_it, "a place for the first in line, when one opened")
            got += sorted(placed, key=line.index)
            await self.settled()
        return line[: len(got)], got

    async def one_gives_up(self, account: Account, mails_of: str) -> None:
        """Somebody who waits follows their own link and says that they no longer want it."""
        mails = await self.client.mails(to=mails_of)
        link = next(link for mail in mails if (link := mail.link_to("/referral/mine/")))
        page = await self.client.open(link)
        form = page.form_with(leads_to="/withdraw")
        done = await self.client.send(page, form, form.filled())
        if done.status != 200:
            raise NotAnswered(f"stopping a referral led to {done.status}: {done.heading}")
        account.did("withdrawn", SHORT_AREA)

    async def open_wide(self) -> None:
        """Enough for all who wait."""
        for name in self._providers_by_name():
            for link in self.providers.links.get(name, []):
                await self.providers.tap(link, Space("no-limit"))

    def _providers_by_name(self) -> list[str]:
        return [
            service["name"]
            for service in self.providers.services.values()
            if serves(service, SHORT_AREA, SHORT_NEED)
        ]

    async def _without_place(self) -> set[str]:
        """Who asks at a door and is refused goes back to the same place in line: they never left it."""
        without = {"waiting"} | AT_THE_DOOR
        return {referral_id for referral_id, state in (await self._states()).items() if state in without}

    async def _states(self) -> dict[str, Any]:
        found = await read_referrals(self.client, self.came)
        return {referral["referral_id"]: referral["legs"][0]["state"] for referral in found}
