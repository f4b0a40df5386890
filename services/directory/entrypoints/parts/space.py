"""The parts that follow how much space there is, and say it in FHIR."""

from services.directory.entrypoints.event_subscribers import COPY_OF_SIGNALS
from services.directory.entrypoints.open_referral.fhir_routes import fhir_router
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def space_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    return ServiceParts(
        routers=[fhir_router(platform.pool, platform.clock, platform.settings.public_url)],
        subscriptions=[COPY_OF_SIGNALS],
    )
