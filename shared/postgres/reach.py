"""How far a transaction reaches: rows of which areas and organisations row-level security lets it see and write."""

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

AREA = re.compile(r"[A-Z][0-9]{8}")
SERVICE = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Reach:
    """Areas by their codes; organisations where the caller belongs to some, None where that limits nothing.

    `rounds_of` names the service whose rounds role acts: it is for work that no area brings, such as draining the
    waiting list, and its policies name the tables that it needs. Codes are checked here because they become SQL.
    """

    areas: frozenset[str] = frozenset()
    organisations: frozenset[UUID] | None = None
    rounds_of: str | None = None

    def __post_init__(self) -> None:
        if not all(AREA.fullmatch(area) for area in self.areas):
            raise ValueError("an area code is not valid")
        if self.rounds_of is not None and not SERVICE.fullmatch(self.rounds_of):
            raise ValueError("a service's name is not valid")

    @property
    def as_sql(self) -> str:
        """Utility statements alone: they take no snapshot, so a transaction may still choose its isolation."""
        organisations = "" if self.organisations is None else _array(map(str, self.organisations))
        settings = (
            f"SET LOCAL kith.areas = '{_array(self.areas)}'; SET LOCAL kith.organisations = '{organisations}'"
        )
        return f"{settings}; SET LOCAL ROLE {self.rounds_of}_rounds" if self.rounds_of else settings


NOWHERE = Reach()


def areas_reach(areas: Iterable[str | None]) -> Reach:
    """These areas, and no more."""
    return Reach(frozenset(area for area in areas if area is not None))


def rounds_reach(service: str) -> Reach:
    """The service's rounds: what falls due, over all areas."""
    return Reach(rounds_of=service)


class ReachingConnection(asyncpg.Connection):
    """Says the reach together with BEGIN, so that it costs no round trip of its own."""

    __slots__ = ("_begin_with",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begin_with: str | None = None

    def begin_with(self, reach: Reach) -> None:
        """For the transaction that is begun next."""
        self._begin_with = reach.as_sql

    async def execute(
        self,
        query: str,
        *args: object,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature of asyncpg
    ) -> str:
        if query == "BEGIN;" and self._begin_with is not None:
            query, self._begin_with = f"{query} {self._begin_with}", None
        return await super().execute(query, *args, timeout=timeout)


async def set_reach(connection: Any, reach: Reach) -> None:
    """Changes the reach of an open transaction, for the one that learns from a row whose areas it is about."""
    await connection.execute(reach.as_sql)


@asynccontextmanager
async def acting_as_rounds(connection: Any, service: str) -> AsyncIterator[None]:
    """Lends the rounds role to a part of a transaction. A failure leaves the role to the rollback."""
    await connection.execute(f"SET LOCAL ROLE {Reach(rounds_of=service).rounds_of}_rounds")
    yield
    await connection.execute("SET LOCAL ROLE NONE")


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(sorted(values)) + "}"
