"""Many people move at once: each gets the best pool that nobody with a better claim wants. Pure.

Deferred acceptance with people asking and pools of several places: D. Gale and L. S. Shapley, College Admissions and
the Stability of Marriage, American Mathematical Monthly 69 (1962), doi:10.2307/2312726. No person and pool are left
that would both rather have each other, nobody does better in any other such assignment, and the order in which people
are named changes nothing. The work grows with the length of all lists together.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.router import Candidate, Decision


class Claim(Protocol):
    """Where somebody stands in the order of a pool: the smaller comes first. No two stand in the same place."""

    def __lt__(self, other: Any, /) -> bool: ...


ClaimOf = Callable[[UUID, UUID], Claim]
"""The claim that a leg, named second, has to a pool, named first."""


def assign(
    choices: Mapping[UUID, Sequence[UUID]], places: Mapping[UUID, int | None], claim_of: ClaimOf
) -> dict[UUID, UUID]:
    """The pool of each leg that gets one. `choices` are a leg's pools, best first; None places mean no limit."""
    given: defaultdict[UUID, list[tuple[Claim, UUID]]] = defaultdict(list)
    left: dict[UUID, Iterator[UUID]] = {leg: iter(pools) for leg, pools in choices.items()}
    asking = list(choices)
    while asking:
        leg = asking.pop()
        pool = next(left[leg], None)
        if pool is None:
            continue
        insort(given[pool], (claim_of(pool, leg), leg))
        limit = places[pool]
        if limit is not None and len(given[pool]) > limit:
            asking.append(given[pool].pop()[1])
    return {leg: pool for pool, legs in given.items() for _, leg in legs}


def choices_of(decision: Decision) -> list[ListedPool]:
    """The pools that may be asked when many move, in the router's order: none whose provider said limited."""
    return [each.pool for each in decision.candidates if _may_be_asked_by_many(each)]


def _may_be_asked_by_many(candidate: Candidate) -> bool:
    return candidate.can_be_asked and candidate.pool.signal.status == "open"
