"""The commissioner's figures: per borough and for all, with a definition for each and small counts hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from shared.figures.suppression import Sum, hidden_cells

DEFINITIONS: Mapping[str, str] = {
    "referred": "Referrals received. A person who was referred twice counts twice.",
    "referred_by_door": "The same referrals by where they came from: a GP practice, or the person themselves.",
    "needs": "Needs in those referrals. All figures below count needs: one referral can have several.",
    "placed": "Needs for which a service gave the person a place.",
    "waited": "Needs that were on the waiting list at some time, because all services that suit were full.",
    "waiting_now": "Needs that are on the waiting list now.",
    "unmet": "Needs for which nothing suits.",
    "unmet_by_reason": "The same unmet needs, by what stood most in the way.",
    "declined": "Times a service said no to an offer. The need then goes on to the next service.",
    "lapsed": "Times a service did not answer an offer in time. This is not counted as a no.",
    "started": "Needs for which the person has been to the service for the first time.",
    "completed": "Needs for which the support is over.",
    "withdrawn": "Needs that the person no longer wanted help with.",
    "missed": "Days on which somebody with a place was expected and did not come, as the service told us.",
    "missed_by_need": "The same days, by what the person wanted help with.",
    "supported": (
        "Needs of people who have begun something since they were referred: also while they wait, and with another "
        "need of the same referral."
    ),
    "median_days_to_support": (
        "Half of those began anything within so many days of the referral. Who has begun nothing is not in it."
    ),
    "six_weeks_without_support": (
        "Needs of people who began nothing in the first 42 days, whether they have begun since or not. Who took the "
        "need back before is not counted."
    ),
    "mean_paired_change": (
        "Mean change in wellbeing (SWEMWBS, metric scale from 7 to 35) of people who answered both before and "
        "after: the latest 'after' less the earliest 'before' of each person, rounded once to two decimals. "
        "For groups of fewer than 30 people, read it with care."
    ),
    "paired_people": "People in that mean.",
    "missing_follow_up": "People who answered before and have not answered after.",
}
PARTS_OF: Mapping[str, str] = {
    "referred_by_door": "referred",
    "unmet_by_reason": "unmet",
    "missed_by_need": "missed",
}
"""Figures in parts that add up to another."""
COUNTS = tuple(
    name for name in DEFINITIONS if name not in {*PARTS_OF, "mean_paired_change", "median_days_to_support"}
)
ALL = "all"
FINER_THAN_NO_SERVICE = ("worker-sex", "hours", "border", "already-tried", "not-wanted")
"""Barriers that have no reason of their own in what referral says of an unmet need."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one borough, or of all together. None is a figure that is hidden, or has nobody in it."""

    counts: Mapping[str, int | None]
    referred_by_door: Mapping[str, int | None]
    unmet_by_reason: Mapping[str, int | None]
    mean_paired_change: Decimal | None
    median_days_to_support: int | None = None
    missed_by_need: Mapping[str, int | None] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of all boroughs together, and of each."""

    everywhere: Figures
    boroughs: Mapping[str, Figures]


def added_up(boroughs: Sequence[Figures], everywhere: Figures) -> Figures:
    """All boroughs together; what counts people comes from `everywhere`, as a person may have moved."""
    people = {"paired_people", "missing_follow_up"}
    counts = {
        name: everywhere.counts[name] if name in people else sum(each.counts[name] or 0 for each in boroughs)
        for name in COUNTS
    }
    return Figures(
        counts,
        _sums([each.referred_by_door for each in boroughs], everywhere.referred_by_door),
        _sums([each.unmet_by_reason for each in boroughs], everywhere.unmet_by_reason),
        everywhere.mean_paired_change,
        everywhere.median_days_to_support,
        _sums([each.missed_by_need for each in boroughs], everywhere.missed_by_need),
    )


def without_small_counts(summary: Summary) -> Summary:
    """The summary as it may be shown: small counts and what would give them away are hidden."""
    areas = {ALL: summary.everywhere, **summary.boroughs}
    counts = {
        (area, name): count
        for area, figures in areas.items()
        for name, count in _flat(figures).items()
        if count is not None
    }
    hidden = hidden_cells(counts, _known_sums(summary))
    shown = {
        area: _without(figures, {name for where, name in hidden if where == area})
        for area, figures in areas.items()
    }
    return Summary(shown[ALL], {area: shown[area] for area in summary.boroughs})


def _sums(
    parts: Sequence[Mapping[str, int | None]], known: Mapping[str, int | None]
) -> dict[str, int | None]:
    """The sums of all names in any part; the known ones first, zeros too."""
    names = dict.fromkeys([*known, *(name for part in parts for name in part)])
    return {name: sum(part.get(name) or 0 for part in parts) for name in names}


def _flat(figures: Figures) -> dict[str, int | None]:
    """Every count under one name: `placed`, `referred_by_door.gp`."""
    parts = {f"{group}.{name}": count for group in PARTS_OF for name, count in _parts(figures, group).items()}
    return {**figures.counts, **parts}


def _parts(figures: Figures, group: str) -> Mapping[str, int | None]:
    found: Mapping[str, int | None] = getattr(figures, group)
    return found


def _known_sums(summary: Summary) -> list[Sum[tuple[str, str]]]:
    """What a reader can add up: each figure over the boroughs, parts to their whole."""
    over_boroughs = [
        Sum((ALL, name), tuple((area, name) for area in summary.boroughs))
        for name in _flat(summary.everywhere)
    ]
    areas = {ALL: summary.everywhere, **summary.boroughs}
    over_parts = [
        Sum((area, whole), tuple((area, f"{group}.{each}") for each in _parts(figures, group)))
        for group, whole in PARTS_OF.items()
        for area, figures in areas.items()
    ]
    return [*over_boroughs, *over_parts]


def _without(figures: Figures, hidden: set[str]) -> Figures:
    names = set(hidden)
    mean = figures.mean_paired_change
    if mean is not None and "paired_people" in hidden:
        mean, names = None, names | {"mean_paired_change"}
    days = figures.median_days_to_support
    if days is not None and "supported" in hidden:
        days, names = None, names | {"median_days_to_support"}
    return replace(
        figures,
        counts={name: None if name in hidden else count for name, count in figures.counts.items()},
        referred_by_door=_masked("referred_by_door", figures.referred_by_door, hidden),
        unmet_by_reason=_masked("unmet_by_reason", figures.unmet_by_reason, hidden),
        missed_by_need=_masked("missed_by_need", figures.missed_by_need, hidden),
        mean_paired_change=mean,
        median_days_to_support=days,
        hidden=tuple(sorted(names)),
    )


def _masked(group: str, counts: Mapping[str, int | None], hidden: set[str]) -> dict[str, int | None]:
    return {name: None if f"{group}.{name}" in hidden else count for name, count in counts.items()}
