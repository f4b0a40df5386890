"""The policy by which suitable pools are ranked. It is data: weights in whole points."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.suitability import REMOTE
from services.referral.domain.wants import Wants

EARTH_RADIUS_KM = 6371.0

Coordinates = tuple[float, float]


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """How many points a pool gains or loses. Open always stands before limited, whatever the points."""

    name: str = "nearest-that-fits-1"
    for_each_group_that_fits: int = 10
    for_own_language: int = 5
    for_each_kilometre: int = -2
    for_each_given_today: int = -1
    farthest_counted_kilometres: int = 40


POLICY = RoutingPolicy()


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one pool for one person, part by part."""

    fit: int
    language: int
    distance: int
    fairness: int

    @property
    def total(self) -> int:
        return self.fit + self.language + self.distance + self.fairness


def points_of(pool: ListedPool, wants: Wants, home: Coordinates | None, policy: RoutingPolicy) -> Points:
    """What the policy gives this pool."""
    own_language = wants.language.partition("-")[0]
    spoken = {each.partition("-")[0] for each in pool.languages}
    return Points(
        fit=policy.for_each_group_that_fits * len(pool.suits & wants.groups),
        language=policy.for_own_language if own_language != "en" and own_language in spoken else 0,
        distance=policy.for_each_kilometre * _kilometres(pool, wants, home, policy),
        fairness=policy.for_each_given_today * pool.given_today,
    )


def _kilometres(pool: ListedPool, wants: Wants, home: Coordinates | None, policy: RoutingPolicy) -> int:
    """The way there in whole kilometres; nobody goes anywhere where the help comes to them."""
    comes_to_them = not wants.can_travel or not pool.delivery - REMOTE
    if comes_to_them or home is None or pool.latitude is None or pool.longitude is None:
        return 0
    return min(policy.farthest_counted_kilometres, distance_km(home, (pool.latitude, pool.longitude)))


def distance_km(one: Coordinates, other: Coordinates) -> int:
    """Whole kilometres as the crow flies (haversine)."""
    latitude, longitude, to_latitude, to_longitude = map(radians, (*one, *other))
    half_way = (
        sin((to_latitude - latitude) / 2) ** 2
        + cos(latitude) * cos(to_latitude) * sin((to_longitude - longitude) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, half_way))))
