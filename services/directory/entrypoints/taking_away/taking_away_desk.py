"""What the pages that people take something away from work with, and what their addresses may say."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from services.directory.entrypoints.finding.find_desk import FindDesk
from services.directory.entrypoints.finding.whereabouts import Where, Whereabouts
from services.directory.search.query import Query as Search
from services.directory.settings import DirectorySettings
from services.directory.storage.chosen_services import find_chosen
from services.directory.storage.service_rows import ListedService
from shared.postgres.pool import Pool
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import KithError
from shared.vocabulary import vocabulary
from shared.web.phrases import translatable


class NoSuchArea(KithError):
    status = 404
    slug = "area-not-found"
    title = translatable("We do not know this place")
    what_to_do = translatable("Check the address, or look for the place by its name.")


def _known_need(code: str) -> str:
    if code and code not in vocabulary.needs():
        raise ValueError("no need of the vocabulary")
    return code


AreaCode = Annotated[str, Query(max_length=9, pattern=r"^[A-Z0-9]*$")]
NeedCode = Annotated[str, Query(max_length=40), AfterValidator(_known_need)]


@dataclass(frozen=True, slots=True)
class TakingAwayDesk:
    pool: Pool
    settings: DirectorySettings
    clock: Clock
    finder: FindDesk

    @property
    def whereabouts(self) -> Whereabouts:
        return self.finder.whereabouts

    @property
    def public_url(self) -> str:
        return self.settings.public_url.rstrip("/")

    @property
    def shows_unchecked(self) -> bool:
        """Whether words that a machine translated are shown."""
        return self.settings.pages.show_unchecked_translations

    def where(self, code: str) -> Where:
        """Raises NoSuchArea."""
        found = self.whereabouts.of_code(code)
        if found is None:
            raise NoSuchArea
        return found

    async def nearest(self, where: Where, need: str, most: int) -> list[ListedService]:
        """The services that take people from there."""
        search = Search(needs=_one(need), sort="nearest", per_page=most)
        return (await self.found(search, where))[0]

    async def found(self, search: Search, where: Where | None = None) -> tuple[list[ListedService], int]:
        """One page of services in the order of the search, and how many there are in all.

        With a place: of those that take people from there, or from any part of it.
        """
        if where is not None:
            search = self.finder.from_there(search, where)
        found = await self.finder.keeper.search(search)
        async with self.pool.acquire() as connection:
            services = await find_chosen(connection, [each.id for each in found.results])
        return services, found.total


def _one(need: str) -> frozenset[str]:
    return frozenset({need} if need else ())
