"""Every pool there is, kept in memory by need and area: it decides exactly as `decide` does, and fast.

`decide` stays the rule that is read and argued about; tests hold the two against each other, ties included.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.referral.domain.area_policies import policy_of
from services.referral.domain.asking_first import asked_first
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.pool_shelf import (
    FIRST_OF_ALL,
    ONE_POINT,
    Shelf,
    Shut,
    Standing,
    place_of,
    places_of,
    those_of,
)
from services.referral.domain.router import Candidate, Decision, Exclusion, Outcome
from services.referral.domain.routing_policy import Coordinates, Points, weeks_of_wait
from services.referral.domain.suitability import Barrier, most_of
from services.referral.domain.wants import Wants

NOTHING_CHANGED: Mapping[UUID, ListedPool] = MappingProxyType({})


@dataclass(slots=True)
class Match:
    """What was found for one leg: enough to act on. All else, down to the Decision that is kept, is made of it when
    it is asked for.
    """

    shelf: Shelf
    standing: Standing
    changed: Mapping[int, ListedPool]
    wants: Wants
    shut: Sequence[Shut]
    left: int
    """The pools that suit."""
    kept: int
    asked_before: int
    """Those of them whose provider has yet to say its space anew."""
    chosen: ListedPool | None

    def places(self) -> Iterator[int]:
        """Where the pools that suit stand on the shelf, best first."""
        own_ranks = _own_ranks(self.shelf, self.standing, self.left, self.wants, self.changed)
        plain = self.left
        for place in own_ranks:
            plain ^= 1 << place
        ranks = [*those_of(plain, self.standing.ranks), *own_ranks.values()]
        ranks.sort()
        return map(place_of, ranks)

    def pools_with_space(self) -> Iterator[ListedPool]:
        """Of the pools that suit and may be asked those that show space, whoever comes first for it."""
        left = self.left & ~self.asked_before
        return map(self.pool, places_of(left & _with_space(self.standing, self.changed)))

    def pool(self, place: int) -> ListedPool:
        return self.changed.get(place) or self.shelf.pools[place]

    @property
    def outcome(self) -> Outcome:
        if self.chosen is not None:
            return Outcome.REQUEST
        return Outcome.WAIT if self.left else Outcome.UNMET

    @property
    def unmet_barrier(self) -> Barrier | None:
        """As `suitability.unmet_barrier`: what excluded most of the pools of the shelf."""
        return None if self.left else most_of({barrier: bits.bit_count() for barrier, bits in self.shut})

    def candidates(self) -> tuple[Candidate, ...]:
        fit = _fit(self.shelf, self.left, self.wants)
        specialists = _specialists(self.shelf, self.wants, self.standing.policy)
        return tuple(
            Candidate(
                self.pool(place),
                self._points(place, fit.get(place, 0)),
                bool(self.kept >> place & 1),
                bool(specialists >> place & 1),
                bool(self.asked_before >> place & 1),
            )
            for place in self.places()
        )

    def exclusions(self) -> tuple[Exclusion, ...]:
        """Every pool that does not suit, with every barrier in the order of the rules."""
        found: defaultdict[int, list[Barrier]] = defaultdict(list)
        for barrier, bits in self.shut:
            for place in places_of(bits):
                found[place].append(barrier)
        return tuple(Exclusion(self.pool(place).pool_id, tuple(found[place])) for place in sorted(found))

    def decision(self) -> Decision:
        return Decision(
            self.outcome, self.standing.policy.label, self.candidates(), self.exclusions(), self.chosen,
            self.unmet_barrier, self.asked_first(),
        )  # fmt: skip

    def asked_first(self) -> tuple[ListedPool, ...]:
        """Whom to ask whether they have space, where nothing that suits shows any."""
        if self.outcome is not Outcome.WAIT:
            return ()
        return asked_first(map(self.pool, self.places()), self.standing.policy)

    def _points(self, place: int, groups: int) -> Points:
        policy = self.standing.policy
        own_language = self.shelf.in_own_language(self.wants) >> place & 1
        return Points(
            fit=policy.for_each_group_that_fits * groups,
            language=policy.for_own_language if own_language else 0,
            distance=policy.for_each_kilometre * self.standing.kilometres[place],
            fairness=policy.for_each_given_today * self.pool(place).given_today,
            wait=policy.for_each_week_of_wait * weeks_of_wait(self.pool(place), policy),
            kilometres=self.standing.kilometres[place],
        )


class PoolIndex:
    """Changed and asked by one thread. A match is good until the index is changed."""

    def __init__(self, pools: Iterable[ListedPool] = ()) -> None:
        self._pools: dict[UUID, ListedPool] = {}
        self._for_need: defaultdict[str, dict[UUID, ListedPool]] = defaultdict(dict)
        self._shelves: defaultdict[str, dict[str, Shelf]] = defaultdict(dict)
        self.put(pools)

    def __len__(self) -> int:
        return len(self._pools)

    def get(self, pool_id: UUID) -> ListedPool | None:
        return self._pools.get(pool_id)

    @property
    def pools(self) -> Collection[ListedPool]:
        return self._pools.values()

    def put(self, pools: Iterable[ListedPool]) -> None:
        """Takes pools as they now stand. Where only the provider's word changed no shelf is put up anew."""
        for pool in pools:
            known = self._pools.get(pool.pool_id)
            if known is None or not known.is_listed_as(pool):
                self._drop(pool.pool_id)
                self._take_down_shelves(pool)
            else:
                for shelf in self._shelves_with(pool):
                    shelf.tell(pool)
            self._pools[pool.pool_id] = pool
            for need in pool.needs:
                self._for_need[need][pool.pool_id] = pool

    def remove(self, pool_ids: Iterable[UUID]) -> None:
        for pool_id in pool_ids:
            self._drop(pool_id)

    def match(
        self,
        wants: Wants,
        *,
        tried: Collection[UUID] = (),
        until_said: Collection[UUID] = (),
        kept_for_earlier: Collection[UUID] = (),
        home: Coordinates | None = None,
        policy: RoutingPolicy | None = None,
        changed: Mapping[UUID, ListedPool] = NOTHING_CHANGED,
    ) -> Match:
        """As `decide` over the pools for this need and area; `changed` are pools as they stand for the caller alone."""
        policy = policy or policy_of(wants.area)
        shelf = self._shelf(wants.need, wants.area)
        shut = shelf.shut(wants)
        asked_before = shelf.bits(until_said) if until_said else 0
        if tried and (bits := shelf.bits(tried) & ~asked_before):
            shut.append((Barrier.ALREADY_TRIED, bits))
        out = 0
        for _, bits in shut:
            out |= bits
        left = shelf.all ^ out
        kept = shelf.bits(kept_for_earlier) if kept_for_earlier else 0
        standing = shelf.standing(home, policy, travels=wants.can_travel)
        otherwise = shelf.as_for(changed) if changed else {}
        with_space = left & ~kept & ~asked_before & _with_space(standing, otherwise)
        own_ranks = _own_ranks(shelf, standing, with_space, wants, otherwise) if with_space else {}
        place = _best(standing, with_space, own_ranks)
        chosen = None if place is None else otherwise.get(place) or shelf.pools[place]
        return Match(shelf, standing, otherwise, wants, shut, left, kept, asked_before, chosen)

    def _shelf(self, need: str, area: str) -> Shelf:
        found = self._shelves[need].get(area)
        if found is None:
            pools = [pool for pool in self._for_need[need].values() if pool.takes_from(area)]
            found = self._shelves[need][area] = Shelf(need, area, pools)
        return found

    def _shelves_with(self, pool: ListedPool) -> Iterator[Shelf]:
        for need in pool.needs:
            shelves = self._shelves[need]
            areas = shelves if pool.everywhere else pool.areas & shelves.keys()
            yield from (shelves[area] for area in areas)

    def _drop(self, pool_id: UUID) -> None:
        pool = self._pools.pop(pool_id, None)
        if pool is None:
            return
        for need in pool.needs:
            self._for_need[need].pop(pool_id, None)
        self._take_down_shelves(pool)

    def _take_down_shelves(self, pool: ListedPool) -> None:
        for shelf in list(self._shelves_with(pool)):
            self._shelves[shelf.need].pop(shelf.area)


def _fit(shelf: Shelf, among: int, wants: Wants) -> dict[int, int]:
    """How many of the person's groups each suits, where any."""
    found: dict[int, int] = {}
    for group in wants.groups:
        bits = shelf.suiting(group) & among
        while bits:
            lowest = bits & -bits
            place = lowest.bit_length() - 1
            found[place] = found.get(place, 0) + 1
            bits ^= lowest
    return found


def _own_ranks(
    shelf: Shelf, standing: Standing, among: int, wants: Wants, otherwise: Mapping[int, ListedPool]
) -> dict[int, float]:
    """The ranks of those that stand otherwise for this leg than for all: by fit, by language, by what changed for it."""
    policy = standing.policy
    found = {place: standing.rank(place, pool) for place, pool in otherwise.items() if among >> place & 1}
    for place, groups in _fit(shelf, among, wants).items():
        rank = found.get(place, standing.ranks[place])
        found[place] = rank - policy.for_each_group_that_fits * groups * ONE_POINT
    for place in places_of(_specialists(shelf, wants, policy) & among):
        found[place] -= FIRST_OF_ALL  # it suits the group, so it stands here already
    for place in places_of(shelf.in_own_language(wants) & among):
        found[place] = found.get(place, standing.ranks[place]) - policy.for_own_language * ONE_POINT
    return found


def _specialists(shelf: Shelf, wants: Wants, policy: RoutingPolicy) -> int:
    found = 0
    for group in policy.specialist_cohorts & wants.groups:
        found |= shelf.suiting(group)
    return found


def _with_space(standing: Standing, otherwise: Mapping[int, ListedPool]) -> int:
    found = standing.with_space
    for place, pool in otherwise.items():
        found = found | 1 << place if pool.signal.has_space else found & ~(1 << place)
    return found


def _best(standing: Standing, among: int, own_ranks: Mapping[int, float]) -> int | None:
    """The place of the best of these."""
    plain = among
    for place in own_ranks:
        plain ^= 1 << place
    best = standing.best(plain)
    ranks = [*own_ranks.values()] if best is None else [standing.ranks[best], *own_ranks.values()]
    return place_of(min(ranks)) if ranks else None
