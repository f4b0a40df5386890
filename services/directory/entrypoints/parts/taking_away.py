"""The parts that people take away: leaflets, what is on, prescriptions."""

from collections.abc import Awaitable, Callable, Mapping

from services.directory.entrypoints.event_subscribers import SETTLED_MAILS
from services.directory.entrypoints.parts.finding import find_desk
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.entrypoints.taking_away.digest_pages import digest_router
from services.directory.entrypoints.taking_away.digest_tasks import digest_reader, say_digests_due
from services.directory.entrypoints.taking_away.leaflet_pages import leaflet_router
from services.directory.entrypoints.taking_away.list_page import list_router
from services.directory.entrypoints.taking_away.list_reader import list_reader
from services.directory.entrypoints.taking_away.prescription_given import prescription_given_router
from services.directory.entrypoints.taking_away.prescription_pages import prescription_router
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.entrypoints.taking_away.whats_on_pages import whats_on_router
from services.directory.settings import DirectorySettings
from services.directory.storage.prescription_rows import forget_prescriptions_before
from services.directory.use_cases.send_list import forget_what_waited_too_long
from shared.postgres.pool import transaction
from shared.security.old_links import old_links_task
from shared.security.recipients import RecipientAnswer, RecipientKind, RecipientRequest
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating

OLD_LISTS_EVERY_SECONDS = 3600.0
OLD_ADDRESSES_EVERY_SECONDS = 60.0
DIGESTS_EVERY_SECONDS = 60.0


def taking_away_desk(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> TakingAwayDesk:
    return TakingAwayDesk(platform.pool, platform.settings, platform.clock, find_desk(platform, keeper))


def readers_of(
    platform: Platform[DirectorySettings], keeper: IndexKeeper
) -> Mapping[RecipientKind, Callable[[RecipientRequest], Awaitable[RecipientAnswer]]]:
    """Whom mails about the menu go to, for the route by which notify asks."""
    return {
        "list-reader": list_reader(platform.pool, platform.settings, platform.clock),
        "digest-reader": digest_reader(taking_away_desk(platform, keeper)),
    }


def taking_away_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:
    pool, clock = platform.pool, platform.clock
    desk = taking_away_desk(platform, keeper)

    async def forget_old_lists() -> None:
        async with transaction(pool) as connection:
            await forget_prescriptions_before(connection, clock())

    async def forget_old_addresses() -> None:
        async with transaction(pool) as connection:
            await forget_what_waited_too_long(connection, clock())

    async def say_what_is_due() -> None:
        await say_digests_due(desk)

    return ServiceParts(
        routers=[
            whats_on_router(desk),
            leaflet_router(desk),
            prescription_router(desk),
            prescription_given_router(desk),
            list_router(desk),
            digest_router(desk),
        ],
        subscriptions=[SETTLED_MAILS],
        side_tasks=[
            repeating("old-lists", OLD_LISTS_EVERY_SECONDS, forget_old_lists),
            repeating("old-addresses", OLD_ADDRESSES_EVERY_SECONDS, forget_old_addresses),
            repeating("digests", DIGESTS_EVERY_SECONDS, say_what_is_due),
            old_links_task(pool, clock),
        ],
    )
