"""What is known of a place: its area, the people of that area, and where it lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from shared.places.ethnic_groups import ETHNIC_GROUPS

Point: TypeAlias = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""

NamedKind = Literal["borough", "locality", "ward", "district", "icb"]


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood of about 1,500 residents: a lower layer super output area of the 2021 census."""

    lsoa: str
    name: str
    ward: str
    borough: str
    icb: str
    """The board at the edition of the pack; where boards merge, `shared.vocabulary.areas` says when."""
    point: Point
    imd_rank: int
    """In the Index of Multiple Deprivation 2025; 1 is the most deprived of England."""
    imd_decile: int
    """1 is the most deprived tenth of England."""
    residents: int
    disabled: int
    """Disabled under the Equality Act, of the residents."""
    groups: Mapping[str, int]
    """Residents by the five ethnic groups; their sum is a few off the residents, as the census publishes it."""


@dataclass(frozen=True, slots=True)
class PostcodePlace:
    """Where a postcode is. The postcode itself is not kept, and the point, which is as telling, is not shown."""

    area: Area
    point: Point = field(repr=False)
    ended: bool
    """Royal Mail uses it no more; people go on giving it."""


@dataclass(frozen=True, slots=True)
class NamedArea:
    """Where people say they live: a borough, a ward, a board, a postcode district such as E17, or a locality."""

    code: str
    """Of a locality, which nobody has drawn lines for: the LSOA nearest its middle."""
    name: str
    kind: NamedKind
    within: str | None
    """The borough that a ward or a locality is in."""
    point: Point


@dataclass(frozen=True, slots=True)
class Population:
    """The residents of a borough on census day 2021, by sex and by ethnic group."""

    borough: str
    residents: int
    females: int
    males: int
    groups: Mapping[str, int]
    """By the nineteen codes of `ethnic_groups`."""

    @property
    def five_groups(self) -> Mapping[str, int]:
        sums: dict[str, int] = {}
        for group in ETHNIC_GROUPS:
            sums[group.five] = sums.get(group.five, 0) + self.groups.get(group.code, 0)
        return sums


@dataclass(frozen=True, slots=True)
class Outline:
    """A borough's simplified outline. Each ring is closed; points are (longitude, latitude), as GeoJSON has them."""

    code: str
    name: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
