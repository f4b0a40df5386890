"""The result as a drawing: a bar a group with its interval, one colour a scenario. Plain SVG, written by hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType

from simulator.comparison import DIFFERENCE, Result
from simulator.figures import BETWEEN, BOROUGH, DAYS, EVERYBODY, JAIN, MEDIAN_DAYS, RATIO, Figure
from simulator.intervals import Interval

WIDTH, LABELS, LINE, HEAD = 760, 190, 16, 26  # pixels
BAR = 13
NO_NAMES: Mapping[str, str] = MappingProxyType({})
COLOURS = ("#005eb8", "#fa9200")
PANELS = (
    (
        "imd-decile",
        "unmet",
        "Needs for which nothing suits, by decile of deprivation (01 most deprived)",
        100,
        " %",
    ),
    ("ethnic-group", "unmet", "Needs for which nothing suits, by ethnic group", 100, " %"),
    ("imd-decile", DAYS, "Days from referral to a place, by decile of deprivation", 1, ""),
    ("sex", DAYS, "Days from referral to a place, by sex", 1, ""),
    (BOROUGH, "placed", "Needs that got a place, by borough", 100, " %"),
    (BOROUGH, MEDIAN_DAYS, "Days from referral to a place of the person in the middle, by borough", 1, ""),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One group of one scenario; None where nobody is in it."""

    group: str
    scenario: int
    found: Interval | None


def as_svg(result: Result, names: Mapping[str, str] = NO_NAMES) -> str:
    """`names` says what codes of boroughs mean."""
    scenarios = [name for name in result.columns if name != DIFFERENCE]
    parts: list[str] = []
    y = HEAD
    for place, name in enumerate(scenarios):
        parts.append(_text(10, y, name, fill=COLOURS[place % len(COLOURS)], weight="bold"))
        y += LINE
        for told in _between(result.columns[name]):
            parts.append(_text(10, y, told))
            y += LINE
    for dimension, measure, title, times, unit in PANELS:
        bars = _bars(result, scenarios, dimension, measure)
        if bars and (dimension != BOROUGH or len({bar.group for bar in bars}) > 1):
            y += HEAD
            parts.append(_text(10, y, title, weight="bold"))
            parts += _panel(bars, y + 8, times, unit, names)
            y += 8 + LINE * len(bars)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + HEAD}" role="img"'
    told = ", ".join(scenarios)
    return "\n".join(
        [
            f'{head} font-family="Arial, sans-serif" font-size="12">',
            f"<title>{escape(f'Simulated waits and unmet needs: {told}')}</title>",
            f'<rect width="{WIDTH}" height="{y + HEAD}" fill="#fff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _bars(result: Result, scenarios: Sequence[str], dimension: str, measure: str) -> list[Bar]:
    groups = sorted(
        {
            figure.group
            for name in scenarios
            for figure in result.columns[name]
            if figure.dimension == dimension and figure.group != EVERYBODY
        }
    )
    return [
        Bar(group, place, result.columns[name].get(Figure(dimension, group, measure)))
        for group in groups
        for place, name in enumerate(scenarios)
    ]


def _panel(bars: Sequence[Bar], top: int, times: int, unit: str, names: Mapping[str, str]) -> Iterator[str]:
    longest = max((_end(bar.found) for bar in bars if bar.found), default=0.0)
    scale = (WIDTH - LABELS - 90) / longest if longest > 0 else 0.0
    for place, bar in enumerate(bars):
        y = top + place * LINE
        if bar.scenario == 0:
            yield _text(10, y + 11, names.get(bar.group, bar.group))
        if bar.found is None:
            continue
        colour = COLOURS[bar.scenario % len(COLOURS)]
        width = max(0.0, bar.found.mean) * scale
        yield f'<rect x="{LABELS}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}"/>'
        if bar.found.low is not None and bar.found.high is not None:
            low, high = (LABELS + max(0.0, end) * scale for end in (bar.found.low, bar.found.high))
            yield f'<path d="M{low:.1f} {y + 6}H{high:.1f}" stroke="#212b32" stroke-width="2"/>'
        end = LABELS + _end(bar.found) * scale + 6
        yield _text(end, y + 11, f"{bar.found.mean * times:.1f}{unit}")


def _between(found: Mapping[Figure, Interval]) -> list[str]:
    """How fair it is between boroughs; nothing where there is one borough alone."""
    if len({each.group for each in found if each.dimension == BOROUGH}) < 2:
        return []
    words = (
        (JAIN, "Fairness of places between boroughs (1 is the same everywhere)", 3),
        (RATIO, "Median wait of the slowest borough, over that of the quickest", 2),
    )
    return [
        f"{name}: {each.mean:.{digits}f}{f' ± {each.high - each.mean:.{digits}f}' if each.high is not None else ''}"
        for measure, name, digits in words
        if (each := found.get(Figure(BETWEEN, EVERYBODY, measure)))
    ]


def _end(found: Interval) -> float:
    return max(found.mean, found.high if found.high is not None else 0.0, 0.0)


def _text(x: float, y: float, text: str, *, fill: str = "#212b32", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y}" fill="{fill}" font-weight="{weight}">{escape(text)}</text>'
