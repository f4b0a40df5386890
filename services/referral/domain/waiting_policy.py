"""The policy of the line: who stands before whom, and what nobody can be made to bear. It is data, in whole points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from services.referral.domain.area_policies import policy_of
from services.referral.domain.wants import Wants

# The tenth of England by deprivation (IMD 2025) in which a borough's people live, weighed by residents; 1 is most.
DEPRIVATION_OF_BOROUGH: Mapping[str, int] = MappingProxyType({
    "E09000001": 8, "E09000002": 3, "E09000003": 5, "E09000004": 7, "E09000005": 3, "E09000006": 7,
    "E09000007": 5, "E09000008": 5, "E09000009": 4, "E09000010": 4, "E09000011": 4, "E09000012": 3,
    "E09000013": 5, "E09000014": 4, "E09000015": 6, "E09000016": 6, "E09000017": 5, "E09000018": 4,
    "E09000019": 4, "E09000020": 5, "E09000021": 8, "E09000022": 4, "E09000023": 4, "E09000024": 7,
    "E09000025": 3, "E09000026": 5, "E09000027": 8, "E09000028": 4, "E09000029": 7, "E09000030": 3,
    "E09000031": 4, "E09000032": 7, "E09000033": 5,
})  # fmt: skip
POINTS_OF_GROUP: Mapping[str, int] = MappingProxyType({
    "homeless-people": 3, "severe-mental-illness": 3,
    "migrants-and-refugees": 2, "learning-disability": 2, "carers": 2,
})  # fmt: skip
MOST_DEPRIVED: frozenset[int] = frozenset({1, 2})
"""Tenths: the fifth of neighbourhoods that the NHS looks at first (Core20PLUS5)."""
POINTS_OF_DEPRIVATION: Mapping[int, int] = MappingProxyType({1: 3, 2: 3, 3: 2, 4: 1})


@dataclass(frozen=True, slots=True)
class WaitingPolicy:
    """What gives points beside the wait itself, which gives one for each `wait_of_a_point`, counted to the second.

    So a point is a start of a week: the order between two who wait never changes by the clock alone.
    Of the groups that somebody is part of the one with the most points counts.
    """

    name: str = "wait-with-need-1"
    for_group: Mapping[str, int] = field(default_factory=lambda: POINTS_OF_GROUP)
    for_deprivation: Mapping[int, int] = field(default_factory=lambda: POINTS_OF_DEPRIVATION)
    for_most_deprived: int | None = None
    """For who lives in one of the most deprived neighbourhoods, whatever their borough; None is as their area's policy says."""
    wait_of_a_point: timedelta = timedelta(weeks=1)
    most_overtaken: int = 10
    """No one is passed by more people who came later than this: who was stands before everybody else."""
    still_wanted_after: timedelta = timedelta(weeks=6)
    reminded_after: timedelta = timedelta(weeks=1)
    times_asked: int = 3
    """After so many questions without an answer somebody looks into it: nobody is dropped for their silence."""


@dataclass(frozen=True, slots=True)
class StartingPoints:
    """What somebody joins the line with, part by part, to be read out."""

    group: str | None
    for_group: int
    for_deprivation: int
    """Of the borough, which all who live there have."""
    for_most_deprived: int = 0
    """Of the neighbourhood."""

    @property
    def total(self) -> int:
        return self.for_group + self.for_deprivation + self.for_most_deprived


WAITING_POLICY = WaitingPolicy()


def starting_points(wants: Wants, policy: WaitingPolicy = WAITING_POLICY) -> StartingPoints:
    """The points beside those of the wait."""
    for_group, group = max(
        ((policy.for_group.get(each, 0), each) for each in sorted(wants.groups)),
        key=lambda found: found[0],
        default=(0, None),
    )
    decile = DEPRIVATION_OF_BOROUGH.get(wants.area)
    for_deprivation = 0 if decile is None else policy.for_deprivation.get(decile, 0)
    return StartingPoints(
        group if for_group else None, for_group, for_deprivation, _for_most_deprived(wants, policy)
    )


def _for_most_deprived(wants: Wants, policy: WaitingPolicy) -> int:
    if wants.deprivation not in MOST_DEPRIVED:
        return 0
    said = policy.for_most_deprived
    return policy_of(wants.area).for_most_deprived if said is None else said


def stands_since(wants: Wants, received_at: datetime, policy: WaitingPolicy = WAITING_POLICY) -> datetime:
    """When somebody without points would have had to come to have as many as this one."""
    return received_at - starting_points(wants, policy).total * policy.wait_of_a_point


def weeks_waited(received_at: datetime, now: datetime, policy: WaitingPolicy = WAITING_POLICY) -> int:
    """The points that the wait has brought, as they are read out: whole ones."""
    return max(0, (now - received_at) // policy.wait_of_a_point)
