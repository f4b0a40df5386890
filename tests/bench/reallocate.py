"""How long it takes to move 100,000 people at once to 20,000 pools; the outside check finds no pair that would rather have each other."""

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.referral.domain.reallocation import assign
from tests.bench.wrong_result import WrongResult
from tests.support.stability import faults

PEOPLE, POOLS, BOROUGHS = 100_000, 20_000, 33
CHOICES = 20  # pools that suit somebody
FROM_ELSEWHERE = 5  # of those, pools of other boroughs
MOST_PLACES = 7
SEED = 12


@dataclass(frozen=True)
class Market:
    """Who wants where, and the one order in which all pools take people: points, then first come, then the id."""

    choices: Mapping[UUID, Sequence[UUID]]
    places: Mapping[UUID, int | None]
    standing: Mapping[UUID, tuple[int, int, UUID]]

    def claim_of(self, _: UUID, person: UUID) -> tuple[int, int, UUID]:
        return self.standing[person]


def measure() -> dict[str, Any]:
    market = generated_market(random.Random(SEED))  # noqa: S311 - the same market each time
    again = generated_market(random.Random(SEED), shuffled=True)  # noqa: S311
    began, used = time.perf_counter(), time.process_time()
    assigned = assign(market.choices, market.places, market.claim_of)
    took, processor = time.perf_counter() - began, time.process_time() - used
    wrong = next(faults(market.choices, market.places, market.claim_of, assigned), None)
    if wrong:
        raise WrongResult(wrong)
    if assign(again.choices, again.places, again.claim_of) != assigned:
        raise WrongResult("the same people named in another order are sent elsewhere")
    if not 0 < len(assigned) < PEOPLE:
        raise WrongResult("nobody, or everybody, gets a place: that shows nothing")
    return {
        "people": PEOPLE,
        "pools": POOLS,
        "places": sum(limit or 0 for limit in market.places.values()),
        "choices_of_each": CHOICES,
        "assigned": len(assigned),
        "left_for_the_waiting_list": PEOPLE - len(assigned),
        "got_first_choice": sum(market.choices[one][0] == at for one, at in assigned.items()),
        "blocking_pairs": 0,
        "same_on_re_run": True,
        "assign_s": round(took, 2),
        "assign_processor_s": round(processor, 2),
    }


def generated_market(chance: random.Random, *, shuffled: bool = False) -> Market:
    """People want pools of their borough first, and there are fewer places than people."""
    people = [UUID(int=number) for number in range(PEOPLE)]
    pools = [UUID(int=PEOPLE + number) for number in range(POOLS)]
    at_home = [pools[borough::BOROUGHS] for borough in range(BOROUGHS)]
    choices = {}
    for one in people:
        near = chance.sample(at_home[chance.randrange(BOROUGHS)], CHOICES - FROM_ELSEWHERE)
        choices[one] = list(dict.fromkeys(near + chance.sample(pools, FROM_ELSEWHERE)))
    places: dict[UUID, int | None] = {pool: chance.randint(1, MOST_PLACES) for pool in pools}
    standing = {one: (chance.randint(-9, 0), chance.randrange(10**6), one) for one in people}
    if shuffled:
        chance.shuffle(people)
    return Market({one: choices[one] for one in people}, places, standing)
