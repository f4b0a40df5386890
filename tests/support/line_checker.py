"""Says of what a line gave whether it was in order and within its bound, by the words of the rule and slowly."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from services.referral.domain.borough_shares import BoroughShares
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.suitability import barriers
from services.referral.domain.waiting_policy import DEPRIVATION_OF_BOROUGH, WaitingPolicy


@dataclass
class LineChecker:
    """Who waits, who passed each of them, and what each borough has to its credit at each pool."""

    policy: WaitingPolicy
    shares: BoroughShares = field(default_factory=BoroughShares)
    waiting: dict[UUID, InLine] = field(default_factory=dict)
    passed_by: dict[UUID, set[UUID]] = field(default_factory=dict)
    credit: dict[UUID, dict[str, int]] = field(default_factory=dict)

    def joins(self, leg: InLine) -> None:
        self.waiting[leg.leg_id] = leg
        self.passed_by.setdefault(leg.leg_id, set())

    def leaves(self, leg_id: UUID) -> None:
        del self.waiting[leg_id]

    def check_given(self, leg: InLine, pool: ListedPool, in_other_hands: Collection[UUID] = ()) -> None:
        """One place, in the order in which they were given."""
        suited = self.suited(pool)
        assert leg.leg_id in suited
        often = [each for each in suited.values() if self._was_passed_often(each)]
        borough = self._turn(
            pool, {each.wants.area for each in suited.values() if each.leg_id not in in_other_hands}
        )
        if often:
            first = min(often, key=lambda each: (each.received_at, each.leg_id))
        else:
            free = [
                each
                for each in suited.values()
                if each.leg_id not in in_other_hands and borough in {None, each.wants.area}
            ]
            first = min(free, key=lambda each: (-self.points(each), each.received_at, each.leg_id))
        assert first.leg_id == leg.leg_id, "somebody else came first"
        self._pay(
            pool,
            leg.wants.area,
            {each.wants.area for each in suited.values() if each.leg_id not in in_other_hands},
        )
        del self.waiting[leg.leg_id]
        for other in suited.values():
            if (other.received_at, other.leg_id) < (leg.received_at, leg.leg_id):
                self.passed_by[other.leg_id].add(leg.leg_id)
                assert len(self.passed_by[other.leg_id]) <= self.policy.most_overtaken, "passed too often"

    def check_nobody_was_left(
        self, pools: Iterable[ListedPool], in_other_hands: Collection[UUID] = ()
    ) -> None:
        """A place stays only where nobody can have it now, or where it waits for who was passed too often."""
        for pool in pools:
            suited = self.suited(pool)
            often = [each for each in suited.values() if self._was_passed_often(each)]
            if often:
                first = min(often, key=lambda each: (each.received_at, each.leg_id))
                assert first.leg_id in in_other_hands
            else:
                assert suited.keys() <= set(in_other_hands)

    def suited(self, pool: ListedPool) -> dict[UUID, InLine]:
        return {
            leg_id: leg
            for leg_id, leg in self.waiting.items()
            if leg.wants.need in pool.needs and not barriers(pool, leg.wants, leg.tried)
        }

    def points(self, leg: InLine) -> Fraction:
        """What they began with and one for each week, to the second, at a moment when all of them wait."""
        weeks = Fraction(
            (datetime(2100, 1, 1, tzinfo=leg.received_at.tzinfo) - leg.received_at) // timedelta(seconds=1)
        )
        deprivation = self.policy.for_deprivation.get(DEPRIVATION_OF_BOROUGH[leg.wants.area], 0)
        group = max((self.policy.for_group.get(each, 0) for each in leg.wants.groups), default=0)
        return weeks / Fraction(self.policy.wait_of_a_point // timedelta(seconds=1)) + deprivation + group

    def _was_passed_often(self, leg: InLine) -> bool:
        return len(self.passed_by[leg.leg_id]) >= self.policy.most_overtaken

    def _turn(self, pool: ListedPool, boroughs: set[str]) -> str | None:
        if not (pool.everywhere or len(pool.areas) > 1) or not boroughs:
            return None
        credit = self.credit.get(pool.pool_id, {})
        return min(boroughs, key=lambda each: (-credit.get(each, 0) - self.shares.of(each), each))

    def _pay(self, pool: ListedPool, borough: str, boroughs: set[str]) -> None:
        """Each borough where somebody waits gains its share, and who is given the place pays all of it."""
        if not (pool.everywhere or len(pool.areas) > 1):
            return
        before = self.credit.get(pool.pool_id, {})
        after = {each: owed for each, owed in before.items() if owed < 0}
        after |= {each: before.get(each, 0) + self.shares.of(each) for each in boroughs}
        after[borough] -= sum(self.shares.of(each) for each in boroughs)
        self.credit[pool.pool_id] = after
