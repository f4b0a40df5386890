"""What the demonstration itself did, counted as a commissioner would, to hold the summary against."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

EVERYWHERE = "all"
COUNTED = (
    "referred", "needs", "placed", "waited", "waiting_now", "unmet", "declined", "lapsed", "started", "completed",
    "withdrawn", "paired_people", "missing_follow_up",
)  # fmt: skip
DOORS = ("gp", "self")
# What happened to a person whom the demonstration knows; acts of providers are known by the offer's page alone.
BY_BOROUGH = ("referred", "needs", "placed", "declined", "lapsed", "started", "completed", "withdrawn")

Figures = Mapping[str, Any]


@dataclass
class Account:
    """Acts by borough. Each is counted when the platform has said yes to it."""

    acts: dict[str, Counter[str]] = field(default_factory=dict)

    def did(self, act: str, area: str, number: int = 1) -> None:
        self.acts.setdefault(area, Counter())[act] += number

    def total(self, act: str) -> int:
        return sum(counted[act] for counted in self.acts.values())

    def set_total(self, act: str, number: int) -> None:
        """For what is only known of everybody together."""
        self.acts.setdefault("", Counter())[act] = number


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of the summary that is not what the demonstration did."""

    area: str
    figure: str
    expected: object
    found: object

    def __str__(self) -> str:
        return f"{self.figure} ({self.area}): {self.found} in the summary, {self.expected} by our own count"


def differences(before: Figures, after: Figures, account: Account) -> list[Difference]:
    """Figure by figure, what the summary gained against what was done. Empty when it is right to the number."""
    found = []
    for name in COUNTED:
        gained = after["all"][name] - before["all"][name]
        if gained != account.total(name):
            found.append(Difference(EVERYWHERE, name, account.total(name), gained))
    for door in DOORS:
        gained = after["all"]["referred_by_door"][door] - before["all"]["referred_by_door"][door]
        if gained != account.total(f"referred by {door}"):
            found.append(
                Difference(EVERYWHERE, f"referred by {door}", account.total(f"referred by {door}"), gained)
            )
    return found + _by_borough(before, after, account)


def _by_borough(before: Figures, after: Figures, account: Account) -> list[Difference]:
    was = {each["area"]: each for each in before["boroughs"]}
    now = {each["area"]: each for each in after["boroughs"]}
    found = []
    for area in sorted(set(now) | set(account.acts) - {""}):
        for name in BY_BOROUGH:
            gained = now.get(area, {}).get(name, 0) - was.get(area, {}).get(name, 0)
            expected = account.acts.get(area, Counter())[name]
            if gained != expected:
                found.append(Difference(area, name, expected, gained))
    return found


@dataclass(frozen=True, slots=True)
class Answered:
    """One form about wellbeing that a person sent."""

    person: str
    occasion: str
    score: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """Each person's latest `after` less their earliest `before`."""

    changes: Mapping[str, Decimal]
    missing: int

    @property
    def mean(self) -> Decimal | None:
        if not self.changes:
            return None
        mean = sum(self.changes.values(), Decimal(0)) / len(self.changes)
        return mean.quantize(Decimal("0.01"), ROUND_HALF_UP)


def paired(answers: list[Answered]) -> Change:
    """In the order in which they were given."""
    before: dict[str, Decimal] = {}
    after: dict[str, Decimal] = {}
    for answer in answers:
        if answer.occasion == "before":
            before.setdefault(answer.person, answer.score)
        else:
            after[answer.person] = answer.score
    changes = {person: after[person] - before[person] for person in before.keys() & after.keys()}
    return Change(changes, len(before.keys() - after.keys()))
