"""A scenario is data: what it does not name stays as it is, and what cannot be is refused by its name."""

from pathlib import Path
from typing import Any

import pytest

from simulator.landscape import landscape
from simulator.scenario import MorePlaces, Scenario, ScenarioError, as_json, read_scenario, scenario_from
from tests.unit.simulator.small_world import EALING, NEWHAM, homes, scenario


def test_a_scenario_that_is_written_out_reads_back_as_itself(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(as_json(Scenario()))

    assert read_scenario(file) == Scenario()


def test_a_file_changes_what_it_names_alone_and_gives_its_name(tmp_path: Path) -> None:
    file = tmp_path / "farther.yaml"
    file.write_text("policy: {for_each_kilometre: -5}\nproviders: {declines: 0.2}\n")

    found = read_scenario(file)

    assert (found.name, found.policy.for_each_kilometre, found.providers.declines) == ("farther", -5, 0.2)
    assert found.arrivals == Scenario().arrivals


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"place": 3}, "place"),
        ({"providers": {"decline": 0.1}}, "decline"),
        ({"providers": {"declines": 1.1}}, "providers.declines"),
        ({"providers": {"declines": float("nan")}}, "providers.declines"),
        ({"providers": {"groups_for_each_need": "three"}}, "groups_for_each_need"),
        ({"scale": 0}, "scale"),
        ({"arrivals": {"by_need": {"gardening": 1}}}, "gardening"),
        ({"arrivals": {"by_ethnic_group": {"green": 1}}}, "green"),
        ({"arrivals": {"own_language": {"asian": {"xx": 0.1}}}}, "xx"),
        ({"arrivals": {"by_decile": {11: 1}}}, "11"),
        ({"arrivals": {"groups": {"knights": 0.1}}}, "knights"),
        ({"arrivals": {"groups": {"carers": 1.5}}}, "arrivals.groups"),
        ({"arrivals": {"by_need": {"housing": 0}}}, "shares"),
        ({"arrivals": {"by_need": {"housing": 2, "loneliness": -1}}}, "shares"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(said: dict[str, Any], named: str) -> None:
    with pytest.raises(ScenarioError, match=named):
        scenario_from(said, name="wrong")


def test_places_follow_from_demand_and_more_of_them_go_to_that_need_and_borough() -> None:
    both = [*homes(NEWHAM), *homes(EALING)]
    plain = scenario(scale=1)

    before = landscape(both, plain)
    after = landscape(both, plain.with_more(MorePlaces(8, "housing", EALING)))

    grown = [
        (new.pool, new.places - old.places) for old, new in zip(before, after, strict=True) if new != old
    ]
    assert sum(places for _, places in grown) == 8
    assert {(pool.needs, pool.areas) for pool, _ in grown} == {(frozenset({"housing"}), frozenset({EALING}))}
    twice = landscape(both, scenario(scale=1, providers={"places_for_demand": 1.9}))
    assert sum(each.places for each in twice) == pytest.approx(
        2 * sum(each.places for each in before), rel=0.05
    )


def test_a_borough_that_is_not_simulated_gets_no_places() -> None:
    with pytest.raises(ScenarioError, match="not simulated"):
        landscape(homes(NEWHAM), scenario().with_more(MorePlaces(8, "housing", EALING)))
