"""The points by which a policy ranks the pools that suit."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.suitability import REMOTE, primary_language
from services.referral.domain.wants import Wants

EARTH_RADIUS_KM = 6371.0

Coordinates = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Points:
    """The points of one pool for one person, part by part."""

    fit: int
    language: int
    distance: int
    fairness: int
    wait: int = 0
    kilometres: int = 0
    """The way there as it was counted; no points of its own."""

    @property
    def total(self) -> int:
        return self.fit + self.language + self.distance + self.fairness + self.wait


def points_of(pool: ListedPool, wants: Wants, home: Coordinates | None, policy: RoutingPolicy) -> Points:
    """What the policy gives this pool."""
    kilometres = kilometres_to(pool, home, policy) if wants.can_travel else 0
    own_language = primary_language(wants.language)
    spoken = {primary_language(each) for each in pool.languages}
    return Points(
        fit=policy.for_each_group_that_fits * len(pool.suits & wants.groups),
        language=policy.for_own_language if own_language != "en" and own_language in spoken else 0,
        distance=policy.for_each_kilometre * kilometres,
        fairness=policy.for_each_given_today * pool.given_today,
        wait=policy.for_each_week_of_wait * weeks_of_wait(pool, policy),
        kilometres=kilometres,
    )


def is_specialist(pool: ListedPool, wants: Wants, policy: RoutingPolicy) -> bool:
    """Whether the service is there for a group of the person's whom the policy sends to specialists first."""
    return bool(pool.suits & wants.groups & policy.specialist_cohorts)


def weeks_of_wait(pool: ListedPool, policy: RoutingPolicy) -> int:
    """The wait that the provider expects, in whole weeks; none where it says none."""
    return min(policy.longest_counted_weeks, (pool.signal.expected_wait_days or 0) // 7)


def kilometres_to(pool: ListedPool, home: Coordinates | None, policy: RoutingPolicy) -> int:
    """The way there in whole kilometres for whoever can travel; nobody goes where the help always comes to them."""
    comes_to_them = not pool.delivery - REMOTE
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
