"""How many services cover a neighbourhood, need by need, counted for all services at once."""

from collections.abc import Sequence

from services.directory.domain.catchment import HomeArea
from services.directory.domain.cover import Cover
from services.directory.search.columns import Flags
from services.directory.search.entry import HAS_SPACE
from services.directory.search.rows import Rows


def covers_of(rows: Rows, homes: Sequence[Sequence[HomeArea]], group: str | None) -> list[dict[str, Cover]]:
    """Of each neighbourhood by need, where there is any. With a group: of the services that are for it."""
    size, when, space = rows.size, rows.facets["when"], rows.facets["space"]
    open_to = _open_to(rows, group)
    kinds = (
        open_to,
        open_to & when.any_of(["evenings"], size),
        open_to & when.any_of(["weekends"], size),
        open_to & space.any_of([HAS_SPACE], size),
    )
    found = []
    for each in homes:
        there = rows.areas.take(each, unknown=False)
        every, *parts = (rows.facets["needs"].counts(there & kind) for kind in kinds)
        found.append({need: Cover(n, *(part.get(need, 0) for part in parts)) for need, n in every.items()})
    return found


def _open_to(rows: Rows, group: str | None) -> Flags:
    """Those that take people now; for a group those that say it suits them."""
    found = rows.alive() & ~rows.closed()
    if group is not None:
        found &= rows.facets["groups"].any_of([group], rows.size)
        found &= ~rows.does_not_suit.any_of([group], rows.size)
    return found
