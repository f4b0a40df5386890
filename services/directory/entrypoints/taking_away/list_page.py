"""The list of services that somebody was given: behind a signed link, to read on a phone or to print."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.directory.domain.occurrences import LONDON
from services.directory.entrypoints.finding.told_service import ToldService
from services.directory.entrypoints.taking_away.leaflet_pages import Look, paper
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.storage.chosen_services import look_up_chosen
from services.directory.storage.prescription_rows import find_prescription
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, LinkNotValid, Purpose, signed_link

Prescribed = Annotated[UUID, Depends(signed_link(Purpose.PRESCRIPTION))]


def list_router(desk: TakingAwayDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(PATHS[Purpose.PRESCRIPTION])
    async def show(request: Request, prescription_id: Prescribed, look: Look = "plain") -> Response:
        """As the services are today, not as they were when the list was given."""
        async with transaction(desk.pool) as connection:
            given = await find_prescription(connection, prescription_id)
            if given is None:
                raise LinkNotValid
            chosen = await look_up_chosen(connection, given.service_ids)
        today = desk.clock().astimezone(LONDON).date()
        return paper(
            request,
            "given_list.html",
            look,
            told=[ToldService(each.service, each.organisation, today) for each in chosen.services],
            gone=chosen.gone,
            keeps_private=any(each.service.sensitive for each in chosen.services),
            today=today,
            until=given.expires_at,
            address=desk.public_url + request.url.path,
        )

    return router
