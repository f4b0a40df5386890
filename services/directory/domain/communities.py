"""How many residents belong to a group of the vocabulary, where the census says so. Of most groups it does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Community:
    """What of the census a group is. `five` is known of each ward, the rest of boroughs alone."""

    five: tuple[str, ...] = ()
    nineteen: tuple[str, ...] = ()
    sex: Literal["female", "male"] | None = None


COMMUNITIES: Mapping[str, Community] = {
    "men": Community(sex="male"),
    "women": Community(sex="female"),
    "black-communities": Community(five=("black",)),
    "south-asian-communities": Community(nineteen=("indian", "pakistani", "bangladeshi")),
    "irish-community": Community(nineteen=("white-irish",)),
}


@dataclass(frozen=True, slots=True)
class Census:
    """The residents of a borough as far as communities are counted there."""

    residents: int
    females: int
    males: int
    nineteen: Mapping[str, int]

    def number_of(self, community: Community) -> int:
        if community.sex is not None:
            return self.females if community.sex == "female" else self.males
        return sum(self.nineteen.get(code, 0) for code in community.nineteen)


@dataclass(frozen=True, slots=True)
class Members:
    """How many of how many belong to a group, in the ward or, where that is not known, in its borough."""

    number: int
    of: int
    in_borough: bool

    @property
    def share(self) -> float:
        return self.number / self.of if self.of else 0.0


def members(
    group: str | None, five: Mapping[str, int], residents: int, census: Census | None
) -> Members | None:
    """None where the census does not count the group."""
    community = COMMUNITIES.get(group or "")
    if community is None:
        return None
    if community.five:
        return Members(sum(five.get(code, 0) for code in community.five), residents, in_borough=False)
    return None if census is None else Members(census.number_of(community), census.residents, in_borough=True)
