"""Somebody's invitations as their own page shows them: what it is, what they said, and what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.referral.domain.leg import NO_PLACE_AT_EVENT, Leg
from services.referral.storage.event_consents import has_event_consent
from services.referral.storage.event_pools import find_events
from services.referral.storage.invitations import Invited, list_invited
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """One event, while it is to come. `state` is `open`, `yes`, `no`, `full` or `no-place`."""

    invitation_id: UUID
    service_id: UUID
    name: str
    starts_on: date | None
    state: str

    @property
    def may_say_yes(self) -> bool:
        return self.state in {"open", "no", "full"}


@dataclass(frozen=True, slots=True)
class MyInvitations:
    cards: Sequence[InvitationCard]
    may_invite: bool


async def my_invitations(
    connection: Connection, person_id: UUID, referral_id: UUID, legs: Iterable[Leg], now: datetime
) -> MyInvitations:
    """Of this referral, so that whoever holds the link can answer what it shows."""
    mine = [each for each in await list_invited(connection, person_id) if each.referral_id == referral_id]
    events = await find_events(connection, {each.pool_id for each in mine}) if mine else {}
    ended = {leg.leg_id for leg in legs if leg.reason == NO_PLACE_AT_EVENT}
    cards = [
        InvitationCard(
            each.invitation_id, event.pool.service_id, event.name, each.starts_on, _state(each, ended)
        )
        for each in mine
        if (event := events.get(each.pool_id)) and event.starts_on == each.starts_on and event.is_to_come(now)
    ]
    return MyInvitations(cards, await has_event_consent(connection, person_id))


def _state(invited: Invited, ended: Iterable[UUID]) -> str:
    if invited.answer == "yes" and invited.leg_id in set(ended):
        return "no-place"
    return invited.answer or "open"
