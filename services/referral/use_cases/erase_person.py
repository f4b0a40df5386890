"""A person asks to be forgotten: their places go back, their rows and their key go, and whoever holds more is told."""

from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.domain.leg import LIVE, Leg, withdraw
from services.referral.storage.erasure import (
    delete_person,
    list_referrals_of,
    lock_person_of,
    record_erasure,
)
from services.referral.storage.legs import lock_legs
from services.referral.storage.people import PersonVault
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from shared.access.vocabulary import Verb
from shared.events.referral import PersonDescribedV1, PersonErasedV1
from shared.messaging.outbox import append_event, append_tombstone
from shared.postgres.pool import Connection
from shared.security.revoked_links import revoke_links_of


async def erase_person(
    connection: Connection, referral_id: UUID, now: datetime, vault: PersonVault, by: Acting
) -> bool:
    """True when the person is forgotten now, with all of their referrals; False when there is nobody any more."""
    found = await lock_person_of(connection, referral_id)
    if found is None:
        return False
    person_id, area = found
    legs = await _lock_legs_of(connection, person_id)
    # Read again: whoever had one of the legs in hand may have asked for help beside it.
    referrals = await list_referrals_of(connection, person_id)
    legs |= await lock_legs(
        connection, [leg_id for each in referrals for leg_id in each.leg_ids if leg_id not in legs]
    )
    changes = Changes(now, by)
    for leg in legs.values():
        if leg.state in LIVE:
            changes.step(withdraw(leg))
    await changes.keep(connection)
    for each in referrals:
        erased = PersonErasedV1(
            referral_id=each.referral_id,
            person_id=person_id,
            leg_ids=each.leg_ids,
            request_ids=each.request_ids,
        )
        await append_event(connection, erased, area=area)
        await record_erasure(connection, each, person_id, area, now)
        for subject in (each.referral_id, *each.leg_ids, *each.request_ids):
            await revoke_links_of(connection, subject, now)
    await append_tombstone(connection, PersonDescribedV1.topic, str(person_id))
    await delete_person(connection, person_id, referrals)
    vault.forget(person_id)
    await by.trail.forget(connection, person_id)
    # Without ids, and so under the key of the area: that somebody was forgotten stays readable, who it was does not.
    await by.record(connection, by.act(Verb.ERASE, RecordKind.PERSON, None, area=area))
    return True


async def _lock_legs_of(connection: Connection, person_id: UUID) -> dict[UUID, Leg]:
    known = await list_referrals_of(connection, person_id)
    return await lock_legs(connection, [leg_id for each in known for leg_id in each.leg_ids])
