"""A shelf: the pools for one need in one area, in the order of their ids, and one bit of a number for each.

What excludes is a number a code whose bits are the pools that have it, so a constraint over a whole shelf is one
`and`; only the pools that are left are looked at one by one, to be ranked.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import TypeVar
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.routing_policy import Coordinates, kilometres_to, weeks_of_wait
from services.referral.domain.suitability import (
    OF_A_PLACE,
    REMOTE,
    RULES,
    Barrier,
    border_is_open,
    primary_language,
)
from services.referral.domain.wants import Wants

AS_ZERO_OR_ONE = bytes.maketrans(b"01", b"\x00\x01")
ONE_POINT = 1 << 20
"""More than there are pools on a shelf: a point counts more than any place."""
PLACES = ONE_POINT - 1
ONE_ORDER = 1 << 48
"""More than any points."""
FIRST_OF_ALL = 1 << 50
"""More than any order."""

MET_BY_ALL = frozenset({Barrier.NEED, Barrier.CATCHMENT})
"""What every pool of a shelf meets, or it would not stand there."""

Each = TypeVar("Each")
Shut = tuple[Barrier, int]
"""A barrier, and the pools that it shuts."""


class Shelf:
    """Put up anew when a pool on it is listed otherwise; `worn` when only what a provider says has changed."""

    def __init__(self, need: str, area: str, pools: Iterable[ListedPool]) -> None:
        self.need, self.area = need, area
        self.pools = sorted(pools, key=lambda pool: pool.pool_id)
        self.all = (1 << len(self.pools)) - 1
        self._place_of = {pool.pool_id: place for place, pool in enumerate(self.pools)}
        self._speaking = self._by_codes(lambda pool: map(primary_language, pool.languages or ("en",)))
        self._names_language = self._by_codes(lambda pool: map(primary_language, pool.languages))
        self._with_workers = self._by_codes(lambda pool: pool.worker_sexes)
        self._with_access = self._by_codes(lambda pool: pool.access)
        self._suiting = self._by_codes(lambda pool: pool.suits)
        self._not_suiting = self._by_codes(lambda pool: pool.does_not_suit)
        self._comes_to_people = self._where(lambda pool: bool(pool.delivery & REMOTE))
        self._behind_a_border = self._where(lambda pool: not border_is_open(pool, area))
        self._out_of_hours = self._where(lambda pool: pool.evenings or pool.weekends)
        self._of_age: dict[int, int] = {}
        self._standing: dict[bool, Standing] = {}

    def tell(self, pool: ListedPool) -> None:
        """The pool as it now stands, if it is here."""
        place = self._place_of.get(pool.pool_id)
        if place is not None:
            self.pools[place] = pool
            self._standing.clear()

    def standing(self, home: Coordinates | None, policy: RoutingPolicy, *, travels: bool) -> "Standing":
        """How all pools stand before anything of one person counts. The last home and policy are kept."""
        found = self._standing.get(travels)
        if found is None or found.home != home or found.policy is not policy:
            found = self._standing[travels] = Standing(self.pools, home, policy, travels=travels)
        return found

    def shut(self, wants: Wants) -> list[Shut]:
        """Each barrier that stands somewhere on the shelf, in the order of the rules."""
        found = []
        for barrier, told in IN_BITS:
            bits = self._ask_each(barrier, wants) if told is None else told(self, wants)
            if bits:
                found.append((barrier, bits))
        return found

    def bits(self, pool_ids: Iterable[UUID]) -> int:
        """Those of the pools that stand here."""
        found = 0
        for pool_id in pool_ids:
            place = self._place_of.get(pool_id)
            if place is not None:
                found |= 1 << place
        return found

    def as_for(self, changed: Mapping[UUID, ListedPool]) -> dict[int, ListedPool]:
        """Those of the pools that stand here, by their place."""
        return {self._place_of[each]: pool for each, pool in changed.items() if each in self._place_of}

    def suiting(self, group: str) -> int:
        return self._suiting.get(group, 0)

    def in_own_language(self, wants: Wants) -> int:
        own = primary_language(wants.language)
        return self._names_language.get(own, 0) if own != "en" else 0

    def not_of_age(self, wants: Wants) -> int:
        found = self._of_age.get(wants.age)
        if found is None:
            found = self._of_age[wants.age] = self._ask_each(Barrier.AGE, wants)
        return found

    def not_speaking(self, wants: Wants) -> int:
        if wants.brings_interpreter:
            return 0
        return self.all & ~self._speaking.get(primary_language(wants.language), 0)

    def without_such_workers(self, wants: Wants) -> int:
        return self.all & ~self._with_workers.get(wants.worker_sex, 0) if wants.worker_sex else 0

    def without_access(self, wants: Wants) -> int:
        found = 0
        for code in wants.access:
            lacking = self.all & ~self._with_access.get(code, 0)
            found |= lacking & ~self._comes_to_people if code in OF_A_PLACE else lacking
        return found

    def to_be_travelled_to(self, wants: Wants) -> int:
        return 0 if wants.can_travel else self.all & ~self._comes_to_people

    def by_day_alone(self, wants: Wants) -> int:
        return self.all & ~self._out_of_hours if wants.only_evenings_or_weekends else 0

    def behind_a_border(self, _: Wants) -> int:
        return self._behind_a_border

    def not_suiting(self, wants: Wants) -> int:
        found = 0
        for group in wants.groups:
            found |= self._not_suiting.get(group, 0)
        return found

    def not_wanted(self, wants: Wants) -> int:
        """Most people have said no to nothing."""
        return self._ask_each(Barrier.NOT_WANTED, wants) if wants.not_wanted else 0

    def _ask_each(self, barrier: Barrier, wants: Wants) -> int:
        holds = RULES[barrier]
        return self._where(lambda pool: not holds(pool, wants))

    def _where(self, holds: Callable[[ListedPool], bool]) -> int:
        return sum(1 << place for place, pool in enumerate(self.pools) if holds(pool))

    def _by_codes(self, codes_of: Callable[[ListedPool], Iterable[str]]) -> Mapping[str, int]:
        found: defaultdict[str, int] = defaultdict(int)
        for place, pool in enumerate(self.pools):
            for code in codes_of(pool):
                found[code] |= 1 << place
        return dict(found)


TOLD_IN_BITS: Mapping[Barrier, Callable[[Shelf, Wants], int]] = {
    Barrier.AGE: Shelf.not_of_age,
    Barrier.LANGUAGE: Shelf.not_speaking,
    Barrier.WORKER_SEX: Shelf.without_such_workers,
    Barrier.ACCESS: Shelf.without_access,
    Barrier.TRAVEL: Shelf.to_be_travelled_to,
    Barrier.HOURS: Shelf.by_day_alone,
    Barrier.BORDER: Shelf.behind_a_border,
    Barrier.DOES_NOT_SUIT: Shelf.not_suiting,
    Barrier.NOT_WANTED: Shelf.not_wanted,
}


IN_BITS = tuple((each, TOLD_IN_BITS.get(each)) for each in RULES if each not in MET_BY_ALL)
"""A rule that is not told in bits is asked pool by pool: right from its first day, and quick when its bits are written."""


class Standing:
    """The rank of every pool of a shelf as one number each, but for what one person's groups and language add."""

    def __init__(
        self,
        pools: Sequence[ListedPool],
        home: Coordinates | None,
        policy: RoutingPolicy,
        *,
        travels: bool,
    ) -> None:
        self.home, self.policy = home, policy
        self.kilometres = [kilometres_to(pool, home, policy) if travels else 0 for pool in pools]
        self.ranks = [self.rank(place, pool) for place, pool in enumerate(pools)]
        self.order = [place_of(rank) for rank in sorted(self.ranks)]
        self.with_space = sum(1 << place for place, pool in enumerate(pools) if pool.signal.has_space)

    def rank(self, place: int, pool: ListedPool) -> float:
        """Open before limited before the rest, then points, then the place, which is the order of ids.

        The least comes first. A float holds it exactly (53 bits), and is what Python sorts fastest.
        """
        points = (
            self.policy.for_each_kilometre * self.kilometres[place]
            + self.policy.for_each_given_today * pool.given_today
            + self.policy.for_each_week_of_wait * weeks_of_wait(pool, self.policy)
        )
        return pool.signal.order * ONE_ORDER - points * ONE_POINT + place

    def best(self, among: int) -> int | None:
        """The place of the first of these; most often one of the first of all."""
        if among:
            for place in self.order:
                if among >> place & 1:
                    return place
        return None


def place_of(rank: float) -> int:
    return int(rank) & PLACES


def those_of(bits: int, among: Sequence[Each]) -> Iterator[Each]:
    """What stands in the places of the bits, from the lowest."""
    return compress(among, bin(bits)[:1:-1].encode().translate(AS_ZERO_OR_ONE))


def places_of(bits: int) -> Iterator[int]:
    """Which bits are set, from the lowest; quick where they are few."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
