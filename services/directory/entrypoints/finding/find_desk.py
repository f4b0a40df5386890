"""What the pages by which people find services work with: the index, the places, and the services themselves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from services.directory.domain.catchment import HomeArea
from services.directory.domain.evidence import NOT_TOLD
from services.directory.domain.occurrences import LONDON
from services.directory.domain.space import NOT_KNOWN, Space, space_of
from services.directory.entrypoints.finding.asked import Asked
from services.directory.entrypoints.finding.found_view import Card, FoundView
from services.directory.entrypoints.finding.told_choices import ToldChoices
from services.directory.entrypoints.finding.told_evidence import ToldEvidence
from services.directory.entrypoints.finding.told_service import ToldService
from services.directory.entrypoints.finding.told_space import ToldFreshness, ToldSpace
from services.directory.entrypoints.finding.whereabouts import Where, Whereabouts
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.search.query import Found, Query
from services.directory.storage.chosen_services import find_chosen
from services.directory.storage.copied_evidence import evidence_of
from services.directory.storage.copied_signals import signals_of
from services.directory.storage.menu_lines import confirmed_days
from services.directory.storage.service_rows import ListedService
from shared.places.places import Places
from shared.postgres.pool import Connection, Pool
from shared.service_defaults.clock import Clock

PER_PAGE = 20


class FindDesk:
    def __init__(self, pool: Pool, clock: Clock, keeper: IndexKeeper, places: Places) -> None:
        self.pool, self.clock, self.keeper, self.places = pool, clock, keeper, places
        self.whereabouts = Whereabouts(places)
        self._known_parts: dict[str, tuple[HomeArea, ...]] = {}

    @property
    def today(self) -> date:
        return self.clock().astimezone(LONDON).date()

    def where(self, code: str) -> Where | None:
        return self.whereabouts.of_code(code) if code else None

    def from_there(self, query: Query, where: Where) -> Query:
        """For people who live in an area: anywhere in it, where it is larger than a neighbourhood."""
        return replace(query, home=where.home, also_from=self._parts(where))

    async def look(
        self, asked: Asked, *, speaks: str, fault: str | None = None, typed: str = ""
    ) -> FoundView:
        where = self.where(asked.near)
        if where is None:
            asked = replace(asked, near="", km=None, sort="best" if asked.sort == "nearest" else asked.sort)
        query = replace(asked.query(speaks=speaks), per_page=PER_PAGE)
        found = await self.keeper.search(query if where is None else self.from_there(query, where))
        async with self.pool.acquire() as connection:
            cards = await self._cards(connection, found, first=(asked.page - 1) * PER_PAGE + 1)
        choices = ToldChoices(asked, found, where.name if where else "")
        return FoundView(asked, found, cards, choices, self.today, PER_PAGE, fault, typed)

    async def spaces(
        self, connection: Connection, services: Sequence[ListedService], now: datetime
    ) -> dict[UUID, Space]:
        signals = await signals_of(connection, [each.service.id for each in services])
        return {
            each.service.id: space_of(each.service, signals.get(each.service.id, ()), now)
            for each in services
        }

    async def _cards(self, connection: Connection, found: Found, first: int) -> list[Card]:
        """A service that went since the index was asked is left out."""
        now, today, ids = self.clock(), self.today, [result.id for result in found.results]
        services = await find_chosen(connection, ids)
        by_id = {each.service.id: each for each in services}
        spaces = await self.spaces(connection, services, now)
        confirmed = await confirmed_days(connection, ids)
        evidence = await evidence_of(connection, ids)
        return [
            Card(
                number,
                ToldService(by_id[result.id].service, by_id[result.id].organisation, today),
                ToldSpace(spaces.get(result.id, NOT_KNOWN), now),
                ToldFreshness(confirmed.get(result.id), today),
                ToldEvidence(evidence.get(result.id, NOT_TOLD)),
                result,
            )
            for number, result in enumerate(found.results, first)
            if result.id in by_id
        ]

    def _parts(self, where: Where) -> tuple[HomeArea, ...]:
        """Its neighbourhoods, where it has more than one."""
        if where.code not in self._known_parts:
            areas = [
                area for lsoa in sorted(self.places.within(where.code)) if (area := self.places.area(lsoa))
            ]
            homes = tuple(HomeArea(area.lsoa, area.ward, area.borough, area.point) for area in areas)
            self._known_parts[where.code] = homes if len(homes) > 1 else ()
        return self._known_parts[where.code]
