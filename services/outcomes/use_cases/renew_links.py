"""A person stopped their links: those to their questionnaires stop too, and what is open is asked with a new one."""

from services.outcomes.published_events import follow_up_due
from services.outcomes.storage.follow_up_rows import ask_anew, list_follow_up_ids
from shared.events.envelope import Event
from shared.events.referral import ReferralLinkAskedV1
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection
from shared.security.revoked_links import revoke_links_of


async def renew_links(connection: Connection, event: Event[ReferralLinkAskedV1]) -> None:
    """Answered and lapsed ones are not asked anew; the links to them stop like the others."""
    since = event.data.links_valid_from
    if since is None:  # said before this moment was: only the links to the referral stop
        return
    for follow_up_id in await list_follow_up_ids(connection, event.data.referral_id):
        await revoke_links_of(connection, follow_up_id, since)
    asked = await ask_anew(connection, event.data.referral_id, event.time)
    await append_events(connection, [follow_up_due(each) for each in asked])
