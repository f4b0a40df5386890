"""From a postcode to the one thing that is kept of it: how deprived the neighbourhood is, in tenths of England."""

from functools import cache

from shared.places.places import Places, open_places


@cache
def _places() -> Places:
    """Reading the pack takes a part of a second, so it is read when first asked."""
    return open_places()


def deprivation_of(postcode: str | None) -> int | None:
    """None without a postcode, or with one that is not in London."""
    place = _places().of_postcode(postcode) if postcode else None
    return place.area.imd_decile if place else None
