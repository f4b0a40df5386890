"""Says what services did for people, a part of all services at a time; of a sensitive one nothing is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.outcomes.domain import swemwbs
from services.outcomes.domain.evidence import NOTHING, evidence_of
from services.outcomes.published_events import service_evidence_changed
from services.outcomes.storage.evidence_tallies import tally_services
from services.outcomes.storage.said_evidence import (
    Said,
    keep_said,
    lock_round,
    move_on,
    next_services,
    not_to_be_told,
)
from shared.messaging.outbox import append_events
from shared.postgres.pool import Connection

AT_ONCE = 200  # services a transaction


async def say_next_evidence(connection: Connection, as_of: datetime) -> bool:
    """Takes back what may no longer be told, and looks at the next services. False when the round is done."""
    at_work = await lock_round(connection, as_of)
    to_hide = await not_to_be_told(connection)
    await _say(connection, at_work.as_of, [replace(each, evidence=NOTHING) for each in to_hide])
    if at_work.done:
        return False
    looked_at = await next_services(connection, at_work.done_up_to, AT_ONCE)
    open_to_all = [each for each in looked_at if not each.sensitive]
    tallies = await tally_services(
        connection, [each.service_id for each in open_to_all], at_work.as_of, swemwbs.CODE
    )
    found = [
        replace(each, evidence=evidence_of(tallies[each.service_id], each.evidence)) for each in open_to_all
    ]
    await _say(
        connection,
        at_work.as_of,
        [now for now, before in zip(found, open_to_all, strict=True) if now.evidence != before.evidence],
    )
    done = len(looked_at) < AT_ONCE
    await move_on(connection, looked_at[-1].service_id if looked_at else None, done=done)
    return not done


async def _say(connection: Connection, as_of: datetime, changed: Sequence[Said]) -> None:
    if not changed:
        return
    said = [replace(each, version=each.version + 1) for each in changed]
    await keep_said(connection, as_of.date(), said)
    await append_events(connection, [service_evidence_changed(each, as_of.date()) for each in said])
