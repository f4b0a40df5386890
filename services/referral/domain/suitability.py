"""The hard constraints: whether a pool suits a person at all, and by which barriers it does not."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.referral.domain.area_policies import may_cross
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.wants import Wants

UnmetReason = Literal["no-service", "not-eligible", "language", "age", "access", "travel"]

REMOTE = frozenset({"home-visit", "phone", "online"})
OF_A_PLACE = frozenset({"step-free", "hearing-loop", "quiet-space"})
"""Access that matters only to somebody who goes to where the service is."""


class Barrier(StrEnum):
    """Why a pool is no candidate."""

    NEED = "need"
    CATCHMENT = "catchment"
    AGE = "age"
    LANGUAGE = "language"
    WORKER_SEX = "worker-sex"
    ACCESS = "access"
    TRAVEL = "travel"
    HOURS = "hours"
    BORDER = "border"
    DOES_NOT_SUIT = "does-not-suit"
    ALREADY_TRIED = "already-tried"
    NOT_WANTED = "not-wanted"


UNMET_REASON: Mapping[Barrier, UnmetReason] = {
    Barrier.NEED: "no-service",
    Barrier.CATCHMENT: "no-service",
    Barrier.HOURS: "no-service",
    Barrier.BORDER: "no-service",
    Barrier.WORKER_SEX: "no-service",
    Barrier.ALREADY_TRIED: "no-service",
    Barrier.NOT_WANTED: "no-service",
    Barrier.AGE: "age",
    Barrier.LANGUAGE: "language",
    Barrier.ACCESS: "access",
    Barrier.TRAVEL: "travel",
    Barrier.DOES_NOT_SUIT: "not-eligible",
}
OF_WHAT_IS_THERE: tuple[Barrier, ...] = (
    Barrier.LANGUAGE, Barrier.AGE, Barrier.ACCESS, Barrier.TRAVEL, Barrier.DOES_NOT_SUIT, Barrier.WORKER_SEX,
    Barrier.HOURS, Barrier.BORDER, Barrier.ALREADY_TRIED, Barrier.NOT_WANTED,
)  # fmt: skip
"""Those that can shut a pool which is there for the need and area. Of equals the first counts, so that the answer is the same."""


def _of_right_age(pool: ListedPool, wants: Wants) -> bool:
    lowest, highest = pool.minimum_age, pool.maximum_age
    return (lowest is None or lowest <= wants.age) and (highest is None or wants.age <= highest)


def _speaks(pool: ListedPool, wants: Wants) -> bool:
    """A service that names no language speaks English. Regional variants understand each other."""
    if wants.brings_interpreter:
        return True
    spoken = pool.languages or frozenset({"en"})
    return primary_language(wants.language) in {primary_language(each) for each in spoken}


def primary_language(language: str) -> str:
    """The language without its country."""
    return language.partition("-")[0]


def border_is_open(pool: ListedPool, area: str) -> bool:
    """Whether people of the area may go to a service of another one. One for everywhere, or of nowhere known, has none."""
    home = pool.home_area
    return pool.everywhere or home is None or home == area or may_cross(area, home)


def _gives_access(pool: ListedPool, wants: Wants) -> bool:
    needed = wants.access - OF_A_PLACE if pool.delivery & REMOTE else wants.access
    return needed <= pool.access


RULES: Mapping[Barrier, Callable[[ListedPool, Wants], bool]] = {
    Barrier.NEED: lambda pool, wants: wants.need in pool.needs,
    Barrier.CATCHMENT: lambda pool, wants: pool.takes_from(wants.area),
    Barrier.AGE: _of_right_age,
    Barrier.LANGUAGE: _speaks,
    Barrier.WORKER_SEX: lambda pool, wants: not wants.worker_sex or wants.worker_sex in pool.worker_sexes,
    Barrier.ACCESS: _gives_access,
    Barrier.TRAVEL: lambda pool, wants: wants.can_travel or bool(pool.delivery & REMOTE),
    Barrier.HOURS: lambda pool, wants: not wants.only_evenings_or_weekends or pool.evenings or pool.weekends,
    Barrier.BORDER: lambda pool, wants: border_is_open(pool, wants.area),
    Barrier.DOES_NOT_SUIT: lambda pool, wants: not pool.does_not_suit & wants.groups,
    Barrier.NOT_WANTED: lambda pool, wants: pool.service_id not in wants.not_wanted,
}


def barriers(pool: ListedPool, wants: Wants, tried: Collection[UUID] = ()) -> tuple[Barrier, ...]:
    """All that stands between this person and this pool; empty when it suits."""
    found = [barrier for barrier, holds in RULES.items() if not holds(pool, wants)]
    if pool.pool_id in tried:
        found.append(Barrier.ALREADY_TRIED)
    return tuple(found)


def suits(pool: ListedPool, wants: Wants, tried: Collection[UUID] = ()) -> bool:
    """Whether nothing stands between them."""
    return pool.pool_id not in tried and all(holds(pool, wants) for holds in RULES.values())


def unmet_barrier(exclusions: Iterable[tuple[Barrier, ...]]) -> Barrier:
    """The barrier that excluded most of the pools which are there for this need and area."""
    return most_of(
        Counter(
            barrier
            for found in exclusions
            if Barrier.NEED not in found and Barrier.CATCHMENT not in found
            for barrier in found
        )
    )


def most_of(pools_shut: Mapping[Barrier, int]) -> Barrier:
    """Where none is there, that is the barrier."""
    most = max(OF_WHAT_IS_THERE, key=lambda barrier: pools_shut.get(barrier, 0))
    return most if pools_shut.get(most) else Barrier.CATCHMENT
