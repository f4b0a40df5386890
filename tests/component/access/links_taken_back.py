"""How all links of a holder are taken back, by purpose: an organisation's by its page, a person's by their own button."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

from services.capacity.entrypoints.event_subscribers import on_organisation_links_ended
from services.outcomes.use_cases.renew_links import renew_links as stop_questionnaires
from services.referral.use_cases.end_organisation_links import end_organisation_links
from services.referral.use_cases.renew_links import renew_links
from shared.events.directory import OrganisationLinksEndedV1, PoolOfService
from shared.events.envelope import new_event
from shared.events.referral import ReferralLinkAskedV1
from shared.postgres.pool import transaction
from shared.security.revoked_links import revoke_links_of
from shared.security.signed_links import Purpose
from tests.component.access.every_service import AskedService
from tests.component.access.link_acts import GROUP, world_of
from tests.component.referral.referral_world import StoppedClock
from tests.support.reaching import EVERYWHERE

ANOTHER_GROUP = UUID(int=72)

TakeBack = Callable[[AskedService, StoppedClock, UUID, datetime], Awaitable[None]]


async def a_group_presses(
    service: AskedService, clock: StoppedClock, ended: OrganisationLinksEndedV1
) -> None:
    """What the service does when it hears that an organisation's links ended."""
    event = new_event(ended, area=None)
    async with transaction(service.pool) as connection:
        if service.name == "capacity":
            await on_organisation_links_ended(connection, event)
        else:
            await end_organisation_links(connection, event, world_of(service, clock).by)


async def by_the_group(service: AskedService, clock: StoppedClock, subject: UUID, moment: datetime) -> None:
    pools = (PoolOfService(service_id=UUID(int=73), pool_id=subject),) if service.name == "capacity" else ()
    ended = OrganisationLinksEndedV1(organisation_id=GROUP, links_valid_from=moment, pools=pools)
    await a_group_presses(service, clock, ended)


async def by_the_person(
    service: AskedService, clock: StoppedClock, referral_id: UUID, moment: datetime
) -> None:
    async with transaction(service.pool, EVERYWHERE) as connection:
        await renew_links(connection, referral_id, moment, world_of(service, clock).by)


async def by_the_person_to_outcomes(
    service: AskedService, _: StoppedClock, follow_up_id: UUID, moment: datetime
) -> None:
    async with transaction(service.pool, EVERYWHERE) as connection:
        row = await connection.fetchrow(
            "SELECT referral_id, person_id, area FROM follow_ups WHERE follow_up_id = $1", follow_up_id
        )
        assert row is not None
        stopped = ReferralLinkAskedV1(
            referral_id=row["referral_id"], person_id=row["person_id"], needs=(), links_valid_from=moment
        )
        await stop_questionnaires(connection, new_event(stopped, area=row["area"]))


async def by_whoever_looks_after_links(
    service: AskedService, _: StoppedClock, subject: UUID, moment: datetime
) -> None:
    async with transaction(service.pool) as connection:
        await revoke_links_of(connection, subject, moment)


TAKE_BACK: Mapping[Purpose, TakeBack] = {
    Purpose.CAPACITY_SIGNAL: by_the_group,
    Purpose.OFFER: by_the_group,
    Purpose.PROGRESS: by_the_group,
    Purpose.PERSON_CONTACT: by_the_group,
    Purpose.MY_REFERRAL: by_the_person,
    Purpose.MEASURE: by_the_person_to_outcomes,
    Purpose.DIGEST: by_whoever_looks_after_links,
}
