"""Where a message to an organisation goes, and whether a link about its space may be made for it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.directory.domain.errors import NoAddressKnown, NotOfThisOrganisation
from services.directory.storage.organisation_rows import find_recipient, organisation_offers
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class FindRecipient:
    """`pool_or_service_id` is what a link about space would open."""

    organisation_id: UUID
    pool_or_service_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReachableOrganisation:
    name: str
    address: str
    links_valid_from: datetime | None


async def find_reachable_organisation(connection: Connection, query: FindRecipient) -> ReachableOrganisation:
    """Raises OrganisationNotFound, NoAddressKnown or NotOfThisOrganisation."""
    recipient = await find_recipient(connection, query.organisation_id)
    if recipient.address is None:
        raise NoAddressKnown(query.organisation_id)
    wanted = query.pool_or_service_id
    if wanted is not None and not await organisation_offers(connection, query.organisation_id, wanted):
        raise NotOfThisOrganisation(query.organisation_id)
    return ReachableOrganisation(recipient.name, recipient.address, recipient.links_valid_from)
