"""Means over seeds with 95 per cent intervals: Student's t over independent runs.

A. M. Law, Simulation Modeling and Analysis (5th edition, 2015), 9.4.1 for one system and 10.2.1 for two that are run
by the same seeds: the interval is that of the differences, seed by seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from simulator.figures import Figure

# 0.975 quantiles by degrees of freedom: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
T_975 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
T_OF_MORE = 2.042  # for more degrees of freedom: a little too wide


@dataclass(frozen=True, slots=True)
class Interval:
    """`low` and `high` are None where one run alone says nothing of how much runs differ."""

    runs: int
    mean: float
    low: float | None
    high: float | None

    @property
    def excludes_zero(self) -> bool:
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def interval(values: Sequence[float]) -> Interval:
    mean = fmean(values)
    if len(values) < 2:
        return Interval(len(values), mean, None, None)
    quantile = T_975[len(values) - 2] if len(values) - 2 < len(T_975) else T_OF_MORE
    half = quantile * stdev(values) / sqrt(len(values))
    return Interval(len(values), mean, mean - half, mean + half)


def over_seeds(runs: Sequence[Mapping[Figure, float]]) -> dict[Figure, Interval]:
    """Of each figure that any run has, over the runs that have it."""
    keys = sorted(set[Figure]().union(*runs))
    return {key: interval([run[key] for run in runs if key in run]) for key in keys}


def differences(
    before: Sequence[Mapping[Figure, float]], after: Sequence[Mapping[Figure, float]]
) -> dict[Figure, Interval]:
    """What changes, seed by seed, of each figure that some seed has on both sides."""
    pairs = list(zip(before, after, strict=True))
    keys = sorted({key for one, other in pairs for key in one.keys() & other.keys()})
    return {
        key: interval([other[key] - one[key] for one, other in pairs if key in one and key in other])
        for key in keys
    }
