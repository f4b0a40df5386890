"""`./kith simulate`: a year of a borough, or of all London, by the code that routes people, keeps places and lets them wait.

It says how long people wait and for whom nothing suits, by deprivation, ethnic group, sex and borough. Nothing real is
read or changed. By itself it shows one scenario; with --more or --against it shows two, run with the same people and luck.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from shared.places.places import Places, open_places
from shared.vocabulary.vocabulary import boroughs, needs
from simulator.chart import as_svg
from simulator.comparison import DIFFERENCE, simulate
from simulator.csv_file import as_csv
from simulator.people import neighbourhoods
from simulator.scenario import MorePlaces, Scenario, ScenarioError, as_json, check, read_scenario
from simulator.table import as_table

MOST_SEEDS = 1_000


def main(arguments: Sequence[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        return _simulate(chosen)
    except (ScenarioError, OSError) as wrong:
        print(f"kith simulate: {wrong}", file=sys.stderr)
        return 2


def _simulate(chosen: argparse.Namespace) -> int:
    base = _base(chosen)
    if chosen.show_scenario:
        print(as_json(base))
        return 0
    if not 1 <= chosen.seeds <= MOST_SEEDS:
        raise ScenarioError(f"--seeds must be from 1 to {MOST_SEEDS}")
    places = open_places()
    scenarios = [base, *_other(chosen, base)]
    areas = [area for code in _area_codes(chosen.area) for area in neighbourhoods(places, code)]
    seeds = range(chosen.first_seed, chosen.first_seed + chosen.seeds)
    result = simulate(
        areas, scenarios, seeds, count_overtaking=chosen.count_overtaking,
        tell=lambda what: print(f"kith simulate: {what}", file=sys.stderr),
    )  # fmt: skip
    if chosen.chart:
        chosen.chart.write_text(as_svg(result, _names(places)), encoding="utf-8")
    if chosen.csv and str(chosen.csv) == "-":
        sys.stdout.write(as_csv(result))
        return 0
    if chosen.csv:
        chosen.csv.write_text(as_csv(result), encoding="utf-8", newline="")
    also = next((f"{each.need} {each.area}" for each in scenarios[-1].more), None)
    print(as_table(result, _names(places), also))
    return 0


def _base(chosen: argparse.Namespace) -> Scenario:
    base = read_scenario(chosen.scenario) if chosen.scenario else Scenario()
    named = {"days": chosen.days, "warm_up_days": chosen.warm_up_days, "scale": chosen.scale}
    base = replace(base, **{name: value for name, value in named.items() if value is not None})
    check(base)
    return base


def _other(chosen: argparse.Namespace, base: Scenario) -> list[Scenario]:
    """What the base is compared with, if anything."""
    if chosen.more is not None:
        if chosen.against or not (chosen.need and chosen.more_in):
            raise ScenarioError("--more goes with --need and --in, and without --against")
        areas = _area_codes(chosen.more_in)
        if len(areas) > 1 or chosen.more < 1:
            raise ScenarioError("--more needs a number above 0 and --in one borough")
        other = base.with_more(MorePlaces(chosen.more, chosen.need, areas[0]))
        return [replace(other, name=f"{chosen.more} more for {chosen.need} in {chosen.more_in}")]
    if chosen.against is None:
        return []
    other = replace(
        read_scenario(chosen.against), days=base.days, warm_up_days=base.warm_up_days, scale=base.scale
    )
    if other.name in {base.name, DIFFERENCE}:
        raise ScenarioError("the two scenarios need two names")
    return [other]


def _area_codes(named: str) -> list[str]:
    """A borough by its name or code, or all of London's."""
    known = boroughs()
    if named.casefold() == "london":
        return list(known)
    found = [
        code
        for code, borough in known.items()
        if named.casefold() in {code.casefold(), borough.name.casefold()}
    ]
    if not found:
        raise ScenarioError(f"there is no borough {named!r}")
    return found


def _names(places: Places) -> dict[str, str]:
    return {code: places.name_of(code) or code for code in boroughs()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith simulate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="What is assumed of people and providers: --show-scenario prints it as a file to start from;"
        " simulator/README.md says where each number is from.",
    )
    add = parser.add_argument
    add(
        "--area",
        default="Newham",
        metavar="NAME",
        help="a borough by name or code, or London (default: Newham)",
    )
    add(
        "--scenario", type=Path, metavar="FILE", help="what is simulated, as YAML or JSON (default: as it is)"
    )
    add("--against", type=Path, metavar="FILE", help="a second scenario to compare with")
    add("--more", type=int, metavar="N", help="compare with so many more places, for --need in --in")
    add("--need", choices=sorted(needs()), metavar="CODE", help="such as loneliness or money-advice")
    add("--in", dest="more_in", metavar="NAME", help="the borough that gets them")
    add(
        "--seeds", type=int, default=5, metavar="N", help="how many runs, each with other people (default: 5)"
    )
    add("--first-seed", type=int, default=1, metavar="N", help="the first of them (default: 1)")
    add("--days", type=int, metavar="N", help="how many days are counted (default: 365)")
    add("--warm-up-days", type=int, metavar="N", help="days before them, which are not (default: 180)")
    add(
        "--scale",
        type=float,
        metavar="X",
        help="the share of people and places, 0.1 for a tenth (default: 1)",
    )
    add("--csv", type=Path, metavar="FILE", help="every figure; - prints it instead of the table")
    add("--chart", type=Path, metavar="FILE", help="waits and unmet needs as a drawing (SVG)")
    add(
        "--count-overtaking",
        action="store_true",
        help="how often anybody was overtaken in the line (takes longer)",
    )
    add("--show-scenario", action="store_true", help="print the scenario as JSON and stop")
    return parser


if __name__ == "__main__":
    sys.exit(main())
