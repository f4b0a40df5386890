"""What one person asks for with one need: everything that decides which services suit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Sex = Literal["female", "male"]

GROUP_OF_SEX: Mapping[str, str] = {"female": "women", "male": "men"}


@dataclass(frozen=True, slots=True)
class Wants:
    """A need with its constraints. Codes and an age in years; nothing that names the person."""

    need: str
    area: str
    age: int
    language: str = "en"
    groups: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    can_travel: bool = True
    worker_sex: Sex | None = None
    only_evenings_or_weekends: bool = False


def groups_of(named: frozenset[str], sex: str | None) -> frozenset[str]:
    """The groups a person belongs to: those named, and women or men where the sex is given."""
    return named | {GROUP_OF_SEX[sex]} if sex else named


def age_band(age: int) -> str:
    """The band that a provider sees before it has accepted."""
    for lower, upper in ((0, 17), (18, 24), (25, 39), (40, 59), (60, 74)):
        if age <= upper:
            return f"{lower} to {upper}" if lower else "under 18"
    return "75 or over"
