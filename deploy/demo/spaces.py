"""Providers say how much space they have: by the one-tap page that their message links to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from deploy.demo.html_forms import Page
from deploy.demo.outside_client import NotAnswered, OutsideClient
from deploy.demo.place_rules import Acknowledged
from deploy.demo.plan import Plan, Space
from deploy.demo.waiting import a_few_at_once

SPACE_PATH = "/capacity/space/"
STILL_SETTLING = "Still being put right"


@dataclass
class Providers:
    """The services of the directory with the links that their organisations got."""

    client: OutsideClient
    services: Mapping[str, Mapping[str, Any]]
    links: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    tapped: int = 0

    async def find_links(self) -> None:
        """A message goes to an organisation once for each thing that can be full; its page names service and times."""
        mails = await self.client.mails()
        names = {str(each["name"]) for each in self.services.values()}
        found = [link for mail in mails if (link := mail.link_to(SPACE_PATH))]
        pages = await a_few_at_once([self.client.open(link) for link in dict.fromkeys(found)])
        for page in pages:
            if page.status == 200:
                self.links[service_of(page.heading.removeprefix("Space at "), names)].append(page.url)

    async def tap_all(self, plan: Plan) -> None:
        """Every provider by its page; whoever's message is no longer kept, by the programs' way in."""
        taps: list[Any] = []
        self.tapped = 0
        for service in self.services.values():
            space = plan.space_of(service)
            links = self.links.get(service["name"], [])
            pools = [] if links else await self.pools_of(service["id"])
            # One after the other: two of the links may be about the same, as where a provider was asked once more.
            taps += [self.tap_service(service["name"], space)] if links else []
            taps += [self.say(pool, space) for pool in pools]
            self.tapped += len(links) + len(pools)
        await a_few_at_once(taps)

    async def tap(self, link: str, space: Space) -> Page:
        page = await self.client.open(link)
        form = page.form_with(button=space.button)
        numbers = {"free": str(space.free)} if space.free is not None else {}
        done = await self.client.send(page, form, form.filled(space.button, **numbers))
        if done.status != 200:
            raise NotAnswered(f"the page about space answered {done.status}: {done.heading}")
        return done

    async def tap_service(self, name: str, space: Space) -> list[Page]:
        return [await self.tap(link, space) for link in self.links[name]]

    async def tap_full(self, name: str) -> list[Acknowledged]:
        """Notes the moment at which the answer came: from then on nobody new may be shown to this provider."""
        service = next(each for each in self.services.values() if each["name"] == name)
        pages = await self.tap_service(name, Space("full"))
        heard_at = datetime.now(UTC)
        if any(STILL_SETTLING in page.text for page in pages):
            return []
        pools = await self.pools_of(service["id"])
        return [Acknowledged(pool["pool_id"], pool["version"], heard_at) for pool in pools]

    async def pools_of(self, service_id: str) -> list[dict[str, Any]]:
        answer = await self.client.call("demo-provider", "GET", "/capacity/api/pools", service_id=service_id)
        pools: list[dict[str, Any]] = answer["pools"]
        return pools

    async def say(self, pool: Mapping[str, Any], space: Space) -> dict[str, Any]:
        status = "open" if space.button == "no-limit" else space.button
        body = {
            "status": status,
            "free": space.free,
            "version_seen": pool["version"],
            "tapped_at": datetime.now(UTC).isoformat(),
        }
        if status in {"full", "paused"}:
            del body["free"]
        path = f"/capacity/api/pools/{pool['pool_id']}/signal"
        answer: dict[str, Any] = await self.client.call("demo-provider", "POST", path, body)
        return answer

    async def say_in_all(self, pool: Mapping[str, Any], places: int) -> dict[str, Any]:
        """How many people there is room for in all, as somebody says who counts a caseload."""
        body = {
            "status": "open",
            "places": places,
            "version_seen": pool["version"],
            "tapped_at": datetime.now(UTC).isoformat(),
        }
        path = f"/capacity/api/pools/{pool['pool_id']}/signal"
        answer: dict[str, Any] = await self.client.call("demo-provider", "POST", path, body)
        return answer

    async def open_everything(self) -> None:
        """No limit anywhere."""
        pools = await a_few_at_once([self.pools_of(service_id) for service_id in self.services])
        await a_few_at_once([self.say(pool, Space("no-limit")) for some in pools for pool in some])


def service_of(shown: str, names: Iterable[str]) -> str:
    """`Art for all: Tuesdays, 10am to 12 noon` is of Art for all."""
    return max((each for each in names if f"{shown}: ".startswith(f"{each}: ")), key=len, default=shown)


async def read_directory(client: OutsideClient) -> dict[str, dict[str, Any]]:
    """Every service of the open feed in full, by id."""
    found: dict[str, dict[str, Any]] = {}
    number, pages = 1, 1
    while number <= pages:
        page = await client.call(None, "GET", "/services", page=number, per_page=100, full="true")
        pages = page["total_pages"]
        found |= {service["id"]: service for service in page["contents"]}
        number += 1
    return found
