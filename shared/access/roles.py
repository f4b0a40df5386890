"""Who takes part, and where each role is held. The labels are what pages say."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    PERSON = "person"
    REFERRER = "referrer"
    LINK_WORKER = "link-worker"
    PROVIDER_STAFF = "provider-staff"
    VOLUNTEER = "volunteer"
    SIGNPOSTER = "signposter"
    COORDINATOR = "coordinator"
    COMMISSIONER = "commissioner"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class HeldIn(StrEnum):
    """What a membership of the role names."""

    LINK = "link"
    AREA = "area"
    ORGANISATION = "organisation"
    SYSTEM = "system"


HELD_IN: Mapping[Role, HeldIn] = MappingProxyType(
    {
        Role.PERSON: HeldIn.LINK,
        Role.REFERRER: HeldIn.ORGANISATION,
        Role.LINK_WORKER: HeldIn.AREA,
        Role.PROVIDER_STAFF: HeldIn.ORGANISATION,
        Role.VOLUNTEER: HeldIn.ORGANISATION,
        Role.SIGNPOSTER: HeldIn.AREA,
        Role.COORDINATOR: HeldIn.AREA,
        Role.COMMISSIONER: HeldIn.AREA,
        Role.AUDITOR: HeldIn.AREA,
        Role.OPERATOR: HeldIn.SYSTEM,
    }
)

LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.PERSON: "Person",
        Role.REFERRER: "Referrer",
        Role.LINK_WORKER: "Link worker",
        Role.PROVIDER_STAFF: "Provider staff",
        Role.VOLUNTEER: "Volunteer",
        Role.SIGNPOSTER: "Signposter",
        Role.COORDINATOR: "Coordinator",
        Role.COMMISSIONER: "Commissioner",
        Role.AUDITOR: "Auditor",
        Role.OPERATOR: "Operator",
    }
)

STAFF_ROLES = tuple(role for role in Role if HELD_IN[role] is not HeldIn.LINK)
"""The roles that a membership can give."""
