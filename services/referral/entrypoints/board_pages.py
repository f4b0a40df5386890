"""`/referral/board`: the offers that wait for a group, by when they need its answer, and the people with it.

The page stands alone and lists each by reference, and nobody by name; that is a read of records and is recorded.
The panel of it that the provider's board shows has counts by need alone, so it can be looked at again with each change.
"""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response, StreamingResponse

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.entrypoints.board_words import BoardWords
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.entrypoints.offer_pages import TEMPLATES
from services.referral.settings import ReferralSettings
from services.referral.storage.board_rows import (
    MOST_LISTED,
    OFFERED,
    WITH_US,
    count_on_board,
    find_mark,
    list_on_board,
)
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach, set_reach
from shared.security.reaches import permit_reach
from shared.security.staff import Permit, allowed
from shared.security.still_in import still_in
from shared.service_defaults.process import Platform
from shared.web.changes import Mark, OpenStreams, Watched
from shared.web.pages import render

BOARD: Final = "/referral/board"
LIVE: Final = f"{BOARD}/live"
ROLES: Final = (Role.PROVIDER_STAFF, Role.COORDINATOR, Role.LINK_WORKER)

OfferReader = Annotated[Permit, Depends(allowed(Verb.READ, Thing.OFFER))]


def board_router(platform: Platform[ReferralSettings], trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    streams = OpenStreams()

    @router.get(BOARD)
    async def show(request: Request, permit: OfferReader) -> Response:
        if request.headers.get("hx-request") == "true":
            return await _panel(platform, request, permit)
        reach, by = permit_reach(permit), Acting(trail, _actor(permit), AuditPurpose.OFFER)
        async with transaction(platform.pool, reach) as connection:
            offers = await list_on_board(connection, reach, OFFERED)
            people = await list_on_board(connection, reach, WITH_US)
            read = {each.referral.referral_id: each.referral for each in (*offers, *people)}.values()
            # Records of a read are no organisation's own.
            await set_reach(connection, areas_reach(each.area for each in read))
            await by.record(connection, *(read_of_referral(by, each) for each in read))
        words = BoardWords(platform.clock(), (), (), offers, people)
        shortened = MOST_LISTED in {len(offers), len(people)}
        return render(
            request, "referral/board.html", templates=TEMPLATES, translated=True, words=words, shortened=shortened,
            headers={"vary": "hx-request, cookie", "cache-control": "no-store"},
        )  # fmt: skip

    @router.get(LIVE)
    async def listen(request: Request, permit: OfferReader) -> StreamingResponse:
        """Says that the panel is another now, for as long as whoever listens may look."""
        reach = permit_reach(permit)

        async def look() -> Mark:
            async with transaction(platform.pool, reach) as connection:
                return Mark(*await find_mark(connection, reach))

        return streams.open(
            request, permit.member_id, Watched(reach, look, may_look=partial(still_in, request))
        )

    return router


async def _panel(platform: Platform[ReferralSettings], request: Request, permit: Permit) -> Response:
    reach = permit_reach(permit)
    async with transaction(platform.pool, reach) as connection:
        # The mark first: what changes in between is then told once too often, never once too seldom.
        mark, _ = await find_mark(connection, reach)
        offers = await count_on_board(connection, reach, OFFERED)
        people = await count_on_board(connection, reach, WITH_US)
    return render(
        request, "referral/board_panel.html", templates=TEMPLATES, translated=True, mark=mark,
        words=BoardWords(platform.clock(), offers, people),
        headers={"vary": "hx-request, cookie", "cache-control": "no-store"},
    )  # fmt: skip


def _actor(permit: Permit) -> Actor:
    held = permit.caller.roles()
    return Actor(ActorKind.STAFF, str(permit.member_id), next((role for role in ROLES if role in held), None))
