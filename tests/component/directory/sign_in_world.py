"""The directory with sign-in: a clock that moves, browsers that keep cookies, what is said of members."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.directory.bootstrap import make_parts
from services.directory.demo_people import DEMO_PEOPLE, DemoPerson, keep_demo_people
from services.directory.domain.catchment import Catchment
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service, Suitability
from services.directory.settings import DirectorySettings
from services.directory.storage.organisation_rows import save_organisations
from services.directory.storage.service_rows import ServiceToSave, save_services
from shared.postgres.pool import Pool, transaction
from shared.security.access_tokens import TokenReader
from shared.security.cookies import TOKEN
from shared.security.csrf import csrf_value
from tests.support.service_in_process import service_in_process
from tests.support.sign_in import PUBLIC_KEYS

AS_BROWSER = {"accept": "text/html,application/xhtml+xml"}
ORIGIN = "http://localhost:8080"


@dataclass
class MovableClock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass
class SignInWorld:
    settings: DirectorySettings
    pool: Pool
    clock: MovableClock = field(default_factory=MovableClock)

    async def with_demo_people(self) -> "SignInWorld":
        async with transaction(self.pool) as connection:
            await keep_demo_people(connection, self.clock())
        return self

    @asynccontextmanager
    async def browser(self, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
        """Keeps cookies and follows nothing, so that tests see each step."""
        chosen = self.settings.model_copy(update=settings)
        async with service_in_process(
            "directory", make_parts, chosen, self.pool, self.clock, base_url=ORIGIN, headers=AS_BROWSER
        ) as found:
            yield found

    async def sign_in(self, browser: httpx.AsyncClient, key: str, back: str = "/") -> httpx.Response:
        return await browser.post("/directory/sign-in/demo", data={"person": key, "back": back})

    def csrf(self, browser: httpx.AsyncClient) -> dict[str, str]:
        """The field that a page of this browser's session would carry."""
        caller = TokenReader(PUBLIC_KEYS).read(browser.cookies[TOKEN], self.clock())
        assert caller.session_id is not None
        return {"csrf": csrf_value(self.settings.link_signing_key, caller.session_id)}

    async def said(self) -> list[dict[str, Any]]:
        """Membership events in the outbox, in order."""
        rows = await self.pool.fetch(
            "SELECT payload FROM outbox_events WHERE topic = 'directory.memberships.v1' ORDER BY seq"
        )
        return [json.loads(row["payload"]) for row in rows]


async def runs_a_service(pool: Pool, organisation_id: UUID, *takes: str, home: str | None = None) -> None:
    """An organisation with one service, for people of these areas."""
    organisation = Organisation(organisation_id, "Walkers", "They walk.")
    service = Service(
        uuid4(), organisation_id, "Walks", "active", (), Catchment(areas=takes), Suitability(), home
    )
    async with transaction(pool) as connection:
        await save_organisations(connection, [organisation])
        await save_services(connection, [ServiceToSave(service, (), "walks")])


def person(key: str) -> DemoPerson:
    return next(each for each in DEMO_PEOPLE if each.key == key)
