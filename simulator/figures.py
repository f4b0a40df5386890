"""The figures of one run: how many got a place, how long it took, whom nothing suited, by group and between boroughs."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from simulator.run import Ran
from simulator.story import Story

TENTH_FROM_THE_TOP = 0.9


@dataclass(frozen=True, slots=True, order=True)
class Figure:
    """What is counted, of whom."""

    dimension: str
    group: str
    measure: str


EVERYBODY = "everybody"
BOROUGH, BETWEEN = "borough", "between-boroughs"
NEED_IN_BOROUGH = "need-in-borough"
DIMENSIONS: Mapping[str, Callable[[Story], str]] = {
    EVERYBODY: lambda _: EVERYBODY,
    "imd-decile": lambda story: f"{story.arrival.decile:02}",
    "ethnic-group": lambda story: story.arrival.ethnic_group,
    "sex": lambda story: story.arrival.sex,
    "need": lambda story: story.arrival.wants.need,
    BOROUGH: lambda story: story.arrival.wants.area,
    NEED_IN_BOROUGH: lambda story: f"{story.arrival.wants.need} {story.arrival.wants.area}",
}
SHARES: Mapping[str, Callable[[Story], bool]] = {
    "placed": lambda story: story.placed_at is not None,
    "waited": lambda story: story.waited,
    "unmet": lambda story: story.unmet is not None,
    "gave-up": lambda story: story.gave_up,
    "declined-or-lapsed": lambda story: bool(story.declines or story.lapses),
}
DAYS, LONGEST_DAYS, COUNT = "days-to-place", "days-to-place-p90", "needs"
MEDIAN_DAYS = "days-to-place-median"
JAIN, RATIO, GAP = "fairness-of-places", "longest-to-shortest-median", "widest-gap-days"


def figures(ran: Ran) -> dict[Figure, float]:
    """Every figure that somebody is in. Shares are of the needs of that group."""
    found: dict[Figure, float] = {}
    for dimension, group_of in DIMENSIONS.items():
        groups: defaultdict[str, list[Story]] = defaultdict(list)
        for story in ran.stories:
            groups[group_of(story)].append(story)
        for group, stories in groups.items():
            for measure, value in _of(stories).items():
                found[Figure(dimension, group, measure)] = value
    if ran.stories:
        found |= _between_boroughs(found)
        found[Figure(EVERYBODY, EVERYBODY, "still-waiting")] = float(ran.still_waiting)
    if ran.most_overtaken is not None:
        found[Figure(EVERYBODY, EVERYBODY, "most-overtaken")] = float(ran.most_overtaken)
    return found


def _of(stories: Sequence[Story]) -> dict[str, float]:
    found: dict[str, float] = {COUNT: float(len(stories))}
    for measure, holds in SHARES.items():
        found[measure] = sum(map(holds, stories)) / len(stories)
    days = sorted(story.days_to_place for story in stories if story.days_to_place is not None)
    if days:
        found[DAYS] = sum(days) / len(days)
        found[MEDIAN_DAYS] = median(days)
        found[LONGEST_DAYS] = days[min(len(days) - 1, int(len(days) * TENTH_FROM_THE_TOP))]
    return found


def _between_boroughs(found: Mapping[Figure, float]) -> dict[Figure, float]:
    """1 is the same share of places everywhere (R. Jain, D. Chiu and W. Hawe, DEC-TR-301, 1984).

    And how many times as long the person in the middle waits where it takes longest as where it is quickest.
    """
    placed = _of_boroughs(found, "placed")
    days = _of_boroughs(found, DAYS)
    squares = sum(share * share for share in placed)
    medians = _of_boroughs(found, MEDIAN_DAYS)
    between = {JAIN: sum(placed) ** 2 / (len(placed) * squares) if squares else 1.0}
    if days:
        between[GAP] = max(days) - min(days)
    if medians and min(medians) > 0:
        between[RATIO] = max(medians) / min(medians)
    return {Figure(BETWEEN, EVERYBODY, measure): value for measure, value in between.items()}


def _of_boroughs(found: Mapping[Figure, float], measure: str) -> list[float]:
    keys: Iterable[Figure] = (each for each in found if each.dimension == BOROUGH and each.measure == measure)
    return [found[each] for each in sorted(keys)]
