"""The parts by which organisations keep their own entries."""

from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def entries_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    return ServiceParts()
