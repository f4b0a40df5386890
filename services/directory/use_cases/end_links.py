"""Takes back every link that an organisation was sent, and has new ones sent to its known address."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.directory.storage.link_rows import count_ended, lock_organisation, pools_of, record_ended
from shared.events.directory import OrganisationLinksEndedV1
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection
from shared.service_defaults.clock import Clock

# A message that is being sent at this moment may hold a link made by what the directory said before. Links count
# from a little later, and new ones are made as of then: a slow transaction lets no old one through.
UNDER_WAY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class EndLinks:
    """`times_before` is how often the page said that it was done: a form that is sent twice counts once."""

    organisation_id: UUID
    times_before: int
    ended_by: UUID


async def end_links(connection: Connection, command: EndLinks, clock: Clock) -> bool:
    """False when somebody did so since the page was made."""
    await lock_organisation(connection, command.organisation_id)
    times = await count_ended(connection, command.organisation_id)
    if times != command.times_before:
        return False
    now = clock()
    valid_from = now.replace(microsecond=0) + UNDER_WAY
    await record_ended(
        connection,
        command.organisation_id,
        times + 1,
        valid_from=valid_from,
        ended_at=now,
        ended_by=command.ended_by,
    )
    ended = OrganisationLinksEndedV1(
        organisation_id=command.organisation_id,
        links_valid_from=valid_from,
        pools=await pools_of(connection, command.organisation_id),
    )
    await append_event(connection, ended, area=None)
    return True
