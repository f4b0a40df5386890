"""Keeps the index true to the database: loads all of the menu once, then follows what changes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, TypeVar
from uuid import UUID

import structlog

from services.directory.domain.catchment import HomeArea
from services.directory.domain.cover import Cover
from services.directory.domain.occurrences import LONDON
from services.directory.domain.space import Band
from services.directory.metrics import count_not_read
from services.directory.search.drawings import Neighbourhoods
from services.directory.search.entry import SearchEntry
from services.directory.search.index import NO_NEIGHBOURHOODS, MenuIndex
from services.directory.search.query import Found, Query
from services.directory.storage.menu_rows import (
    MenuRow,
    Newest,
    changed_since,
    menu_rows,
    newest,
    whole_menu,
)
from shared.postgres.pool import Connection, Pool, transaction
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)

READ_AT_A_TIME = 200
PUT_AT_A_TIME = 5  # some milliseconds, after which whoever waits has their turn
PAUSE_SECONDS = 0.005  # after each of these, once there are searches to be answered
MOST_DEAD = 0.10
FEW = 1000  # an index with fewer dead rows is not worth building anew

Each = TypeVar("Each")


class Spaces(Protocol):
    """Who knows how much space services have."""

    async def heard(self, connection: Connection) -> datetime:
        """When the last word came in: the moment to ask from next time."""
        ...

    async def changed(
        self, connection: Connection, heard_after: datetime, since: datetime, now: datetime
    ) -> Sequence[UUID]:
        """The services of which there was word after a moment, or whose word became too old between two."""
        ...

    async def bands(
        self, connection: Connection, service_ids: Sequence[UUID], now: datetime
    ) -> Mapping[UUID, Band]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """How far an index is true: changes of the menu, words on space, and what the clock alone decides."""

    menu: Newest
    heard: datetime
    at: datetime

    @property
    def day(self) -> date:
        return self.at.astimezone(LONDON).date()


class MenuKeeper:
    """One a process, and all of it in the event loop's thread, a little at a time.

    A thread of its own would be worse: numpy lets go of the interpreter at each step, and a search of a hundred steps
    would wait a hundred times for the thread that builds.
    """

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        spaces: Spaces,
        neighbourhoods: Neighbourhoods = NO_NEIGHBOURHOODS,
    ) -> None:
        self._pool, self._clock, self._spaces = pool, clock, spaces
        self._neighbourhoods = neighbourhoods
        self._index: MenuIndex | None = None
        self._known: Known | None = None
        self._turn = asyncio.Lock()
        self._is_following = False

    @property
    def is_behind(self) -> bool:
        """Whether this process follows the menu and has not read it yet."""
        return self._is_following and self._index is None

    async def follow(self) -> None:
        """One look at what changed; to be done again and again."""
        self._is_following = True
        await self._look()

    async def search(self, query: Query) -> Found:
        return (await self._ready()).search(query, self._clock())

    async def covers(
        self, places: Sequence[Sequence[Sequence[HomeArea]]], group: str | None
    ) -> list[list[dict[str, Cover]]]:
        """What covers each neighbourhood of each place. Between two places others have their turn."""
        index, found = await self._ready(), []
        for each in places:
            found.append(index.covers(each, group))
            await asyncio.sleep(0)
        return found

    async def drawn_around(self, home: HomeArea) -> tuple[UUID, ...]:
        return (await self._ready()).drawn_around(home)

    async def _ready(self) -> MenuIndex:
        """Where nobody follows the menu, whoever asks looks first."""
        if self._index is None or not self._is_following:
            await self._look()
        if self._index is None:
            raise LookupError("the menu was looked at and there is no index")
        return self._index

    async def _look(self) -> None:
        async with self._turn:
            index, known, now = self._index, self._known, self._clock()
            async with transaction(self._pool) as connection:
                found = Known(await newest(connection), await self._spaces.heard(connection), now)
                if index is None or known is None or known.day != found.day or _is_worn(index):
                    self._index = await self._built(connection, now)
                    log.info("menu_index.built", services=len(self._index))
                else:
                    await self._take_changes(connection, index, known, found)
            self._known = found

    async def _built(self, connection: Connection, now: datetime) -> MenuIndex:
        """Anew each day as well, because hours are known for some days ahead alone."""
        index = MenuIndex(neighbourhoods=self._neighbourhoods)
        async for rows in whole_menu(connection, READ_AT_A_TIME):
            await self._put(connection, index, rows, now)
        return index

    async def _take_changes(
        self, connection: Connection, index: MenuIndex, known: Known, found: Known
    ) -> None:
        ids = set(await self._spaces.changed(connection, known.heard, known.at, found.at))
        if found.menu != known.menu:
            ids |= set(await changed_since(connection, known.menu))
        for part in _parts(sorted(ids), READ_AT_A_TIME):
            rows = await menu_rows(connection, part)
            index.remove(row.id for row in rows if not row.shown)
            await self._put(connection, index, rows, found.at)

    async def _put(
        self, connection: Connection, index: MenuIndex, rows: Sequence[MenuRow], now: datetime
    ) -> None:
        shown = [row for row in rows if row.shown]
        bands = await self._spaces.bands(connection, [row.id for row in shown], now)
        for few in _parts(shown, PUT_AT_A_TIME):
            entries = {row.id: _entry(row, bands.get(row.id, "not-known"), now) for row in few}
            index.remove(service_id for service_id, entry in entries.items() if entry is None)
            index.put(entry for entry in entries.values() if entry is not None)
            await asyncio.sleep(0 if self._index is None else PAUSE_SECONDS)


def _entry(row: MenuRow, band: Band, now: datetime) -> SearchEntry | None:
    """None for a row that cannot be read."""
    try:
        return SearchEntry.of(*row.read(), now, band=band, confirmed_on=row.confirmed_on)
    # A process edge: one row that cannot be read is not found; without this nothing would be, by anybody.
    except Exception as error:
        count_not_read("search")
        log.exception("menu_index.not_read", service_id=str(row.id), error=type(error).__name__)
        return None


def _is_worn(index: MenuIndex) -> bool:
    return index.dead_rows > FEW and index.dead_share > MOST_DEAD


def _parts(whole: Sequence[Each], size: int) -> list[Sequence[Each]]:
    return [whole[start : start + size] for start in range(0, len(whole), size)]
