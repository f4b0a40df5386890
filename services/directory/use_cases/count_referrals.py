"""Counts what referral says by area and month. Who it was about is not kept."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from services.directory.domain.occurrences import LONDON
from services.directory.domain.referral_counts import Counted, month_of
from services.directory.storage.referral_count_rows import (
    add_counts,
    claim_as_heard,
    count_put_aside,
    forget_counts,
    lock_counts,
)
from shared.events.envelope import Event
from shared.events.referral import ReferralAcceptedV1, ReferralReceivedV1
from shared.messaging.failures import LogNotWhole, PoisonMessage
from shared.postgres.pool import Connection

COUNTED = (ReferralReceivedV1, ReferralAcceptedV1)


async def count_referrals(connection: Connection, events: Sequence[Event[Any]]) -> None:
    """Each event once: whoever calls has claimed it in the same transaction."""
    await add_counts(connection, Counter(each for event in events for each in counted(event)))


async def recount_referrals(connection: Connection, log: AsyncIterator[Sequence[Event[Any]]]) -> int:
    """Counts the whole log again, in chunks, each event once; how many there were.

    Raises LogNotWhole, and then nothing has changed.
    """
    await lock_counts(connection)
    if put_aside := await count_put_aside(connection):
        raise LogNotWhole(f"{put_aside} events are put aside: replay or drop them first")
    await forget_counts(connection)
    heard = 0
    async for events in log:
        first = {event.id: event for event in reversed(events)}
        claimed = await claim_as_heard(connection, list(first))
        try:
            await count_referrals(connection, [first[each] for each in claimed])
        except PoisonMessage as failure:
            raise LogNotWhole(f"referral.referrals.v1: {failure}") from failure
        heard += len(claimed)
    return heard


def counted(event: Event[Any]) -> Iterator[Counted]:
    """The month is London's, and that of the referral itself where it says when it came."""
    if event.area is None:
        raise PoisonMessage("no-area")
    match event.data:
        case ReferralReceivedV1() as data:
            month = month_of(data.received_at.astimezone(LONDON).date())
            yield Counted(event.area, month, "door", data.door)
            yield from (Counted(event.area, month, "need", need) for need in sorted(set(data.needs)))
        case ReferralAcceptedV1() as data:
            month = month_of(event.time.astimezone(LONDON).date())
            yield Counted(event.area, month, "organisation", str(data.organisation_id))
