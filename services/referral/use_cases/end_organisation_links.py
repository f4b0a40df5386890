"""An organisation's links are taken back; for what it has in hand, new ones are asked for.

Of a link to who somebody is nothing is sent anew: the organisation asks for it where it asked before.
"""

from dataclasses import replace
from typing import Any

from services.referral.domain.audit_act import Act, AuditPurpose, RecordKind
from services.referral.domain.leg import Leg, LegState
from services.referral.published_events import offer_link_asked, progress_link_asked
from services.referral.storage.legs import list_legs_with, list_link_subjects_with
from services.referral.use_cases.audit_trail import Acting
from shared.access.vocabulary import Verb
from shared.events.directory import OrganisationLinksEndedV1
from shared.events.envelope import Event
from shared.messaging.outbox import say
from shared.postgres.pool import Connection
from shared.postgres.reach import acting_as_rounds
from shared.security.revoked_links import revoke_links_sent_to

IN_HAND = (LegState.OFFERED, LegState.ACCEPTED, LegState.STARTED)


async def end_organisation_links(
    connection: Connection, event: Event[OrganisationLinksEndedV1], by: Acting
) -> None:
    """Its cases may stand in any area, so they are looked up as the rounds are; all are told of in one statement."""
    organisation_id = event.data.organisation_id
    telling = replace(by, purpose=AuditPurpose.MESSAGE)
    async with acting_as_rounds(connection, "referral"):
        about = await list_link_subjects_with(connection, organisation_id)
        legs = await list_legs_with(connection, organisation_id, IN_HAND)
        await telling.record(
            connection,
            *(_told(leg, event, telling) for leg in legs),
            events=[_wanted(leg, event) for leg in legs],
        )
    await revoke_links_sent_to(connection, organisation_id, about, event.data.links_valid_from)


def _told(leg: Leg, event: Event[OrganisationLinksEndedV1], by: Acting) -> Act:
    return by.act(
        Verb.CHANGE, RecordKind.LEG, leg.leg_id, area=leg.wants.area, person_id=leg.person_id,
        referral_id=leg.referral_id, organisation_id=event.data.organisation_id, cause=event,
    )  # fmt: skip


def _wanted(leg: Leg, event: Event[OrganisationLinksEndedV1]) -> Event[Any]:
    asked = offer_link_asked(leg) if leg.state is LegState.OFFERED else progress_link_asked(leg)
    return say(asked, area=leg.wants.area, caused_by=event)
