"""The same match as a scan of columns over every pool there is: what the index is measured against."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.routing_policy import Coordinates, kilometres_to
from services.referral.domain.suitability import OF_A_PLACE, REMOTE, primary_language
from services.referral.domain.wants import Wants

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scanned:
    """The pools that suit with the keys of their order, and the place of the one to be asked."""

    found: Numbers
    keys: Numbers
    chosen: int | None
    shut: int
    """How many of the pools for this need and area do not suit."""

    def ranked(self) -> Sequence[int]:
        ranked: list[int] = self.found[np.argsort(self.keys)].tolist()
        return ranked


class ColumnScan:
    def __init__(
        self, pools: Sequence[ListedPool], homes: Mapping[str, Coordinates], policy: RoutingPolicy
    ) -> None:
        self.pools = sorted(pools, key=lambda each: each.pool_id)
        self._policy = policy
        self._none = np.zeros(len(self.pools), np.bool_)
        self._place_of = {each.pool_id: place for place, each in enumerate(self.pools)}
        self._needs = self._by_codes(lambda each: each.needs)
        self._areas = self._by_codes(lambda each: each.areas)
        self._speaks = self._by_codes(lambda each: map(primary_language, each.languages or ("en",)))
        self._names_language = self._by_codes(lambda each: map(primary_language, each.languages))
        self._workers = self._by_codes(lambda each: each.worker_sexes)
        self._access = self._by_codes(lambda each: each.access)
        self._suits = self._by_codes(lambda each: each.suits)
        self._does_not_suit = self._by_codes(lambda each: each.does_not_suit)
        self._everywhere = self._flags(lambda each: each.everywhere)
        self._comes = self._flags(lambda each: bool(each.delivery & REMOTE))
        self._out_of_hours = self._flags(lambda each: each.evenings or each.weekends)
        self._youngest = np.array([each.minimum_age or 0 for each in self.pools], np.int16)
        self._oldest = np.array(
            [999 if each.maximum_age is None else each.maximum_age for each in self.pools], np.int16
        )
        self._order = np.array([each.signal.order for each in self.pools], np.int64)
        self._space = self._flags(lambda each: each.signal.has_space)
        self._given = np.array([each.given_today for each in self.pools], np.int64)
        self._far = {
            area: np.array([kilometres_to(each, home, policy) for each in self.pools], np.int64)
            for area, home in homes.items()
        }

    def match(self, wants: Wants, tried: Collection[UUID]) -> Scanned:
        reached = self._of(self._needs, wants.need) & (self._everywhere | self._of(self._areas, wants.area))
        met = reached & (self._youngest <= wants.age) & (self._oldest >= wants.age)
        met &= self._of(self._speaks, primary_language(wants.language))
        if wants.worker_sex:
            met &= self._of(self._workers, wants.worker_sex)
        for code in wants.access:
            has = self._of(self._access, code)
            met &= has | self._comes if code in OF_A_PLACE else has
        if not wants.can_travel:
            met &= self._comes
        if wants.only_evenings_or_weekends:
            met &= self._out_of_hours
        for group in wants.groups:
            met &= ~self._of(self._does_not_suit, group)
        for pool_id in tried:
            met[self._place_of[pool_id]] = False
        found = np.flatnonzero(met)
        keys = (self._order[found] << 40) - (self._points(wants, found) << 20) + found
        askable = np.flatnonzero(self._space[found])
        chosen = int(found[askable[np.argmin(keys[askable])]]) if len(askable) else None
        return Scanned(found, keys, chosen, int(np.count_nonzero(reached)) - len(found))

    def _points(self, wants: Wants, found: Numbers) -> Numbers:
        policy = self._policy
        points = policy.for_each_given_today * self._given[found]
        if wants.can_travel:
            points += policy.for_each_kilometre * self._far[wants.area][found]
        for group in wants.groups:
            points += policy.for_each_group_that_fits * self._of(self._suits, group)[found]
        own = primary_language(wants.language)
        if own != "en":
            points += policy.for_own_language * self._of(self._names_language, own)[found]
        return points

    def _of(self, column: Mapping[str, Flags], code: str) -> Flags:
        return column.get(code, self._none)

    def _flags(self, holds: Any) -> Flags:
        return np.array([holds(each) for each in self.pools], np.bool_)

    def _by_codes(self, codes_of: Any) -> dict[str, Flags]:
        found: dict[str, Flags] = {}
        for place, each in enumerate(self.pools):
            for code in codes_of(each):
                if code not in found:
                    found[code] = np.zeros(len(self.pools), np.bool_)
                found[code][place] = True
        return found
