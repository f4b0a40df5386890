"""Keeps the index of the menu in the process that answers requests, for the pages that search it."""

from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


class IndexKeeper:
    """One a process. Whoever searches is given it by the composition root."""

    def __init__(self, platform: Platform[DirectorySettings]) -> None:
        self._platform = platform

    def parts(self) -> ServiceParts:
        return ServiceParts()
