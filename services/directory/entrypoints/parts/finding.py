"""The parts by which people find services: search, map, menu."""

from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def finding_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    return ServiceParts()
