"""What the pages that people take something away from work with, and what their addresses may say."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from pydantic import AfterValidator

from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.entrypoints.whereabouts import Where, Whereabouts
from services.directory.search.query import Query as Search
from services.directory.search.query import Sort
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
    keeper: IndexKeeper
    whereabouts: Whereabouts

    @property
    def public_url(self) -> str:
        return self.settings.public_url.rstrip("/")

    def where(self, code: str) -> Where:
        """Raises NoSuchArea."""
        found = self.whereabouts.of_code(code)
        if found is None:
            raise NoSuchArea
        return found

    async def nearest(
        self, where: Where, need: str, most: int, sort: Sort = "nearest"
    ) -> list[ListedService]:
        """The services that take people from there."""
        return (await self.found(Search(home=where.home, needs=_one(need), sort=sort, per_page=most)))[0]

    async def found(self, search: Search) -> tuple[list[ListedService], int]:
        """One page of services in the order of the search, and how many there are in all."""
        found = await self.keeper.search(search)
        async with self.pool.acquire() as connection:
            services = await find_chosen(connection, [each.id for each in found.results])
        return services, found.total


def _one(need: str) -> frozenset[str]:
    return frozenset({need} if need else ())
