"""Whom a policy has asked first whether they have space, and that nobody is sent to an unknown space."""

from dataclasses import replace
from random import Random
from uuid import UUID

from services.referral.domain.area_policies import policy_of
from services.referral.domain.decision_story import PastDecision, SuitedThen, told_to_worker
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.pool_index import PoolIndex
from services.referral.domain.router import Decision, Outcome, decide
from services.referral.domain.suitability import suits
from services.referral.domain.wants import Wants
from tests.unit.referral.any_routing import a_pool, some_wants
from tests.unit.referral.examples import NEWHAM, NOON, pool, wants

ASKS = RoutingPolicy(ask_unknown_at_once=2)
ASKS_NOBODY = RoutingPolicy(ask_unknown_at_once=0)
UNKNOWN = Signal("unknown", 0)
QUERIES = 3_000


def asked(*pools: ListedPool, policy: RoutingPolicy = ASKS) -> list[int]:
    return [each.pool_id.int for each in decide(wants(), pools, policy=policy).asked_first]


def unknown(number: int, **changes: object) -> ListedPool:
    return pool(number, signal=UNKNOWN, **changes)


def test_the_best_of_those_whose_space_nobody_knows_are_asked_and_nobody_is_sent_there() -> None:
    far_better = unknown(3, suits=frozenset({"older-people"}))
    decision = decide(
        wants(groups=frozenset({"older-people"})),
        [unknown(1), unknown(2), far_better, pool(4, signal=Signal("full", 0))],
        policy=ASKS,
    )

    assert (decision.outcome, decision.chosen) == (Outcome.WAIT, None)
    assert [each.pool_id.int for each in decision.asked_first] == [3, 1]


def test_nobody_is_asked_while_somebody_has_space() -> None:
    assert asked(unknown(1), pool(2)) == []
    assert asked(unknown(1), pool(2, signal=Signal("limited", 1))) == []


def test_nobody_is_asked_who_said_what_space_they_have_or_does_not_suit() -> None:
    said = [
        pool(1, signal=Signal("full", 0)),
        pool(2, signal=Signal("paused", 0)),
        pool(3, signal=Signal("open", 0)),
    ]

    assert asked(*said, unknown(4, minimum_age=80)) == []


def test_a_provider_is_asked_about_one_of_its_services() -> None:
    one = UUID(int=2001)

    assert asked(unknown(1, organisation_id=one), unknown(2, organisation_id=one), unknown(3)) == [1, 3]


def test_without_such_a_policy_nobody_is_asked_and_the_person_waits() -> None:
    assert asked(unknown(1), policy=ASKS_NOBODY) == []
    assert decide(wants(), [unknown(1)], policy=ASKS_NOBODY).outcome is Outcome.WAIT


def test_the_policy_that_holds_wherever_no_other_does_asks_first() -> None:
    assert policy_of(NEWHAM).ask_unknown_at_once == 3
    assert policy_of(NEWHAM).ask_unknown_again_after.days == 7


def by_a_slow_look(
    who: Wants, pools: list[ListedPool], policy: RoutingPolicy, decided: Decision
) -> list[UUID]:
    """All pairs: of each provider's unknown pools the one that no other of them beats, and of these the first."""
    if any(each.signal.has_space for each in pools if suits(each, who)):
        return []
    rank = {each.pool.pool_id: place for place, each in enumerate(decided.candidates)}
    there = [each for each in pools if suits(each, who) and each.signal.status == "unknown"]
    firsts = [
        each.pool_id
        for each in there
        if not any(
            other.organisation_id == each.organisation_id and rank[other.pool_id] < rank[each.pool_id]
            for other in there
        )
    ]
    return sorted(firsts, key=rank.__getitem__)[: policy.ask_unknown_at_once]


def test_the_index_asks_as_the_rule_and_a_slow_look_do_in_many_random_queries() -> None:
    chance, asked_somebody = Random(44), 0  # noqa: S311 - made-up queries
    for query in range(QUERIES):
        if query % 50 == 0:
            pools = [a_pool(chance, number) for number in range(1, 25)]
            pools = [replace(each, signal=UNKNOWN) if chance.random() < 0.6 else each for each in pools]
            index = PoolIndex(pools)
        who, policy = some_wants(chance), RoutingPolicy(ask_unknown_at_once=chance.randint(0, 4))
        there = [each for each in pools if who.need in each.needs and each.takes_from(who.area)]
        by_rule = decide(who, there, policy=policy)

        assert index.match(who, policy=policy).decision() == by_rule
        assert [each.pool_id for each in by_rule.asked_first] == by_a_slow_look(who, there, policy, by_rule)
        asked_somebody += bool(by_rule.asked_first)
    assert asked_somebody > QUERIES / 20


def test_a_link_worker_reads_who_was_asked_first() -> None:
    one, other = UUID(int=1), UUID(int=2)
    decision = PastDecision(
        UUID(int=9), NOON, "wait", "nearest-that-fits-3", "en",
        suited=[SuitedThen(one, "unknown", 0), SuitedThen(other, "unknown", 0)], asked_first=(one, other),
    )  # fmt: skip

    assert told_to_worker(decision, {one: "Bromley Mind", other: "Age UK"}.__getitem__, str) == (
        "Waits: no service that suits has a place to give. To be asked whether they have space,"
        " before anybody is sent there: Bromley Mind and Age UK. Two suit: two not heard from lately."
    )
