"""The parts that people take away: leaflets, what is on, prescriptions."""

from services.directory.entrypoints.leaflet_pages import leaflet_router
from services.directory.entrypoints.list_page import list_router
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.entrypoints.prescription_pages import prescription_router
from services.directory.entrypoints.taking_away_desk import TakingAwayDesk
from services.directory.entrypoints.whats_on_pages import whats_on_router
from services.directory.entrypoints.whereabouts import Whereabouts
from services.directory.settings import DirectorySettings
from services.directory.storage.prescription_rows import forget_prescriptions_before
from shared.places.places import open_places
from shared.postgres.pool import transaction
from shared.security.old_links import old_links_task
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.repeating import repeating

OLD_LISTS_EVERY_SECONDS = 3600.0


def taking_away_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:
    pool, clock, settings = platform.pool, platform.clock, platform.settings
    desk = TakingAwayDesk(pool, settings, clock, keeper, Whereabouts(open_places(settings.places)))

    async def forget_old_lists() -> None:
        async with transaction(pool) as connection:
            await forget_prescriptions_before(connection, clock())

    return ServiceParts(
        routers=[whats_on_router(desk), leaflet_router(desk), prescription_router(desk), list_router(desk)],
        side_tasks=[
            repeating("old-lists", OLD_LISTS_EVERY_SECONDS, forget_old_lists),
            old_links_task(pool, clock),
        ],
    )
