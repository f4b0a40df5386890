"""The parts by which likely duplicates are found and merged."""

from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def duplicates_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    return ServiceParts()
