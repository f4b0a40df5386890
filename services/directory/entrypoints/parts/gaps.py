"""The parts that count referrals, and show where support is missing."""

from services.directory.entrypoints.event_subscribers import COUNTS_OF_REFERRALS
from services.directory.entrypoints.gaps.gap_desk import GapDesk
from services.directory.entrypoints.gaps.gap_pages import gap_router
from services.directory.entrypoints.known_places import known_places
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def gaps_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:
    settings = platform.settings
    desk = GapDesk(
        platform.pool,
        platform.clock,
        keeper,
        known_places(settings.places),
        hide_small_counts=not settings.demo_mode,
    )
    return ServiceParts(routers=[gap_router(desk)], subscriptions=[COUNTS_OF_REFERRALS])
