"""`/directory/duplicates`: services that may be one, side by side, for a person to decide."""

from typing import Annotated, Literal, get_args
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import PairNotFound
from services.directory.entrypoints.duplicates.duplicate_words import pair_problems, pair_view
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.storage.duplicate_rows import (
    ListedPair,
    PairState,
    Side,
    Within,
    find_pair,
    find_sides,
    list_pairs,
)
from services.directory.use_cases.merge_services import (
    Decision,
    merge_services,
    say_not_the_same,
    undo_decision,
)
from shared.access.decide import Facts
from shared.access.table import TABLE
from shared.access.vocabulary import Reach, Thing, Verb
from shared.postgres.pool import Connection, Pool, transaction
from shared.security.staff import Permit, allowed
from shared.service_defaults.clock import Clock
from shared.vocabulary.vocabulary import LONDON_AREA
from shared.web.listing import Cell, Column, Plan, arrange
from shared.web.pages import render

LIST = "/directory/duplicates"
MOST_LISTED = 500
MayChange = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.SERVICE))]
Answer = Literal["keep-left", "keep-right", "not-the-same", "undo"]
HEADINGS: dict[PairState, tuple[str, str]] = {
    "likely": ("Services that may be the same", "Nothing to look at. No two services look the same."),
    "merged": ("Services shown as one", "No services are shown as one."),
    "not-the-same": ("Services that are not the same", "Nobody has said so of any two services."),
}


def duplicate_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(prefix=LIST, include_in_schema=False)

    @router.get("")
    async def show_all(request: Request, permit: MayChange, state: str = "likely") -> Response:
        """The likeliest first; pairs of which one is out of reach are left out."""
        wanted: PairState = next((each for each in get_args(PairState) if each == state), "likely")
        async with transaction(pool) as connection:
            pairs = await list_pairs(
                connection, wanted, _within(permit), area_of_all=LONDON_AREA, most=MOST_LISTED
            )
        title, nothing = HEADINGS[wanted]
        return render(
            request,
            "duplicates.html",
            templates=TEMPLATES,
            heading=title,
            nothing=nothing,
            state=wanted,
            headings=HEADINGS,
            pairs=arrange(request, pairs, _plan(title)),
            cut_off=len(pairs) == MOST_LISTED,
        )

    @router.get("/{left_id}/{right_id}")
    async def show_one(request: Request, left_id: UUID, right_id: UUID, permit: MayChange) -> Response:
        with pair_problems():
            async with transaction(pool) as connection:
                left, right = await _sides(connection, left_id, right_id, permit)
                pair = await find_pair(connection, left_id, right_id)
        return render(request, "duplicate.html", templates=TEMPLATES, pair=pair_view(pair, left, right))

    @router.post("/{left_id}/{right_id}")
    async def decide(
        left_id: UUID,
        right_id: UUID,
        permit: MayChange,
        answer: Annotated[Answer, Form()],
        left_version: Annotated[int, Form(ge=1)] = 1,
        right_version: Annotated[int, Form(ge=1)] = 1,
    ) -> Response:
        decision = Decision(left_id, right_id, left_version, right_version, permit.member_id, clock())
        with pair_problems():
            async with transaction(pool) as connection:
                await _sides(connection, left_id, right_id, permit)
                await _decide(connection, decision, answer)
        return RedirectResponse(f"{LIST}/{left_id}/{right_id}", 303)

    return router


async def _decide(connection: Connection, decision: Decision, answer: Answer) -> None:
    match answer:
        case "keep-left":
            await merge_services(connection, decision, keep=decision.left_id)
        case "keep-right":
            await merge_services(connection, decision, keep=decision.right_id)
        case "not-the-same":
            await say_not_the_same(connection, decision)
        case "undo":
            await undo_decision(
                connection, decision.left_id, decision.right_id, by=decision.by, at=decision.at
            )


async def _sides(connection: Connection, left_id: UUID, right_id: UUID, permit: Permit) -> tuple[Side, Side]:
    """Both, where the caller may change both. Raises PairNotFound, NotThere."""
    sides = await find_sides(connection, (left_id, right_id))
    if left_id not in sides or right_id not in sides:
        raise PairNotFound
    for side in sides.values():
        permit.check(
            Facts(
                Thing.SERVICE,
                area=side.service.area or LONDON_AREA,
                organisations=frozenset({side.service.organisation_id}),
            )
        )
    return sides[left_id], sides[right_id]


def _within(permit: Permit) -> Within:
    everywhere = any(
        rule.reach is Reach.EVERYWHERE and rule.role in permit.caller.roles()
        for rule in TABLE
        if (rule.verb, rule.thing) == (permit.verb, permit.thing)
    )
    return Within(everywhere, sorted(permit.areas()), sorted(permit.organisations()))


def _plan(caption: str) -> Plan[ListedPair]:
    return Plan(
        caption,
        (
            Column(
                "left",
                "One service",
                lambda pair: Cell(
                    f"{pair.left_name} ({pair.left_organisation})",
                    href=f"{LIST}/{pair.left_id}/{pair.right_id}",
                ),
                by=lambda pair: pair.left_name.casefold(),
            ),
            Column(
                "right",
                "The other",
                lambda pair: Cell(f"{pair.right_name} ({pair.right_organisation})"),
                by=lambda pair: pair.right_name.casefold(),
            ),
            Column("points", "Points", lambda pair: Cell(str(pair.points), numeric=True), numeric=True),
        ),
        kept=("state",),
    )
