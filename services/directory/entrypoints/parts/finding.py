"""The parts by which people find services: search, map, menu."""

from services.directory.entrypoints.finding.find_desk import FindDesk
from services.directory.entrypoints.finding.find_pages import FindPages, find_router
from services.directory.entrypoints.finding.map_page import map_router
from services.directory.entrypoints.finding.menu_page import menu_router
from services.directory.entrypoints.known_places import known_places
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def find_desk(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> FindDesk:
    return FindDesk(platform.pool, platform.clock, keeper, known_places(platform.settings.places))


def find_pages(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> FindPages:
    """For the routes of the open feed, which answer programs at the same addresses."""
    return FindPages(find_desk(platform, keeper))


def finding_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:
    desk = find_desk(platform, keeper)
    return ServiceParts(routers=[find_router(desk), map_router(desk), menu_router(desk)])
