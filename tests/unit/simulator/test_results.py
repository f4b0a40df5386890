"""What is told of runs: intervals by the book, pairs by the same seeds, and the same bytes for the same seeds."""

import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulator.__main__ import main
from simulator.chart import as_svg
from simulator.comparison import simulate
from simulator.figures import Figure, figures
from simulator.intervals import interval
from simulator.run import run
from simulator.scenario import MorePlaces
from simulator.table import as_table
from tests.unit.simulator.small_world import EALING, NEWHAM, homes, scenario

ROOT = Path(__file__).parents[3]
SMALL = ("--scale", "0.03", "--days", "30", "--warm-up-days", "30", "--seeds", "2")
ALL_PLACED = Figure("everybody", "everybody", "placed")


def test_an_interval_is_the_mean_and_students_t_over_the_runs() -> None:
    found = interval([1.0, 2.0, 3.0])

    assert found.mean == 2
    assert [found.low, found.high] == pytest.approx([2 - 4.303 / 3**0.5, 2 + 4.303 / 3**0.5])


def test_one_run_alone_has_no_interval_and_many_runs_have_a_narrow_one() -> None:
    assert interval([0.5]).low is None
    many = interval([0.0, 1.0] * 50)
    assert many.high is not None
    assert many.high - many.mean == pytest.approx(2.042 * 0.5025 / 10, rel=0.01)


def test_pairs_see_a_change_that_is_smaller_than_what_seeds_differ_by() -> None:
    """More places help by a little; without the same people and luck the runs' own noise would hide it."""
    plain = scenario(days=60, warm_up_days=30, providers={"places_for_demand": 0.6})
    more = plain.with_more(MorePlaces(15, "loneliness", NEWHAM))

    result = simulate(homes(), [plain, more], seeds=range(1, 5))

    change = result.columns["difference"][ALL_PLACED]
    assert change.mean > 0
    assert change.excludes_zero
    each_alone = result.columns[plain.name][ALL_PLACED]
    assert change.high is not None
    assert each_alone.high is not None
    assert change.high - change.mean < each_alone.high - each_alone.mean
    assert result.columns["difference"][Figure("everybody", "everybody", "needs")].mean == 0


def test_a_scenario_compared_with_itself_differs_by_nothing() -> None:
    one, same = (scenario(name, scale=0.05, days=30, warm_up_days=10) for name in ("one", "again"))

    result = simulate(homes(), [one, same], seeds=[1, 2])

    assert {each.mean for each in result.columns["difference"].values()} == {0.0}


def test_the_same_seeds_give_the_same_bytes_in_another_process() -> None:
    command = [sys.executable, "-m", "simulator", "--csv", "-", "--count-overtaking", *SMALL]
    said = [
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": order}, check=True, capture_output=True
        ).stdout
        for order in ("1", "2")
    ]

    assert said[0] == said[1]
    assert said[0].count(b"\n") > 100


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - the signature of HTMLParser
        self.found.append(tag)


def test_a_comparison_is_told_as_table_file_and_drawing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, drawing = tmp_path / "all.csv", tmp_path / "waits.svg"

    code = main(
        [
            *SMALL,
            "--more",
            "8",
            "--need",
            "housing",
            "--in",
            "newham",
            "--csv",
            str(table),
            "--chart",
            str(drawing),
        ]
    )

    said = capsys.readouterr().out
    assert code == 0
    assert "8 more for housing in newham" in said
    assert "DIFFERENCE (2 seeds" in said
    assert said.count("\nhousing in Newham ") == 3
    scenarios = {line.split(",")[0] for line in table.read_text().splitlines()}
    assert scenarios == {"scenario", "as it is", "8 more for housing in newham", "difference"}
    tags = Tags()
    tags.feed(drawing.read_text())
    assert (tags.found[0], tags.found.count("title")) == ("svg", 1)
    assert tags.found.count("rect") > 10


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--area", "Atlantis"], "no borough 'Atlantis'"),
        (["--more", "8"], "--need and --in"),
        (["--more", "8", "--need", "housing", "--in", "London"], "one borough"),
        (["--more", "8", "--need", "housing", "--in", "Ealing"], "not simulated"),
        (["--scenario", "/nowhere.yaml"], "cannot be read"),
        (["--seeds", "0"], "--seeds"),
        (["--days", "0"], "days"),
    ],
)
def test_what_cannot_be_simulated_is_told_in_one_line(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2

    told = [line for line in capsys.readouterr().err.splitlines() if "seed" not in line or "--seeds" in line]
    assert len(told) == 1
    assert said in told[0]


def test_boroughs_are_compared_in_table_and_drawing_where_there_are_several() -> None:
    plain = scenario(days=60, warm_up_days=30)
    both = simulate([*homes(most=20), *homes(EALING, 20)], [plain], seeds=[1, 2])
    alone = simulate(homes(most=20), [plain], seeds=[1, 2])
    names = {NEWHAM: "Newham", EALING: "Ealing"}

    table, drawing = as_table(both, names), as_svg(both, names)

    assert [line for line in table.splitlines() if line.startswith(("borough Ealing", "borough Newham"))]
    assert "longest-to-shortest-median: " in table
    assert "Needs that got a place, by borough" in drawing
    assert drawing.count(">Ealing<") == drawing.count(">Newham<") == 2
    assert "Fairness of places between boroughs" in drawing
    assert "borough" not in as_svg(alone, names)


def test_how_many_times_as_long_the_slowest_borough_takes_is_of_those_in_the_middle() -> None:
    plain = scenario(days=60, warm_up_days=30)
    found = figures(run([*homes(most=20), *homes(EALING, 20)], plain, seed=1))
    medians = [found[Figure("borough", area, "days-to-place-median")] for area in (NEWHAM, EALING)]

    ratio = found[Figure("between-boroughs", "everybody", "longest-to-shortest-median")]
    assert ratio == max(medians) / min(medians) >= 1
