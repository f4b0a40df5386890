"""Fair turns between boroughs for the places of a service that takes people from all of them.

Deficit round-robin: with each place every borough where somebody waits gains its share, the one with the most goes
first and pays for the place. So each gets its share of the places while it waits, whoever sends more people.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BoroughShares:
    """How much of the places each borough is to have, as whole numbers beside one another."""

    of_borough: Mapping[str, int] = field(default_factory=dict)
    of_others: int = 1

    def __post_init__(self) -> None:
        if min((self.of_others, *self.of_borough.values())) < 1:
            raise ValueError("a share is a whole number from 1")

    def of(self, borough: str) -> int:
        return self.of_borough.get(borough, self.of_others)


@dataclass(frozen=True, slots=True)
class Turn:
    """The borough whose first in line is given the place, and what all have to their credit afterwards."""

    borough: str
    balances: Mapping[str, int]


def next_turn(balances: Mapping[str, int], waiting: Collection[str], shares: BoroughShares) -> Turn | None:
    """Whose turn it is among the boroughs where somebody waits; None where nobody does.

    `balances` are those of the pool's last turn, empty at first. Where nobody waits nothing is saved up, and what
    was had too much of stays known. Of equals the lesser code goes first, so that the answer is always the same.
    """
    if not waiting:
        return None
    kept = {borough: owed for borough, owed in balances.items() if owed < 0}
    credit = {borough: balances.get(borough, 0) + shares.of(borough) for borough in waiting}
    borough = min(credit, key=lambda each: (-credit[each], each))
    credit[borough] -= sum(shares.of(each) for each in credit)
    after = {each: owed for each, owed in (kept | credit).items() if owed}
    return Turn(borough, after)
