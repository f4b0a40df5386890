"""The router against a slow and obvious one, and each barrier by itself."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referral.domain.area_policies import policy_of
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.router import Outcome, decide
from services.referral.domain.routing_policy import distance_km, points_of
from services.referral.domain.suitability import UNMET_REASON, Barrier, barriers, suits
from services.referral.domain.wants import Wants
from shared.vocabulary import vocabulary
from tests.unit.referral.examples import EALING, NEWHAM, pool, wants

HOME = (51.5077, 0.0469)


def some(*codes: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(codes), max_size=2)


GROUPS = some("men", "women", "older-people", "carers")
SIGNALS = st.builds(
    Signal,
    st.sampled_from(["open", "limited", "full", "paused", "unknown"]),
    st.one_of(st.none(), st.integers(0, 3)),
    st.integers(1, 9),
)
WANTS = st.builds(
    Wants,
    need=st.sampled_from(["loneliness", "housing"]),
    area=st.sampled_from([NEWHAM, EALING]),
    age=st.integers(15, 90),
    language=st.sampled_from(["en", "so", "pt-BR"]),
    groups=GROUPS,
    access=some("step-free", "bsl", "hearing-loop"),
    can_travel=st.booleans(),
    worker_sex=st.sampled_from([None, "female", "male"]),
    only_evenings_or_weekends=st.booleans(),
    not_wanted=st.frozensets(st.integers(1001, 1006).map(lambda number: UUID(int=number)), max_size=2),
)
POOL_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "needs": some("loneliness", "housing", "creative"),
    "everywhere": st.booleans(),
    "areas": some(NEWHAM, EALING),
    "languages": some("en", "so", "pt"),  # a service may name none
    "minimum_age": st.sampled_from([None, 18, 60]),
    "maximum_age": st.sampled_from([None, 25, 65]),
    "suits": GROUPS,
    "does_not_suit": GROUPS,
    "access": some("step-free", "bsl", "hearing-loop"),
    "delivery": some("at-a-place", "home-visit", "phone", "online"),
    "worker_sexes": some("female", "male"),
    "evenings": st.booleans(),
    "weekends": st.booleans(),
    "latitude": st.sampled_from([None, 51.5, 51.6]),
    "longitude": st.sampled_from([None, -0.1, 0.05]),
    "signal": SIGNALS,
    "given_today": st.integers(0, 5),
}
POOLS = st.lists(st.fixed_dictionaries(POOL_FIELDS), max_size=6).map(
    lambda fields: [pool(number + 1, **each) for number, each in enumerate(fields)]
)


def suits_by_the_book(each: ListedPool, who: Wants, tried: set[UUID]) -> bool:
    """The rules once more, as plainly as they can be said."""
    comes_to_people = any(mode in each.delivery for mode in ("home-visit", "phone", "online"))
    lowest = 0 if each.minimum_age is None else each.minimum_age
    highest = 200 if each.maximum_age is None else each.maximum_age
    unmet_access = {code for code in who.access - each.access if code == "bsl" or not comes_to_people}
    return (
        each.pool_id not in tried
        and each.service_id not in who.not_wanted
        and who.need in each.needs
        and (each.everywhere or who.area in each.areas)
        and lowest <= who.age <= highest
        and who.language.split("-")[0] in (each.languages or {"en"})
        and (who.worker_sex is None or who.worker_sex in each.worker_sexes)
        and not unmet_access
        and (who.can_travel or comes_to_people)
        and (not who.only_evenings_or_weekends or each.evenings or each.weekends)
        and not any(group in each.does_not_suit for group in who.groups)
    )


@given(who=WANTS, pools=POOLS, tried=st.sets(st.integers(1, 6)), kept=st.sets(st.integers(1, 6)))
def test_it_decides_as_the_slow_one_does(
    who: Wants, pools: list[ListedPool], tried: set[int], kept: set[int]
) -> None:
    tried_ids, kept_ids = {UUID(int=n) for n in tried}, {UUID(int=n) for n in kept}

    decision = decide(who, pools, tried=tried_ids, kept_for_earlier=kept_ids, home=HOME)

    suitable = [each for each in pools if suits_by_the_book(each, who, tried_ids)]
    assert {each.pool.pool_id for each in decision.candidates} == {each.pool_id for each in suitable}
    assert len(decision.candidates) + len(decision.exclusions) == len(pools)
    askable = [
        each
        for each in suitable
        if each.signal.status in {"open", "limited"}
        and (each.signal.free is None or each.signal.free > 0)
        and each.pool_id not in kept_ids
    ]
    if askable:
        best = min(
            askable,
            key=lambda each: (
                each.signal.status != "open",
                -points_of(each, who, HOME, policy_of(who.area)).total,
                each.pool_id,
            ),
        )
        assert (decision.outcome, decision.chosen) == (Outcome.REQUEST, best)
    else:
        assert decision.outcome is (Outcome.WAIT if suitable else Outcome.UNMET)


@given(who=WANTS, pools=POOLS, order=st.randoms(use_true_random=False))
def test_the_order_in_which_pools_are_read_does_not_matter(
    who: Wants, pools: list[ListedPool], order: Any
) -> None:
    shuffled = list(pools)
    order.shuffle(shuffled)

    assert decide(who, pools, home=HOME) == decide(who, shuffled, home=HOME)


@given(who=WANTS, pools=POOLS)
def test_suits_is_the_absence_of_barriers(who: Wants, pools: list[ListedPool]) -> None:
    assert all(suits(each, who) is (not barriers(each, who)) for each in pools)


@pytest.mark.parametrize(
    ("barrier", "who", "which"),
    [
        (Barrier.NEED, {}, {"needs": frozenset({"housing"})}),
        (Barrier.CATCHMENT, {}, {"everywhere": False, "areas": frozenset({EALING})}),
        (Barrier.AGE, {"age": 17}, {"minimum_age": 18}),
        (Barrier.AGE, {"age": 66}, {"maximum_age": 65}),
        (Barrier.LANGUAGE, {"language": "so"}, {}),
        (Barrier.WORKER_SEX, {"worker_sex": "female"}, {"worker_sexes": frozenset({"male"})}),
        (Barrier.ACCESS, {"access": frozenset({"step-free"})}, {}),
        (Barrier.TRAVEL, {"can_travel": False}, {}),
        (Barrier.HOURS, {"only_evenings_or_weekends": True}, {}),
        (Barrier.DOES_NOT_SUIT, {"groups": frozenset({"men"})}, {"does_not_suit": frozenset({"men"})}),
    ],
)
def test_each_barrier_stands_by_itself(barrier: Barrier, who: dict[str, Any], which: dict[str, Any]) -> None:
    decision = decide(wants(**who), [pool(**which)])

    assert [each.barriers for each in decision.exclusions] == [(barrier,)]
    expected = Barrier.CATCHMENT if barrier is Barrier.NEED else barrier
    assert (decision.outcome, decision.unmet_barrier) == (Outcome.UNMET, expected)
    assert decision.unmet_reason == UNMET_REASON[expected]


def test_the_reason_is_the_barrier_that_excluded_most_of_what_is_there() -> None:
    elsewhere = [pool(n, everywhere=False, areas=frozenset({EALING})) for n in range(1, 6)]
    too_old = [pool(n, maximum_age=65) for n in range(6, 8)]
    no_somali = [pool(n) for n in range(8, 11)]
    speaks = frozenset({"so"})

    decision = decide(
        wants(language="so"),
        [*elsewhere, *no_somali, *(pool(n.pool_id.int, maximum_age=65, languages=speaks) for n in too_old)],
    )

    assert (decision.unmet_barrier, decision.unmet_reason) == (Barrier.LANGUAGE, "language")


def test_of_equal_barriers_the_same_one_counts_always() -> None:
    by_hours_and_worker = pool(1, worker_sexes=frozenset({"male"}))

    decision = decide(wants(worker_sex="female", only_evenings_or_weekends=True), [by_hours_and_worker])

    assert (decision.unmet_barrier, decision.unmet_reason) == (Barrier.WORKER_SEX, "no-service")


def test_every_barrier_has_words() -> None:
    assert set(vocabulary.barriers()) == set(Barrier)


def test_open_comes_before_limited_however_near_the_other_is() -> None:
    limited = pool(1, signal=Signal("limited", 5), suits=frozenset({"women", "carers"}))
    far = pool(2, signal=Signal("open", 1), latitude=51.9, longitude=0.4)

    decision = decide(wants(groups=frozenset({"women", "carers"})), [limited, far], home=HOME)

    assert decision.chosen == far


def test_of_two_alike_the_one_that_was_given_fewer_today_is_asked() -> None:
    decision = decide(wants(), [pool(1, given_today=3), pool(2, given_today=2)])

    assert decision.chosen is not None
    assert decision.chosen.pool_id == UUID(int=2)


def test_distance_is_counted_as_the_crow_flies() -> None:
    newham, ealing = (51.5077, 0.0469), (51.513, -0.3089)

    assert distance_km(newham, ealing) == distance_km(ealing, newham) == 25
    assert distance_km(newham, newham) == 0
