"""A simulated year keeps the promises of the real one: places add up, no one is lost, no one is overtaken."""

from datetime import timedelta

import pytest

from services.referral.domain.suitability import suits
from services.referral.domain.waiting_list import GivenPlace
from services.referral.domain.waiting_policy import WAITING_POLICY
from simulator.figures import Figure, figures
from simulator.line import WaitingLine
from simulator.overtaking import Overtaking
from simulator.people import BEGINS, arrivals
from simulator.run import Run, run
from simulator.scenario import MorePlaces, Scenario
from tests.unit.simulator.small_world import EALING, NEWHAM, homes, scenario


@pytest.mark.parametrize("bound", [3, WAITING_POLICY.most_overtaken])
def test_nobody_is_overtaken_more_often_than_the_policy_allows_in_a_year(bound: int) -> None:
    assert overtaken_in_a_year(most_overtaken=bound) == bound


def test_without_the_bound_somebody_is_overtaken_more_often() -> None:
    assert overtaken_in_a_year(most_overtaken=100_000) > WAITING_POLICY.most_overtaken


def overtaken_in_a_year(*, most_overtaken: int) -> int:
    """The most in two boroughs that share half of their places, with too few for those who come."""
    year = scenario(
        scale=0.04, days=365, warm_up_days=0, waiting={"most_overtaken": most_overtaken},
        providers={"places_for_demand": 0.7, "citywide_share": 0.5},
    )  # fmt: skip

    ran = run([*homes(), *homes(EALING)], year, seed=1, count_overtaking=True)

    assert sum(story.waited for story in ran.stories) > 50
    assert ran.most_overtaken is not None
    return ran.most_overtaken


def test_the_outside_count_sees_a_line_that_gives_places_to_whoever_came_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = WaitingLine.for_pool
    monkeypatch.setattr(WaitingLine, "for_pool", lambda self, pool: iter(list(honest(self, pool))[::-1][:1]))

    ran = run(
        homes(),
        scenario(days=60, warm_up_days=30, providers={"places_for_demand": 0.6}),
        seed=1,
        count_overtaking=True,
    )

    assert (ran.most_overtaken or 0) > 5


def test_a_place_never_stands_free_beside_somebody_whom_it_suits(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is why the router needs no look along the line: checked behind every freed place."""
    checked = 0
    give = WaitingLine.give

    def give_and_look(self: WaitingLine, pool: object) -> list[GivenPlace]:
        nonlocal checked
        given = give(self, pool)  # type: ignore[arg-type]  # what the run hands in
        taken = {each.leg.leg_id for each in given}
        left = (pool.signal.free or 0) - len(given)  # type: ignore[attr-defined]
        if left > 0:
            checked += 1
            waiting = [leg for leg in self.for_pool(pool) if leg.leg_id not in taken]  # type: ignore[arg-type]
            assert not any(suits(pool, leg.wants, leg.tried) for leg in waiting)  # type: ignore[arg-type]
        return given

    monkeypatch.setattr(WaitingLine, "give", give_and_look)
    run(homes(), scenario(), seed=2)
    assert checked > 50


def test_when_everybody_has_gone_home_every_place_is_free_again() -> None:
    short = scenario(days=30, warm_up_days=0)
    world = Run(homes(), short, Overtaking())

    world.through(arrivals(homes(), short, seed=3))
    world._until(BEGINS + timedelta(days=1500))

    assert world._ledger.given() == 0
    waits_still = {leg_id for leg_id, case in world._cases.items() if case.leg.state == "waiting"}
    assert set(world._cases) == waits_still


def test_twice_as_many_people_as_there_is_room_for_half_of_them_get_a_place() -> None:
    """Little's law: so many places, each taken for so long, take so many people in a year and no more."""
    crowded = scenario(
        days=365,
        warm_up_days=120,
        arrivals={
            "own_language": {}, "cannot_travel": 0, "needs_step_free": 0, "second_need": 0,
            "gives_up_waiting_a_week": 0.5,
        },
        providers={"places_for_demand": 0.5, "declines": 0, "lapses": 0, "answer_within_hours": 336},
    )  # fmt: skip

    found = figures(run(homes(), crowded, seed=4))

    assert found[Figure("everybody", "everybody", "placed")] == pytest.approx(0.5, abs=0.04)


def test_a_borough_with_fewer_places_waits_longer_and_the_gap_is_told() -> None:
    both = [*homes(NEWHAM), *homes(EALING)]
    fair = scenario(providers={"citywide_for_each_need": 0, "citywide_share": 0, "places_for_demand": 0.7})
    unfair = fair.with_more(MorePlaces(60, "loneliness", EALING))

    even, uneven = (figures(run(both, each, seed=5)) for each in (fair, unfair))

    gaps = [
        each[Figure("borough", NEWHAM, "days-to-place")] - each[Figure("borough", EALING, "days-to-place")]
        for each in (even, uneven)
    ]
    assert gaps[1] > gaps[0] + 1
    widest = Figure("between-boroughs", "everybody", "widest-gap-days")
    assert [each[widest] for each in (even, uneven)] == pytest.approx([abs(gap) for gap in gaps])


@pytest.mark.parametrize("silent", ["declines", "lapses"])
def test_who_is_declined_or_not_answered_goes_on_to_the_next(silent: str) -> None:
    ran = run(homes(), scenario(providers={silent: 0.5, "places_for_demand": 2}), seed=6)

    twice = [each for each in ran.stories if each.declines + each.lapses and each.placed_at]
    assert len(twice) > len(ran.stories) / 4


def test_nobody_at_all_is_a_run_without_figures() -> None:
    assert figures(run([], Scenario(), seed=1)) == {}
