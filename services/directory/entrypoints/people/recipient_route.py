"""`POST /internal/recipients`: where notify writes to, with the link that the message needs, or the whole mail."""

from collections.abc import Awaitable, Callable, Mapping
from uuid import UUID

from fastapi import APIRouter, Depends

from services.directory.domain.errors import NoAddressKnown, NotOfThisOrganisation, OrganisationNotFound
from services.directory.settings import DirectorySettings
from services.directory.use_cases.find_recipient import FindRecipient, find_reachable_organisation
from shared.postgres.pool import Pool, transaction
from shared.security.recipients import (
    RECIPIENTS_PATH,
    LinkWanted,
    RecipientAnswer,
    RecipientKind,
    RecipientNotKnown,
    RecipientNotReachable,
    RecipientRequest,
    require_internal_key,
)
from shared.security.signed_links import ORGANISATION_LINK_LIVES, Holder, Purpose, link_url, mint
from shared.service_defaults.clock import Clock

LONGEST_NAME = 200  # characters


Answer = Callable[[RecipientRequest], Awaitable[RecipientAnswer]]


def recipient_router(
    pool: Pool, settings: DirectorySettings, clock: Clock, readers: Mapping[RecipientKind, Answer]
) -> APIRouter:
    router = APIRouter(dependencies=[Depends(require_internal_key)])

    @router.post(RECIPIENTS_PATH)
    async def find_recipient(request: RecipientRequest) -> RecipientAnswer:
        if request.recipient.kind in readers:
            return await readers[request.recipient.kind](request)
        if request.recipient.kind != "organisation":
            raise RecipientNotKnown
        _expect_for_organisations(request.link)
        query = FindRecipient(request.recipient.id, _space_in(request.link))
        try:
            async with transaction(pool) as connection:
                found = await find_reachable_organisation(connection, query)
        except (OrganisationNotFound, NotOfThisOrganisation) as error:
            raise RecipientNotKnown from error
        except NoAddressKnown as error:
            raise RecipientNotReachable from error
        holder = Holder(request.recipient.id, found.links_valid_from)
        link = _link(request, settings, clock, holder)
        return RecipientAnswer(address=found.address, name=found.name[:LONGEST_NAME], link=link)

    return router


def _space_in(link: LinkWanted | None) -> UUID | None:
    return link.subject if link is not None and link.purpose is Purpose.CAPACITY_SIGNAL else None


def _expect_for_organisations(link: LinkWanted | None) -> None:
    """Links of a person are not ours to make."""
    if link is not None and link.purpose not in ORGANISATION_LINK_LIVES:
        raise RecipientNotKnown("An organisation gets no link of this purpose.")


def _link(request: RecipientRequest, settings: DirectorySettings, clock: Clock, holder: Holder) -> str | None:
    wanted = request.link
    if wanted is None:
        return None
    if wanted.purpose is Purpose.ENTRY and wanted.subject != request.recipient.id:
        raise RecipientNotKnown("An organisation gets a link to its own entries alone.")
    expires_at = clock() + ORGANISATION_LINK_LIVES[wanted.purpose]
    token = mint(settings.link_signing_key, wanted.purpose, wanted.subject, expires_at, request.area, holder)
    return link_url(settings.public_url, wanted.purpose, token)
