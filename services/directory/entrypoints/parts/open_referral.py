"""The parts that serve Open Referral UK beside services: taxonomies, locations, organisations."""

from services.directory.entrypoints.known_places import known_places
from services.directory.entrypoints.open_referral.location_routes import location_router
from services.directory.entrypoints.open_referral.oruk_routes import organisation_router, taxonomy_router
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def open_referral_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:
    pool, clock, folder = platform.pool, platform.clock, platform.settings.places
    return ServiceParts(
        routers=[
            taxonomy_router(pool),
            organisation_router(pool, clock),
            location_router(pool, clock, lambda: known_places(folder), keeper.drawn_around),
        ]
    )
