"""Why a pool fits a person, in codes: what they and it have in common, and no more of the person than a provider sees."""

from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.routing_policy import Coordinates, distance_km
from services.referral.domain.suitability import REMOTE, primary_language
from services.referral.domain.wants import Wants

MILE = 1.609344  # kilometres
BANDS = (2, 5, 10)  # miles from the middle of the borough


def why_it_fits(pool: ListedPool, wants: Wants, home: Coordinates | None) -> tuple[str, ...]:
    """Codes in the order in which they are read, as `group:older-people`. For a pool that suits."""
    found = [f"need:{wants.need}"]
    found += [f"group:{each}" for each in sorted(pool.suits & wants.groups)]
    own, _, _ = wants.language.partition("-")
    if own != "en" and (not wants.brings_interpreter or own in map(primary_language, pool.languages)):
        found.append(f"language:{wants.language}")
    found += [f"access:{each}" for each in sorted(pool.access & wants.access)]
    if wants.worker_sex:
        found.append(f"worker:{wants.worker_sex}")
    if wants.only_evenings_or_weekends:
        found.append("hours:evenings-or-weekends")
    way = _way_there(pool, wants, home)
    return (*found, way) if way else tuple(found)


def _way_there(pool: ListedPool, wants: Wants, home: Coordinates | None) -> str | None:
    if not wants.can_travel or (pool.delivery and pool.delivery <= REMOTE):
        return "way:comes-to-them"
    if home is None or pool.latitude is None or pool.longitude is None:
        return None
    kilometres = distance_km(home, (pool.latitude, pool.longitude))
    band = next((str(miles) for miles in BANDS if kilometres <= miles * MILE), "over")
    return f"distance:{band}"
