"""The parts that people take away: leaflets, what is on, prescriptions."""

from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def taking_away_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    return ServiceParts()
