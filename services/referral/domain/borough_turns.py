"""Borough shares in the line: whose turn it is at a pool that people from several boroughs may have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from services.referral.domain.borough_shares import BoroughShares, Turn, next_turn
from services.referral.domain.listed_pool import ListedPool

Balances = Mapping[str, int]

NOTHING_OWED: Balances = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class BoroughTurns:
    """What boroughs have to their credit at each pool. It does not change: a turn makes a new one."""

    shares: BoroughShares = field(default_factory=BoroughShares)
    balances: Mapping[UUID, Balances] = field(default_factory=dict)

    def next(self, pool: ListedPool, waiting: Collection[str]) -> str | None:
        """The borough whose turn it is of those where somebody waits; None where the pool knows no turns."""
        turn = next_turn(self._of(pool), waiting, self.shares) if serves_several(pool) else None
        return turn.borough if turn else None

    def after_giving(self, pool: ListedPool, borough: str, waiting: Collection[str]) -> "BoroughTurns":
        """As it stands when a place went to the borough. It pays also where it was not its turn."""
        if not serves_several(pool):
            return self
        turn = next_turn(self._of(pool), waiting, self.shares)
        assert turn is not None  # noqa: S101 - who is given a place has waited
        return BoroughTurns(
            self.shares, {**self.balances, pool.pool_id: _paid_by(borough, turn, waiting, self.shares)}
        )

    def _of(self, pool: ListedPool) -> Balances:
        return self.balances.get(pool.pool_id, NOTHING_OWED)


def serves_several(pool: ListedPool) -> bool:
    """Whether people from more than one borough may have its places."""
    return pool.everywhere or len(pool.areas) > 1


def _paid_by(borough: str, turn: Turn, waiting: Collection[str], shares: BoroughShares) -> Balances:
    price = sum(shares.of(each) for each in waiting)
    paid = dict(turn.balances)
    paid[turn.borough] = paid.get(turn.borough, 0) + price
    paid[borough] = paid.get(borough, 0) - price
    return {each: owed for each, owed in paid.items() if owed}
