"""What can be full in somebody's areas, to look at: a list that is sorted, searched and paged by its address."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from fastapi import Request
from markupsafe import escape

from services.capacity.domain.networks import NamedOrganisation
from services.capacity.domain.pool import Pool
from services.capacity.entrypoints.board.board_words import KINDS, free_words, said_words, status_words
from services.capacity.entrypoints.pool_names import pool_name
from shared.vocabulary.vocabulary import LONDON_AREA
from shared.web.listing import Cell, Column, Listing, Plan, arrange
from shared.web.phrases import phrase, plain


def area_listing(
    request: Request,
    pools: Sequence[Pool],
    now: datetime,
    told_in: Collection[str],
    names: Mapping[UUID, NamedOrganisation],
) -> Listing:
    """Called while the page is being made: its words are in the language of the page.

    In the areas `told_in` a service leads to where somebody says what its provider told them.
    """

    def service(pool: Pool) -> Cell:
        told = (pool.area or LONDON_AREA) in told_in
        return Cell(pool_name(pool), href=f"/capacity/phoned/{pool.pool_id}" if told else None)

    def group(pool: Pool) -> str:
        return names[pool.pool_id].name if pool.pool_id in names else ""

    def status(pool: Pool) -> Cell:
        text, colour = status_words(pool)
        return Cell(text, tag=colour)

    plan: Plan[Pool] = Plan(
        plain(phrase("Others in your areas")),
        (
            Column("service", phrase("Service"), service, by=_name),
            Column(
                "group",
                phrase("Group"),
                lambda pool: Cell(group(pool)),
                by=lambda pool: group(pool).casefold(),
            ),
            Column("kind", phrase("What can be full"), lambda pool: Cell(phrase(KINDS[pool.kind])), by=_kind),
            Column("space", phrase("Space"), status, by=lambda pool: pool.ledger.status),
            Column(
                "free", phrase("Free places"), lambda pool: Cell(free_words(pool), numeric=True), numeric=True
            ),
            Column(
                "taken",
                phrase("Have a place"),
                lambda pool: Cell(escape(pool.ledger.taken), numeric=True),
            ),
            Column("said", phrase("Last said"), lambda pool: Cell(said_words(pool, now)), by=_said_at),
        ),
    )
    return arrange(request, pools, plan)


def _name(pool: Pool) -> str:
    return pool.service_name.casefold()


def _kind(pool: Pool) -> str:
    return pool.kind


def _said_at(pool: Pool) -> str:
    return pool.said.confirmed_at.isoformat() if pool.said else ""
