"""The result as a table for the terminal: one line a group, means with half the width of their interval."""

from collections.abc import Iterable, Iterator, Mapping

from simulator.comparison import DIFFERENCE, Result
from simulator.figures import (
    BETWEEN,
    BOROUGH,
    DAYS,
    EVERYBODY,
    JAIN,
    LONGEST_DAYS,
    MEDIAN_DAYS,
    NEED_IN_BOROUGH,
    RATIO,
    Figure,
)
from simulator.intervals import Interval

MEASURES = ("needs", "placed", "waited", "unmet", "gave-up", DAYS, MEDIAN_DAYS, LONGEST_DAYS)
HEADINGS = ("needs", "placed %", "waited %", "unmet %", "gave up %", "days", "days, middle", "days, p90")
PERCENT = frozenset({"placed", "waited", "unmet", "gave-up", "declined-or-lapsed"})
SHOWN = (EVERYBODY, "imd-decile", "ethnic-group", "sex", "need")
GROUP, CELL = 28, 14
DIGITS: Mapping[str, int] = {JAIN: 3, RATIO: 2}


def as_table(result: Result, names: Mapping[str, str], also: str | None = None) -> str:
    """`names` says what codes of boroughs mean; `also` is one need in one borough that is shown, too."""
    return "\n".join(_lines(result, names, also))


def _lines(result: Result, names: Mapping[str, str], also: str | None) -> Iterator[str]:
    for scenario, found in result.columns.items():
        yield f"{scenario.upper() if scenario == DIFFERENCE else scenario} ({len(result.seeds)} seeds, ± 95 %)"
        yield " " * GROUP + "".join(f"{heading:>{CELL}}" for heading in HEADINGS)
        for dimension, group in [*_groups(found), *([(NEED_IN_BOROUGH, also)] if also else [])]:
            name = _name(dimension, group, names)
            cells = (_cell(found.get(Figure(dimension, group, each)), each) for each in MEASURES)
            yield f"{name[: GROUP - 1]:<{GROUP}}" + "".join(f"{cell:>{CELL}}" for cell in cells)
        yield from _between(found)
        yield ""


def _name(dimension: str, group: str, names: Mapping[str, str]) -> str:
    if dimension == EVERYBODY:
        return group
    need, _, area = group.partition(" ")
    return f"{need} in {names.get(area, area)}" if area else f"{dimension} {names.get(group, group)}"


def _groups(found: Iterable[Figure]) -> list[tuple[str, str]]:
    groups = {(each.dimension, each.group) for each in found}
    boroughs = {group for dimension, group in groups if dimension == BOROUGH}
    shown = (*SHOWN, BOROUGH) if len(boroughs) > 1 else SHOWN
    return sorted(
        (each for each in groups if each[0] in shown), key=lambda each: (shown.index(each[0]), each[1])
    )


def _between(found: Mapping[Figure, Interval]) -> Iterator[str]:
    for figure, each in found.items():
        if figure.dimension == BETWEEN or figure.measure in {"still-waiting", "most-overtaken"}:
            digits = DIGITS.get(figure.measure, 1)
            yield f"{figure.measure}: {_with_half(each, 1, digits)}"


def _cell(each: Interval | None, measure: str) -> str:
    if each is None:
        return "-"
    return _with_half(each, 100 if measure in PERCENT else 1, 0 if measure == "needs" else 1)


def _with_half(each: Interval, times: int, digits: int) -> str:
    mean = f"{each.mean * times:.{digits}f}"
    return mean if each.high is None else f"{mean} ± {(each.high - each.mean) * times:.{digits}f}"
