"""Who a person is, for the provider that has a place for them: asked for here, told behind a link of half an hour."""

from datetime import datetime, timedelta
from uuid import UUID

from services.referral.domain.audit_act import Act, RecordKind
from services.referral.domain.errors import AskedTooOften, NoPlaceWithThem
from services.referral.domain.leg import WITH_PLACE_TAKEN, Leg, Step
from services.referral.published_events import contact_asked
from services.referral.storage.contacts import PersonContact, count_notes, find_contact
from services.referral.storage.leg_history import add_steps
from services.referral.storage.legs import find_leg, lock_leg
from services.referral.storage.people import PersonVault
from services.referral.use_cases.audit_trail import Acting
from shared.access.vocabulary import Verb
from shared.messaging.outbox import say
from shared.postgres.pool import Connection

ASKED, SHOWN = "contact-asked", "contact-shown"
MOST_A_DAY = 5
DAY = timedelta(days=1)


async def ask_for_contact(connection: Connection, leg_id: UUID, now: datetime, by: Acting) -> None:
    """Has a link sent to the address that is known of the organisation: who holds this page alone learns nothing."""
    leg = with_their_place(await lock_leg(connection, leg_id))
    if await count_notes(connection, leg_id, ASKED, since=now - DAY) >= MOST_A_DAY:
        raise AskedTooOften
    await _note(connection, leg, ASKED, now)
    asked = say(contact_asked(leg), area=leg.wants.area)
    await by.record(connection, _act(by, Verb.CHANGE, leg), events=[asked])


async def show_contact(
    connection: Connection, vault: PersonVault, leg_id: UUID, now: datetime, by: Acting
) -> PersonContact:
    """Who the person is; that it was shown stands in the leg's history and the audit trail, in the same transaction."""
    leg = with_their_place(await lock_leg(connection, leg_id))
    contact = await find_contact(connection, vault, leg.person_id)
    if contact is None:
        raise NoPlaceWithThem
    await _note(connection, leg, SHOWN, now)
    await by.record(connection, _act(by, Verb.READ, leg, RecordKind.PERSON, leg.person_id))
    return contact


async def expect_place(connection: Connection, leg_id: UUID, by: Acting) -> None:
    """Raises NoPlaceWithThem when there is nothing to show any more."""
    leg = with_their_place(await find_leg(connection, leg_id))
    await by.record(connection, _act(by, Verb.READ, leg))


def with_their_place(leg: Leg | None) -> Leg:
    if leg is None or leg.state not in WITH_PLACE_TAKEN:
        raise NoPlaceWithThem
    return leg


async def _note(connection: Connection, leg: Leg, reason: str, now: datetime) -> None:
    await add_steps(connection, [Step(leg, leg.state, reason, leg.placement)], now)


def _act(
    by: Acting, verb: Verb, leg: Leg, kind: RecordKind = RecordKind.LEG, object_id: UUID | None = None
) -> Act:
    return by.act(
        verb, kind, object_id or leg.leg_id, area=leg.wants.area, person_id=leg.person_id, referral_id=leg.referral_id,
        organisation_id=leg.placement.organisation_id if leg.placement else None,
    )  # fmt: skip
