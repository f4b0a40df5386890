"""The index decides as `decide` does: candidates, reasons, order and ties, however it came to stand as it stands."""

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from unittest.mock import patch
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain import pool_shelf
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.pool_index import PoolIndex
from services.referral.domain.pool_shelf import TOLD_IN_BITS, places_of, those_of
from services.referral.domain.router import Decision, decide
from services.referral.domain.suitability import Barrier
from services.referral.domain.wants import Wants
from tests.unit.referral.any_routing import HOMES, a_pool, a_signal, some_wants
from tests.unit.referral.examples import EALING, pool, wants
from tests.unit.referral.test_router import POOLS, WANTS

QUERIES = 3_000
CHANCES = st.randoms(use_true_random=False)


def in_reach(pools: Mapping[UUID, ListedPool], who: Wants) -> list[ListedPool]:
    return [each for each in pools.values() if who.need in each.needs and each.takes_from(who.area)]


def alike(index: PoolIndex, pools: Mapping[UUID, ListedPool], chance: Random, who: Wants) -> Decision:
    """Both decide, with some pools tried, of which some may be asked again later, and some kept for others."""
    ids = sorted(pools)
    tried, kept = set(chance.sample(ids, len(ids) // 8)), set(chance.sample(ids, len(ids) // 6))
    until_said = set(chance.sample(sorted(tried), len(tried) // 2))
    home = chance.choice(HOMES)
    by_rule = decide(
        who, in_reach(pools, who), tried=tried, until_said=until_said, kept_for_earlier=kept, home=home
    )
    found = index.match(who, tried=tried, until_said=until_said, kept_for_earlier=kept, home=home)
    assert found.decision() == by_rule
    assert (found.outcome, found.chosen) == (by_rule.outcome, by_rule.chosen)
    return by_rule


def test_it_decides_as_the_rule_does_in_many_random_queries() -> None:
    chance, outcomes = Random(20_261_122), set()  # noqa: S311 - made-up queries
    for query in range(QUERIES):
        if query % 100 == 0:
            pools = {each.pool_id: each for each in (a_pool(chance, number) for number in range(1, 60))}
            index = PoolIndex(pools.values())
        outcomes.add(alike(index, pools, chance, some_wants(chance)).outcome)

    assert len(outcomes) == 3


@given(who=WANTS, pools=POOLS, chance=CHANCES)
def test_it_decides_as_the_rule_does_on_the_rules_own_examples(
    who: Wants, pools: list[ListedPool], chance: Random
) -> None:
    alike(PoolIndex(pools), {each.pool_id: each for each in pools}, chance, who)


@given(chance=CHANCES)
def test_it_is_the_same_however_it_came_to_stand(chance: Random) -> None:
    """Put, told of, put anew otherwise, taken away and asked in between: as if it had been built just now."""
    index, pools = PoolIndex(), dict[UUID, ListedPool]()
    for _ in range(30):
        number = chance.randint(1, 8)
        known = pools.get(UUID(int=number))
        if known and chance.random() < 0.2:
            index.remove([known.pool_id])
            del pools[known.pool_id]
        else:
            told = known and chance.random() < 0.5
            changed = known.with_signal(a_signal(chance)) if known and told else a_pool(chance, number)
            index.put([changed])
            pools[changed.pool_id] = changed
        alike(index, pools, chance, some_wants(chance))
    assert len(index) == len(pools)


@given(chance=CHANCES)
def test_pools_that_stand_otherwise_for_one_caller_stand_so_for_nobody_else(chance: Random) -> None:
    pools = {each.pool_id: each for each in (a_pool(chance, number) for number in range(1, 12))}
    index, who = PoolIndex(pools.values()), some_wants(chance)
    changed = {
        each.pool_id: replace(each, signal=a_signal(chance), given_today=each.given_today + 1)
        for each in chance.sample(list(pools.values()), 4)
    }

    assert index.match(who, changed=changed).decision() == decide(who, in_reach(pools | changed, who))
    assert index.match(who).decision() == decide(who, in_reach(pools, who))


def test_what_a_provider_says_is_heard_on_every_shelf_that_has_the_pool() -> None:
    only = pool(needs=frozenset({"loneliness", "housing"}))
    index = PoolIndex([only])
    asked = [wants(), wants(need="housing"), wants(area=EALING)]
    assert all(index.match(each).chosen == only for each in asked)

    index.put([only.with_signal(Signal("full", 0, 2, 2))])

    assert [index.match(each).chosen for each in asked] == [None] * 3


@given(chance=CHANCES, other=st.sampled_from(sorted(TOLD_IN_BITS)))
def test_a_rule_that_is_not_told_in_bits_is_asked_pool_by_pool(chance: Random, other: Barrier) -> None:
    pools = {each.pool_id: each for each in (a_pool(chance, number) for number in range(1, 12))}
    told = tuple((barrier, None if barrier is other else bits) for barrier, bits in pool_shelf.IN_BITS)

    with patch.object(pool_shelf, "IN_BITS", told):
        alike(PoolIndex(pools.values()), pools, chance, some_wants(chance))


@given(st.integers(0, 1 << 300))
def test_the_places_of_bits_are_those_that_are_set(bits: int) -> None:
    among = [*range(301)]

    assert (
        list(places_of(bits)) == list(those_of(bits, among)) == [each for each in among if bits >> each & 1]
    )
