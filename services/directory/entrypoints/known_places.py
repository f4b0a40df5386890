"""The places that a process knows: one pack, opened once."""

from functools import cache
from pathlib import Path

from shared.places.places import Places, open_places


@cache
def known_places(folder: Path | None) -> Places:
    """Reading it takes a part of a second, so it is read when first asked."""
    return open_places(folder)
