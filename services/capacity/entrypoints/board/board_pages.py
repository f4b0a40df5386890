"""`/capacity/board`: all the space of a provider, and of those below it; what is in somebody's areas, to look at.

Whose pools they see, and whose space they may say, is what the access table says of their roles.
"""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from services.capacity.domain.networks import Organisations
from services.capacity.entrypoints.board.board_list import area_listing
from services.capacity.entrypoints.board.board_view import board_of
from services.capacity.entrypoints.board.board_words import BoardWords
from services.capacity.entrypoints.space_page import TEMPLATES
from services.capacity.storage.board_rows import OfBoard, find_mark, find_names, list_pools_of_board
from shared.access.decide import areas_for, organisations_for
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Pool, transaction
from shared.security.staff import Permit, allowed
from shared.security.still_in import still_in
from shared.service_defaults.clock import Clock
from shared.web.changes import Mark, OpenStreams, Watched
from shared.web.pages import render

BOARD: Final = "/capacity/board"
LIVE: Final = f"{BOARD}/live"

MayLook = Annotated[Permit, Depends(allowed(Verb.READ, Thing.SIGNAL))]


def board_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    streams = OpenStreams()

    @router.get(BOARD)
    async def show(request: Request, permit: MayLook) -> Response:
        """The whole page, or only its panel for a page that is open already."""
        whose = _whose(permit)
        async with transaction(pool) as connection:
            # The mark first: what changes in between is then told once too often, never once too seldom.
            mark, _ = await find_mark(connection, whose)
            found = await list_pools_of_board(connection, whose)
            names = await find_names(connection, whose)
        own = organisations_for(permit.caller, Verb.CHANGE, Thing.SIGNAL)
        board = board_of(found, own, Organisations.of(names.values()))
        told_in = areas_for(permit.caller, Verb.CHANGE, Thing.SIGNAL, permit.on)
        only_panel = request.headers.get("hx-request") == "true"
        return render(
            request,
            "board_panel.html" if only_panel else "board.html",
            headers={"vary": "hx-request, cookie", "cache-control": "no-store"},
            templates=TEMPLATES,
            translated=True,
            live=True,
            words=BoardWords(board, clock()),
            elsewhere=partial(area_listing, request, board.elsewhere, clock(), told_in, names)
            if board.elsewhere
            else None,
            mark=mark,
            now=clock(),
            query=request.url.query,
        )

    @router.get(LIVE)
    async def listen(request: Request, permit: MayLook) -> StreamingResponse:
        """Says that the board is another now, for as long as whoever listens may look."""
        whose = _whose(permit)

        async def look() -> Mark:
            async with transaction(pool) as connection:
                return Mark(*await find_mark(connection, whose))

        return streams.open(
            request, permit.member_id, Watched(whose, look, may_look=partial(still_in, request))
        )

    return router


def _whose(permit: Permit) -> OfBoard:
    return OfBoard(permit.organisations(), permit.areas())
