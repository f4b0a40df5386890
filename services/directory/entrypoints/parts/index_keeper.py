"""Keeps the index of the menu in the process that answers requests, for the pages that search it."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from services.directory.domain.catchment import HomeArea
from services.directory.domain.cover import Cover
from services.directory.entrypoints.known_places import known_places
from services.directory.search.drawings import Neighbourhoods
from services.directory.search.keeper import MenuKeeper
from services.directory.search.query import Found, Query
from services.directory.search.signal_spaces import SignalSpaces
from services.directory.settings import DirectorySettings
from services.directory.storage.copied_signals import SIGNALS_HEARD
from shared.postgres.notices import notices
from shared.service_defaults.health import condition_check
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating

LOOK_EVERY_SECONDS = 1.0  # a word on space does not wait for it


class IndexKeeper:
    """One a process. Whoever searches is given it by the composition root."""

    def __init__(self, platform: Platform[DirectorySettings]) -> None:
        middles = known_places(platform.settings.places).middles
        self._menu = MenuKeeper(platform.pool, platform.clock, SignalSpaces(), Neighbourhoods(middles))
        self._dsn = platform.settings.postgres_dsn.get_secret_value()
        self._heard = asyncio.Event()

    async def search(self, query: Query) -> Found:
        return await self._menu.search(query)

    async def covers(
        self, places: Sequence[Sequence[Sequence[HomeArea]]], group: str | None
    ) -> list[list[dict[str, Cover]]]:
        return await self._menu.covers(places, group)

    async def drawn_around(self, home: HomeArea) -> tuple[UUID, ...]:
        """The services whose circle or outline holds the home."""
        return await self._menu.drawn_around(home)

    def parts(self) -> ServiceParts:
        return ServiceParts(
            serving_tasks=[
                repeating("menu-index", LOOK_EVERY_SECONDS, self._menu.follow, self._heard),
                notices("signals-heard", self._dsn, SIGNALS_HEARD, self._heard),
            ],
            health_checks=[
                condition_check(
                    "menu-index", lambda: not self._menu.is_behind, "the menu is still being read"
                )
            ],
        )
