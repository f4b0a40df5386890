"""What the scenarios share: people and providers of the whole system, met from outside as in life."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from deploy.demo.arrivals import REFERRALS, Referred, refer
from deploy.demo.html_forms import Page
from deploy.demo.log_reader import LogReader
from deploy.demo.outside_client import Mail, OutsideClient, client_from_environment
from deploy.demo.people import Invented, Person
from deploy.demo.plan import Space, serves
from deploy.demo.spaces import SPACE_PATH, Providers
from deploy.demo.waiting import until


@dataclass
class Scene:
    """One scenario's view. Each uses a need and a borough of its own, since all share one system."""

    client: OutsideClient
    providers: Providers
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    invented: Invented = field(default_factory=lambda: Invented(seed=1, run=uuid4().hex[:8]))

    def log(self) -> LogReader:
        return LogReader(os.environ["KITH_TEST_KAFKA"])

    def someone(self, **asked: Any) -> Person:
        return self.invented.someone(**{"door": "gp", **asked})

    async def only(self, need: str, area: str, spaces: dict[str, Space]) -> None:
        """Of all services for this need and area only these have space; each says so now."""
        for service in self.providers.services.values():
            if serves(service, area, need):
                for pool in await self.providers.pools_of(service["id"]):
                    await self.providers.say(pool, spaces.get(service["name"], Space("full")))

    async def refer(self, **asked: Any) -> Referred:
        return await refer(self.client, self.someone(**asked))

    async def legs(self, referred: Referred) -> list[dict[str, Any]]:
        answer = await self.client.call("demo-gp", "GET", f"{REFERRALS}/{referred.referral_id}")
        legs: list[dict[str, Any]] = answer["legs"]
        return legs

    async def settled(self, referred: Referred) -> list[dict[str, Any]]:
        """The needs of a referral once nobody is on the way to a place any more."""

        async def nobody_on_the_way() -> list[dict[str, Any]] | None:
            legs = await self.legs(referred)
            return None if {leg["state"] for leg in legs} & {"matching", "requested", "accepting"} else legs

        return await until(nobody_on_the_way, "an end of the search for places")

    async def state(self, referred: Referred) -> str:
        return str((await self.settled(referred))[0]["state"])

    async def becomes(self, wanted: dict[str, str], referred: Referred) -> list[dict[str, Any]]:
        """The needs of a referral once each is in the state that is wanted of it.

        Who comes before referral has heard that a provider has space joins the line, and gets the place when it has.
        """

        async def as_wanted() -> list[dict[str, Any]] | None:
            legs = await self.legs(referred)
            return legs if {leg["need"]: leg["state"] for leg in legs} == wanted else None

        return await until(as_wanted, f"the states {wanted}")

    async def is_offered(self, referred: Referred) -> None:
        await self.becomes(dict.fromkeys(referred.person.needs, "offered"), referred)

    async def asked(self, referred: Referred) -> str:
        """The name of the service that is asked for, or has, the first need."""
        async with client_from_environment() as own:
            service_id = (await self.legs(referred))[0]["service_id"]
            return str((await own.call(None, "GET", f"/services/{service_id}"))["name"])

    async def mail(self, to: str, subject: str, number: int = 1) -> Mail:
        """The newest message with this subject to somebody, once `number` of them came."""

        async def came() -> list[Mail] | None:
            found = [mail for mail in await self.client.mails(to=to) if mail.subject == subject]
            return found if len(found) >= number else None

        return (await until(came, f"the message '{subject}'"))[-1]

    async def mail_about(self, service: str, path: str) -> Mail:
        """The newest message of this scenario to the organisation of a service, with a link of a kind."""

        async def came() -> Mail | None:
            since = None if path == SPACE_PATH else self.began
            mails = await self.client.mails(since=since)
            return next(
                (each for each in reversed(mails) if service in each.text and each.link_to(path)), None
            )

        return await until(came, f"a message to {service}")

    async def follow(self, mail: Mail, path: str) -> Page:
        link = mail.link_to(path)
        assert link is not None
        return await self.client.open(link)

    async def press(self, page: Page, button: str, **typed: str) -> Page:
        form = page.form_with(button=button)
        return await self.client.send(page, form, form.filled(button, **typed))

    def service_named(self, name: str) -> dict[str, Any]:
        return dict(next(each for each in self.providers.services.values() if each["name"] == name))

    def name_of(self, service_id: str) -> str:
        return str(self.providers.services[service_id]["name"])


def states(legs: Sequence[dict[str, Any]]) -> list[str]:
    return [leg["state"] for leg in legs]
