"""Counts of referrals: each event once, however often it comes, and the same when they are made again from the log."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.directory.entrypoints.event_subscribers import COUNTS_OF_REFERRALS
from services.directory.recount import recount
from services.directory.settings import DirectorySettings
from services.directory.storage.referral_count_rows import counts_by_area, counts_by_month
from services.directory.use_cases.count_referrals import recount_referrals
from shared.events.envelope import Event
from shared.events.referral import ReferralAcceptedV1, ReferralReceivedV1
from shared.messaging.consumers import Consumers
from shared.messaging.failures import LogNotWhole
from shared.messaging.metrics import MessagingMetrics
from shared.postgres.pool import Pool, transaction
from tests.component.outcomes.test_over_kafka import publish
from tests.component.referral.golden_messages import AREA, golden
from tests.support.eventually import eventually
from tests.support.messaging_place import running

REFERRAL = uuid4()
JULY = datetime(2026, 7, 3, 9, tzinfo=UTC)
ORGANISATION = UUID(int=7)
EVERY_COUNT = (
    "SELECT kind, month, area, code, referrals FROM referral_counts ORDER BY kind, month, area, code"
)

Row = tuple[str, date, str, str, int]


def received(*needs: str, at: datetime = JULY, door: str = "gp") -> Event[Any]:
    return golden(
        ReferralReceivedV1,
        "full",
        referral_id=str(REFERRAL),
        needs=needs,
        received_at=at.isoformat(),
        door=door,
    )


def accepted() -> Event[Any]:
    return golden(ReferralAcceptedV1, "full", referral_id=str(REFERRAL), organisation_id=str(ORGANISATION))


async def rows(pool: Pool) -> list[Row]:
    return [tuple(row) for row in await pool.fetch(EVERY_COUNT)]


async def hear(pool: Pool, *events: Event[Any]) -> None:
    async with transaction(pool) as connection:
        await COUNTS_OF_REFERRALS.handle(connection, events)


async def test_counts_grow_by_area_month_need_door_and_organisation(pool: Pool) -> None:
    june = datetime(2026, 6, 3, tzinfo=UTC)
    await hear(pool, received("carers", "housing"), received("carers", door="self"))
    await hear(pool, received("carers", at=june), accepted(), accepted())

    async with transaction(pool) as connection:
        by_area = await counts_by_area(connection, "need", date(2026, 6, 1), [AREA, "E09000033"])
        since_july = await counts_by_area(connection, "need", date(2026, 7, 1), [AREA])
        elsewhere = await counts_by_area(connection, "need", date(2026, 6, 1), ["E09000033"])
        by_month = await counts_by_month(connection, "door", date(2026, 6, 1), [AREA])
        taken = await counts_by_month(connection, "organisation", date(2000, 1, 1), [AREA])

    assert by_area == {(AREA, "carers"): 3, (AREA, "housing"): 1}
    assert since_july == {(AREA, "carers"): 2, (AREA, "housing"): 1}
    assert elsewhere == {}
    assert by_month == {
        ("gp", date(2026, 6, 1)): 1,
        ("gp", date(2026, 7, 1)): 1,
        ("self", date(2026, 7, 1)): 1,
    }
    assert [(code, count) for (code, _), count in taken.items()] == [(str(ORGANISATION), 2)]


@pytest.mark.timeout(300)  # all topics are made anew first
async def test_an_event_that_comes_again_counts_once_and_a_recount_says_the_same(
    settings: DirectorySettings, pool: Pool, empty_topics: str
) -> None:
    """The relay may send twice, Kafka may deliver twice, and a recount may be run twice."""
    first, second, place, last = (
        received("carers"),
        received("carers", "housing"),
        accepted(),
        received("creative"),
    )
    at_kafka = settings.model_copy(update={"kafka_bootstrap_servers": empty_topics})

    async def has(code: str, number: int) -> bool:
        found = await pool.fetchval("SELECT referrals FROM referral_counts WHERE code = $1", code)
        return bool(found == number)

    consumers = Consumers("directory", empty_topics, pool, [COUNTS_OF_REFERRALS], MessagingMetrics())
    async with running(consumers.run):
        await publish(empty_topics, first, first, second, place, second)
        await eventually(lambda: has(str(ORGANISATION), 1), within=60)
        await publish(empty_topics, received("bereavement"))
        await eventually(lambda: has("bereavement", 1), within=30)
        grown = await rows(pool)

        assert [await recount(at_kafka), await recount(at_kafka)] == [4, 4]
        assert await rows(pool) == grown
        assert [(code, count) for kind, _, _, code, count in grown if kind == "need"] == [
            ("bereavement", 1),
            ("carers", 2),
            ("housing", 1),
        ]

        await publish(empty_topics, first, second, place, last)
        await eventually(lambda: has("creative", 1), within=30)
        after = await rows(pool)

    assert [row for row in after if row[3] not in {"creative", "gp"}] == [
        row for row in grown if row[3] != "gp"
    ]


async def log_of(*chunks: Sequence[Event[Any]]) -> AsyncIterator[Sequence[Event[Any]]]:
    for chunk in chunks:
        yield chunk


async def test_a_recount_from_a_log_that_can_not_be_counted_changes_nothing(pool: Pool) -> None:
    await hear(pool, received("carers"))
    before = await rows(pool)
    no_area = Event(uuid4(), JULY, None, received("housing").data)

    with pytest.raises(LogNotWhole, match="no-area"):
        async with transaction(pool) as connection:
            await recount_referrals(connection, log_of([received("carers")], [no_area]))

    assert await rows(pool) == before


async def test_a_recount_from_a_log_made_whole_replaces_what_was_counted_wrongly(pool: Pool) -> None:
    one = received("carers")
    await hear(pool, one, one, one)

    async with transaction(pool) as connection:
        assert await recount_referrals(connection, log_of([one, one], [], [one])) == 1

    assert [row[-1] for row in await rows(pool)] == [1, 1]


async def test_no_column_of_the_counts_holds_an_id_of_a_person_a_referral_or_a_leg(pool: Pool) -> None:
    events = [received("carers"), accepted()]
    await hear(pool, *events)

    held = repr(await rows(pool))
    named = {
        str(getattr(event.data, name))
        for event in events
        for name in ("person_id", "referral_id", "leg_id", "referrer_id")
        if getattr(event.data, name, None)
    }
    assert len(named) > 2
    assert not [each for each in named if each in held]
