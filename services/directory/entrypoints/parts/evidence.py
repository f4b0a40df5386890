"""The part that follows what services did for people."""

from services.directory.entrypoints.event_subscribers import COPY_OF_EVIDENCE
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceParts


def evidence_parts(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:  # noqa: ARG001
    return ServiceParts(subscriptions=[COPY_OF_EVIDENCE])
