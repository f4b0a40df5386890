"""Staff of an area invite people by what they need to an event: who may be, whom it suits, and nobody twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.referral.domain.audit_act import RecordKind
from services.referral.domain.errors import EventFull, EventNotKnown
from services.referral.domain.invitations import Asked, ListedEvent, most_now, whom_to_invite
from services.referral.domain.leg import Leg
from services.referral.domain.london_days import day_in_london
from services.referral.storage.event_consents import hold_consenting
from services.referral.storage.event_pools import list_events
from services.referral.storage.invitations import (
    add_invitation,
    add_invited,
    count_outstanding,
    list_who_may_be_invited,
    lock_inviting,
)
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.new_ids import new_id
from shared.access.vocabulary import Verb
from shared.events.referral import ReferralInvitedV1
from shared.postgres.pool import Connection

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Prospect:
    """Whom an invitation would reach: of those whom the event suits the first `now`, and how many they are in all."""

    event: ListedEvent
    legs: Sequence[Leg]
    now: int
    outstanding: int

    @property
    def invited_now(self) -> Sequence[Leg]:
        return self.legs[: self.now]


async def look_whom_to_invite(
    connection: Connection, *, area: str, pool_id: UUID, asked: Asked, now: datetime
) -> Prospect:
    """Raises EventNotKnown and EventFull."""
    events = await list_events(connection, area, day_in_london(now))
    event = next((each for each in events if each.pool.pool_id == pool_id), None)
    if event is None:
        raise EventNotKnown
    if not event.pool.signal.has_space:
        raise EventFull
    found = await list_who_may_be_invited(connection, asked.need, event)
    outstanding = await count_outstanding(connection, event)
    return Prospect(event, whom_to_invite(found, event, asked), most_now(event, outstanding), outstanding)


async def invite_group(
    connection: Connection,
    *,
    area: str,
    pool_id: UUID,
    asked: Asked,
    member_id: UUID,
    now: datetime,
    by: Acting,
) -> int:
    """Invites whom it may and gives their number. Pressed again it finds nobody whom it has not invited.

    The transaction reaches the one area, so nobody of another is found. Raises EventNotKnown and EventFull.
    """
    await lock_inviting(connection, pool_id)
    prospect = await look_whom_to_invite(connection, area=area, pool_id=pool_id, asked=asked, now=now)
    chosen = prospect.invited_now
    may_be = await hold_consenting(connection, [leg.person_id for leg in chosen])
    chosen = [leg for leg in chosen if leg.person_id in may_be]
    if not chosen:
        return 0
    invitation_id, event = new_id(), prospect.event
    await add_invitation(
        connection, invitation_id=invitation_id, area=area, need=asked.need, group=asked.group, event=event,
        by=member_id, now=now,
    )  # fmt: skip
    added = await add_invited(connection, invitation_id, chosen, area=area, event=event, now=now)
    changes = Changes(now, by)
    for leg in chosen:
        if leg.person_id in added:
            _tell(changes, by, leg, invitation_id, event)
    await changes.keep(connection)
    log.info("people.invited", invitation_id=str(invitation_id), people=len(added))
    return len(added)


def _tell(changes: Changes, by: Acting, leg: Leg, invitation_id: UUID, event: ListedEvent) -> None:
    changes.note(
        by.act(Verb.CHANGE, RecordKind.REFERRAL, leg.referral_id, area=leg.wants.area, person_id=leg.person_id,
               referral_id=leg.referral_id)
    )  # fmt: skip
    invited = ReferralInvitedV1(
        referral_id=leg.referral_id,
        person_id=leg.person_id,
        invitation_id=invitation_id,
        need=leg.wants.need,
        service_id=event.pool.service_id,
        pool_id=event.pool.pool_id,
    )
    changes.tell(invited, area=leg.wants.area)
