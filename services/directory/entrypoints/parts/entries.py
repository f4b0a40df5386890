"""The parts by which organisations keep their own entries."""

from services.directory.entrypoints.entry_desk import EntryDesk
from services.directory.entrypoints.entry_pages import entry_router
from services.directory.entrypoints.entry_sections import sections
from services.directory.entrypoints.location_routes import known_places
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def entries_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    def point_of(postcode: str) -> tuple[float, float] | None:
        found = known_places(platform.settings.places).of_postcode(postcode)
        return found.point if found else None

    desk = EntryDesk(platform.pool, sections(point_of))
    return ServiceParts(routers=[entry_router(desk)])
