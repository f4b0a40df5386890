"""One look at both databases: every fault that is there, by its kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from deploy.checker.rules import (
    BESIDE_SPACE,
    GONE,
    LEGS_WITH_A_PLACE,
    MEANINGS,
    NOT_HELD,
    OF_CAPACITY,
    OF_REFERRAL,
    PLACES,
    SPACE_THAT_STAYS,
    SUITED_AND_WAITING,
    UNWANTED,
    WANTED_BY_NOBODY,
    Rule,
)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that should not be: ids and codes alone."""

    kind: str
    id: str
    area: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look found. Empty in a system in which nobody falls out."""

    looked_at: datetime
    faults: Sequence[Fault]

    @property
    def clean(self) -> bool:
        return not self.faults

    def counts(self) -> Mapping[str, int]:
        """Of every kind, also of those of which there is none."""
        found = Counter(fault.kind for fault in self.faults)
        return {kind: found[kind] for kind in MEANINGS}


async def look(referral: Connection, capacity: Connection, now: datetime) -> Findings:
    """Each database at one moment of its own; between them only what has stood for a while is compared."""
    async with (
        referral.transaction(isolation="repeatable_read", readonly=True),
        capacity.transaction(isolation="repeatable_read", readonly=True),
    ):
        faults = [
            *await _by_rules(referral, OF_REFERRAL, now),
            *await _by_rules(capacity, OF_CAPACITY, now),
            *await _places_that_nobody_wants(referral, capacity, now),
            *await _places_that_are_gone(referral, capacity, now),
            *await _waits_beside_space(referral, capacity, now),
        ]
    return Findings(now, faults)


async def _by_rules(connection: Connection, rules: Mapping[str, Rule], now: datetime) -> list[Fault]:
    found: list[Fault] = []
    for kind, rule in rules.items():
        parameters = [now] if "$1" in rule.sql else []
        found += _faults(kind, await connection.fetch(rule.sql, *parameters))
    return found


async def _places_that_nobody_wants(referral: Connection, capacity: Connection, now: datetime) -> list[Fault]:
    places = await capacity.fetch(PLACES, now)
    unwanted = await referral.fetch(
        WANTED_BY_NOBODY, now, [each["id"] for each in places], [each["leg_id"] for each in places]
    )
    return _faults(UNWANTED, _those_of(places, unwanted))


async def _places_that_are_gone(referral: Connection, capacity: Connection, now: datetime) -> list[Fault]:
    legs = await referral.fetch(LEGS_WITH_A_PLACE, now)
    gone = await capacity.fetch(NOT_HELD, now, [each["id"] for each in legs])
    return _faults(GONE, _those_of(legs, gone))


async def _waits_beside_space(referral: Connection, capacity: Connection, now: datetime) -> list[Fault]:
    pools = await capacity.fetch(SPACE_THAT_STAYS, now)
    waiting = await referral.fetch(
        SUITED_AND_WAITING, now, [each["id"] for each in pools], [each["free"] for each in pools]
    )
    return _faults(BESIDE_SPACE, waiting)


def _those_of(rows: Sequence[Any], chosen: Iterable[Any]) -> list[Any]:
    ids = {each["id"] for each in chosen}
    return [row for row in rows if row["id"] in ids]


def _faults(kind: str, rows: Iterable[Any]) -> list[Fault]:
    return [Fault(kind, str(row["id"]), row["area"], row["since"]) for row in rows]
