"""The people and groups that the pages are about, none of them real: they come by the ways in that everybody has."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from pydantic import SecretStr

from deploy.demo.arrivals import REFERRALS
from deploy.demo.outside_client import OutsideClient
from deploy.demo.people import Invented, Person
from deploy.demo.plan import NOTHING_THERE, Space, serves
from deploy.demo.spaces import Providers, read_directory
from deploy.demo.waiting import until
from deploy.demo.wellbeing import MEASURE_PATH
from shared.security.signed_links import PATHS, Holder, Purpose, mint
from tests.support.london_sample import sample_services

AREA, NEED = "E09000009", "loneliness"
PROPOSES = "E09000025"  # where pages about choosing have somebody referred
NOBODY_HELPS = NOTHING_THERE[1]
MINE_PATH = "/referral/mine/"


@dataclass(frozen=True, slots=True)
class Offered:
    """A person for whom a place is kept, and the ids of all that belongs to it."""

    person: Person
    referral_id: str
    leg_id: str
    request_id: str
    service_id: str


@dataclass
class Cast:
    """Makes what a page needs when it needs it, so that no page depends on another."""

    client: OutsideClient
    signing_key: SecretStr
    people: Invented = field(default_factory=lambda: Invented(seed=7, run=uuid4().hex[:8]))
    _services: dict[str, dict[str, Any]] = field(default_factory=dict)
    _making_room: asyncio.Lock = field(default_factory=asyncio.Lock)
    _have_room: set[str] = field(default_factory=set)
    proposing: asyncio.Lock = field(default_factory=asyncio.Lock)  # while an area proposes, for one page
    _given_out: int = 0

    async def services(self) -> Mapping[str, Mapping[str, Any]]:
        """Those of the sample: what a scenario brings in beside them it takes away again."""
        if not self._services:
            found = await read_directory(self.client)
            self._services = {each: found[each] for each in found if each in sample_services()}
        return self._services

    async def groups_that_suit(self, area: str = AREA) -> list[str]:
        return [each for each, service in (await self.services()).items() if serves(service, area, NEED)]

    async def make_room(self, area: str = AREA) -> None:
        """All groups that suit say, once, that they have plenty of space; pages that change it leave the others."""
        async with self._making_room:
            for service_id in await self.groups_that_suit(area):
                if service_id not in self._have_room:
                    await self.say(service_id, Space("open", 40))
                    self._have_room.add(service_id)

    async def group_of_its_own(self) -> str:
        """A group that no page has said anything about yet, and that takes none of the people of the cast."""
        suit = {*await self.groups_that_suit(), *await self.groups_that_suit(PROPOSES)}
        others = sorted(set(await self.services()) - suit)
        self._given_out += 1
        return others[self._given_out % len(others)]

    async def say(self, service_id: str, space: Space) -> None:
        providers = Providers(self.client, {})
        for pool in await providers.pools_of(service_id):
            await providers.say(pool, space)

    async def refer(self, *, area: str = AREA, needs: tuple[str, ...] = (NEED,)) -> tuple[Person, str]:
        person = self.people.someone(door="gp", area=area, needs=needs, age=58)
        answer = await self.client.call("demo-gp", "POST", REFERRALS, person.as_gp_referral())
        return person, answer["referral_id"]

    async def leg_in(self, referral_id: str, state: str, what: str) -> dict[str, Any]:
        async def found() -> dict[str, Any] | None:
            referral = await self.client.call("demo-gp", "GET", f"{REFERRALS}/{referral_id}")
            return next((leg for leg in referral["legs"] if leg["state"] == state), None)

        return await until(found, what)

    async def offered(self) -> Offered:
        await self.make_room()
        person, referral_id = await self.refer()
        leg = await self.leg_in(referral_id, "offered", "an offer to a group with space")
        return Offered(person, referral_id, leg["leg_id"], leg["request_id"], leg["service_id"])

    async def accepted(self) -> Offered:
        offered = await self.offered()
        await self.press(self.offer_of(offered), "accept")
        await self.leg_in(offered.referral_id, "accepted", "a place that is booked")
        return offered

    async def press(self, path: str, button: str, **values: str) -> None:
        page = await self.client.open(path)
        form = page.form_with(button=button)
        done = await self.client.send(page, form, form.filled(button, **values))
        assert done.status == 200, done.heading

    async def let_lapse(self, offered: Offered) -> None:
        path = f"/referral/api/demo/offers/{offered.request_id}/lapse-now"
        await self.client.call("demo-operator", "POST", path)

        async def told() -> bool:
            return "has passed" in (await self.client.open(self.offer_of(offered))).heading

        await until(told, "the lapse of an offer that nobody answers")

    async def pool_of(self, service_id: str) -> str:
        pools = await Providers(self.client, {}).pools_of(service_id)
        return str(pools[0]["pool_id"])

    def offer_of(self, offered: Offered, *, valid: timedelta = timedelta(days=1)) -> str:
        return self._link(Purpose.OFFER, offered.request_id, valid)

    def progress_of(self, offered: Offered) -> str:
        return self._link(Purpose.PROGRESS, offered.request_id, timedelta(days=1))

    def contact_of(self, offered: Offered) -> str:
        return self._link(Purpose.PERSON_CONTACT, offered.request_id, timedelta(minutes=30))

    def referral_of(self, referral_id: str) -> str:
        return self._link(Purpose.MY_REFERRAL, referral_id, timedelta(days=1))

    def digest_of(self, digest_id: str) -> str:
        return self._link(Purpose.DIGEST, digest_id, timedelta(days=1))

    async def space_of(self, service_id: str) -> str:
        return self._link(Purpose.CAPACITY_SIGNAL, await self.pool_of(service_id), timedelta(days=1))

    async def measure_of(self, offered: Offered) -> str:
        """By the message that the person gets, like everybody's."""
        return await self._mailed(offered.person.email, MEASURE_PATH)

    async def list_mailed_to(self, address: str) -> str:
        return await self._mailed(address, "/directory/list/")

    async def message_to(self, offered: Offered) -> str:
        async def came() -> str | None:
            mails = await self.client.mails(to=offered.person.email)
            return next((f"/mailbox/{mail.id}" for mail in mails), None)

        return await until(came, "a message to a person who was referred")

    async def trace_of(self, offered: Offered) -> str:
        """Once the journey has reached the last service."""

        async def kept() -> str | None:
            found = await self.client.call(None, "GET", f"/traces/api/by-referral/{offered.referral_id}")
            traces = found["traces"] if isinstance(found, dict) else found
            whole = [each for each in traces if "notify" in str(each)]
            return f"/traces/{whole[0]['trace_id']}" if whole else None

        return await until(kept, "the trace of a referral")

    async def _mailed(self, address: str, path: str) -> str:
        async def came() -> str | None:
            mails = await self.client.mails(to=address)
            return next((link for mail in mails if (link := mail.link_to(path))), None)

        return urlsplit(await until(came, f"a message with a link to {path}")).path

    def _link(self, purpose: Purpose, subject: str, valid: timedelta) -> str:
        # Of no group in particular: a test that stops a group's links leaves these alone.
        holder = Holder(UUID(int=1))
        token = mint(self.signing_key, purpose, UUID(subject), datetime.now(UTC) + valid, holder=holder)
        return PATHS[purpose].format(token=token)
