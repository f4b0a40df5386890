"""What one person asks for with one need: everything that decides which services suit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Sex = Literal["female", "male"]

INTERPRETER = "interpreter"
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
    deprivation: int | None = None
    """The tenth of England by deprivation that their neighbourhood is in (IMD); 1 is most, None where nobody said where."""
    help_to_attend: frozenset[str] = frozenset()
    """What is asked for beside the place, once there is one, so that they can go there."""
    not_wanted: frozenset[UUID] = frozenset()
    """Services that the person has said no to, for this need and every other, for ever."""

    @property
    def brings_interpreter(self) -> bool:
        """Whether somebody comes along who speaks their language, so that the service need not."""
        return INTERPRETER in self.help_to_attend

    def without(self, service_id: UUID) -> "Wants":
        """The same, now that the person has said no to this service."""
        return replace(self, not_wanted=self.not_wanted | {service_id})


def groups_of(named: frozenset[str], sex: str | None) -> frozenset[str]:
    """The groups a person belongs to: those named, and women or men where the sex is given."""
    return named | {GROUP_OF_SEX[sex]} if sex else named


def age_band(age: int) -> str:
    """The band that a provider sees before it has accepted."""
    for lower, upper in ((0, 17), (18, 24), (25, 39), (40, 59), (60, 74)):
        if age <= upper:
            return f"{lower} to {upper}" if lower else "under 18"
    return "75 or over"
