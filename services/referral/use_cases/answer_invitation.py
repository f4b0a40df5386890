"""Somebody says yes or no to an invitation. A yes asks for the place as any leg does; nothing else of theirs changes."""

from datetime import datetime
from enum import Enum, auto
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.domain.invitations import ListedEvent, wants_there
from services.referral.domain.leg import (
    WITH_PLACE_TAKEN,
    WITH_PLACE_UNDER_WAY,
    Leg,
    ask_for_place,
    receive,
)
from services.referral.domain.router import Decision, decide
from services.referral.storage.erasure import hold_person_of
from services.referral.storage.event_consents import give_event_consent, take_back_event_consent
from services.referral.storage.event_pools import find_events
from services.referral.storage.invitations import Invited, keep_answer, lock_invited
from services.referral.storage.legs import list_legs
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.new_ids import new_id
from services.referral.use_cases.route_legs import fronts_of, home_of, placement_in
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection


class Answered(Enum):
    """What came of it."""

    TAKEN_DOWN = auto()
    FULL = auto()
    NOT_OPEN = auto()
    """No such invitation, said before, or the event is over."""


async def answer_invitation(
    connection: Connection, *, referral_id: UUID, invitation_id: UUID, comes: bool, now: datetime, by: Acting
) -> Answered:
    """Who said yes takes it back by their leg, as any other; who said no, or came to a full event, may still say yes."""
    await hold_person_of(connection, referral_id)
    invited = await lock_invited(connection, invitation_id, referral_id)
    if invited is None or invited.answer == "yes" or (invited.answer == "no" and not comes):
        return Answered.NOT_OPEN
    changes = Changes(now, by)
    changes.note(
        by.act(Verb.ANSWER, RecordKind.REFERRAL, referral_id, area=invited.area, person_id=invited.person_id,
               referral_id=referral_id)
    )  # fmt: skip
    if not comes:
        await keep_answer(connection, invited, "no", now)
        await changes.keep(connection)
        return Answered.TAKEN_DOWN
    event, legs = await _open_event(connection, invited, now), await list_legs(connection, referral_id)
    before = next((leg for leg in legs if _is_why(leg, invited)), None)
    if event is None or before is None:
        return Answered.NOT_OPEN
    there = next((leg for leg in legs if _has_place_in(leg, invited.pool_id)), None)
    if there:
        await keep_answer(connection, invited, "yes", now, there.leg_id)
        await changes.keep(connection)
        return Answered.TAKEN_DOWN
    decision = await _decide(connection, before, event)
    if decision.chosen is None:
        await keep_answer(connection, invited, "full", now)
        await changes.keep(connection)
        return Answered.FULL
    leg = _ask(changes, before, event, invited, decision)
    await keep_answer(connection, invited, "yes", now, leg.leg_id)
    await changes.keep(connection)
    return Answered.TAKEN_DOWN


async def say_whether_to_invite(
    connection: Connection, *, referral_id: UUID, may_invite: bool, now: datetime, by: Acting, area: str
) -> bool:
    """True when it is new. What they were invited to before stays theirs to answer."""
    person_id = await hold_person_of(connection, referral_id)
    if person_id is None:
        return False
    if may_invite:
        is_new = await give_event_consent(connection, person_id, by="person", now=now)
    else:
        is_new = await take_back_event_consent(connection, person_id, now)
    if is_new:
        await by.record(
            connection,
            by.act(Verb.CHANGE, RecordKind.PERSON, person_id, area=area, person_id=person_id,
                   referral_id=referral_id),
        )  # fmt: skip
    return is_new


async def _open_event(connection: Connection, invited: Invited, now: datetime) -> ListedEvent | None:
    """The event to which they were invited, while it is to come."""
    event = (await find_events(connection, [invited.pool_id])).get(invited.pool_id)
    is_open = event is not None and event.starts_on == invited.starts_on and event.is_to_come(now)
    return event if is_open else None


def _is_why(leg: Leg, invited: Invited) -> bool:
    """The need by which they were found."""
    return leg.wants.need == invited.need and leg.invitation_id is None


def _has_place_in(leg: Leg, pool_id: UUID) -> bool:
    """Whether they came there another way since: nobody takes two places at one event."""
    there = leg.placement is not None and leg.placement.pool_id == pool_id
    return there and leg.state in WITH_PLACE_UNDER_WAY | WITH_PLACE_TAKEN


async def _decide(connection: Connection, before: Leg, event: ListedEvent) -> Decision:
    """As the router would for this event alone. What somebody in the line comes first for is theirs."""
    in_front = await fronts_of(connection, [event.pool])
    wants = wants_there(before.wants, event.pool)
    return decide(
        wants, [event.pool], tried=before.tried, kept_for_earlier=in_front.keys(), home=home_of(wants.area)
    )


def _ask(changes: Changes, before: Leg, event: ListedEvent, invited: Invited, decision: Decision) -> Leg:
    """A leg beside what they wait for, which is left as it is."""
    beside = Leg(
        new_id(), before.referral_id, before.person_id, wants_there(before.wants, event.pool), changes.now,
        referrer_id=before.referrer_id, referring_organisation_id=before.referring_organisation_id,
        invitation_id=invited.invitation_id,
    )  # fmt: skip
    beside = changes.step(receive(beside))
    changes.decided(beside, decision)
    return changes.step(ask_for_place(beside, placement_in(event.pool), "invited-and-said-yes"))
