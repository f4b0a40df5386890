"""A person stops every link to their referrals, and has a new one sent to the address that is known of them.

Outcomes hears of it and stops the links to their questionnaires.
"""

from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.storage.erasure import list_referrals_of, lock_person_of
from services.referral.storage.legs import list_legs
from services.referral.use_cases.audit_trail import Acting
from shared.access.vocabulary import Verb
from shared.events.referral import ReferralLinkAskedV1
from shared.messaging.outbox import say
from shared.postgres.pool import Connection
from shared.security.revoked_links import revoke_links_of


async def renew_links(connection: Connection, referral_id: UUID, now: datetime, by: Acting) -> bool:
    """False when there is nobody any more. Whoever holds a link learns nothing: the new one goes elsewhere."""
    found = await lock_person_of(connection, referral_id)
    if found is None:
        return False
    person_id, area = found
    # Links tell their time in whole seconds: the new one may be made within this one, and has to work.
    since = now.replace(microsecond=0)
    for each in await list_referrals_of(connection, person_id):
        await revoke_links_of(connection, each.referral_id, since)
        await _ask_for_one(connection, each.referral_id, person_id, area, since, by)
    return True


async def _ask_for_one(
    connection: Connection, referral_id: UUID, person_id: UUID, area: str, since: datetime, by: Acting
) -> None:
    needs = sorted({leg.wants.need for leg in await list_legs(connection, referral_id)})
    asked = ReferralLinkAskedV1(
        referral_id=referral_id, person_id=person_id, needs=tuple(needs), links_valid_from=since
    )
    act = by.act(
        Verb.CHANGE, RecordKind.REFERRAL, referral_id, area=area, person_id=person_id, referral_id=referral_id
    )
    await by.record(connection, act, events=[say(asked, area=area)])
