"""What is told in the open of what a service did for people: enough people, once a week, and nobody to be worked out."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

import pytest

from services.outcomes.bootstrap import EVIDENCE_EVERY
from services.outcomes.domain.follow_up import Occasion, follow_up_id
from services.outcomes.entrypoints.evidence_clock import say_evidence
from services.outcomes.storage.measure_rows import MeasureRow, keep_measure
from services.outcomes.use_cases import say_evidence as use_case
from services.outcomes.use_cases.copy_service import copy_service
from shared.events.directory import ServicePublishedV1
from shared.events.envelope import Event
from shared.events.outcomes import ServiceEvidenceChangedV1
from shared.events.referral import PersonErasedV1
from shared.postgres.pool import transaction
from tests.component.outcomes.journey import START, Journey
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.component.referral.golden_messages import golden
from tests.support.reaching import EVERYWHERE

TEA, REFUGE = UUID(int=1), UUID(int=2)
WEEK = timedelta(days=7)
YEAR = timedelta(days=365)
BEFORE = Decimal("19.25")


@dataclass(frozen=True)
class Came:
    """One person at one service: when, and how much they changed where they answered twice."""

    journey: Journey
    at: datetime
    change: Decimal | None = None
    answered_at: datetime | None = None


async def publish(
    world: OutcomesWorld, service_id: UUID, *, sensitive: bool = False, version: int = 1
) -> None:
    event = golden(ServicePublishedV1, "minimal", service_id=service_id, version=version, sensitive=sensitive)
    async with transaction(world.pool) as connection:
        await copy_service(connection, event.data)


async def come(
    world: OutcomesWorld,
    service_id: UUID = TEA,
    change: str | None = None,
    at: datetime | None = None,
    answered_at: datetime | None = None,
) -> Came:
    """Each a minute after the one before, unless the test says when."""
    journey = Journey(service_id=service_id, now=at or world.clock())
    world.clock.move(timedelta(minutes=1))
    await world.hear(journey.received(), journey.accepted(), journey.started())
    if change is None:
        return Came(journey, journey.started_at)
    told_at = answered_at or journey.now + timedelta(hours=1)
    await answer(world, journey, "before", BEFORE, journey.now)
    await answer(world, journey, "after", BEFORE + Decimal(change), told_at)
    return Came(journey, journey.started_at, Decimal(change), told_at)


async def answer(
    world: OutcomesWorld, journey: Journey, occasion: Occasion, score: Decimal, at: datetime
) -> None:
    measure = MeasureRow(
        follow_up_id(journey.leg_id, occasion), journey.referral_id, journey.person_id, journey.area, occasion,
        "swemwbs", score, at,
    )  # fmt: skip
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_measure(connection, measure)


async def told(world: OutcomesWorld, after: timedelta = WEEK) -> list[ServiceEvidenceChangedV1]:
    """What is said once this time has gone by, and not before."""
    known = len(await evidence_said(world))
    world.clock.move(after)
    await say_evidence(world.pool, EVIDENCE_EVERY, world.clock)
    return [event.data for event in (await evidence_said(world))[known:]]


async def evidence_said(world: OutcomesWorld) -> list[Event[Any]]:
    return await world.said(ServiceEvidenceChangedV1.event_type)


async def test_what_a_service_did_is_told_of_whole_groups_of_five(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    changes = ["4.00", "3.10", "2.05", "0.00", "-1.25", "20.00"]
    came = [await come(world, change=change) for change in changes]
    for _ in range(6):
        await come(world)

    [said] = await told(world)

    assert said == ServiceEvidenceChangedV1(
        service_id=TEA,
        version=1,
        as_of=date(2026, 11, 23),
        placed=10,
        helped=10,
        answered=5,
        instrument="swemwbs",
        mean_change=Decimal("1.6"),  # of the first five: 7.90 / 5
        felt="most-better",
    )
    [event] = await evidence_said(world)
    assert event.area is None
    stated = event.body().decode() + str(event.headers())
    assert not any(str(each.journey.person_id) in stated for each in came)


async def test_four_people_are_too_few_to_be_told_of(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    for _ in range(4):
        await come(world, change="3.00")

    assert await told(world) == []


async def test_who_answered_too_seldom_is_left_out_of_what_is_told(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    for change in ("3.00", "3.00", "3.00", "3.00", None, None):
        await come(world, change=change)

    [said] = await told(world)

    assert (said.helped, said.answered, said.mean_change, said.felt) == (5, None, None, None)


async def test_nothing_is_told_of_a_sensitive_service_or_one_that_nobody_knows(world: OutcomesWorld) -> None:
    await publish(world, REFUGE, sensitive=True)
    for service_id in (REFUGE, UUID(int=3)):
        for _ in range(10):
            await come(world, service_id, change="3.00")

    assert await told(world) == []
    assert await world.pool.fetchval("SELECT count(*) FROM said_evidence") == 0


async def test_what_was_told_is_taken_back_at_once_when_the_service_becomes_sensitive(
    world: OutcomesWorld,
) -> None:
    await publish(world, TEA)
    for _ in range(5):
        await come(world, change="3.00")
    assert [said.helped for said in await told(world)] == [5]

    await publish(world, TEA, sensitive=True, version=2)
    [said] = await told(world, timedelta(seconds=5))

    assert said == ServiceEvidenceChangedV1(service_id=TEA, version=2, as_of=date(2026, 11, 23))
    assert await told(world) == []


async def test_in_the_middle_of_a_week_nothing_is_told(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    for _ in range(5):
        await come(world)
    assert len(await told(world)) == 1
    for _ in range(5):
        await come(world)

    assert await told(world, timedelta(hours=1)) == []
    assert [said.helped for said in await told(world)] == [10]


async def test_one_person_more_changes_nothing_that_is_told(world: OutcomesWorld) -> None:
    """By subtracting two tellings nobody learns what became of the person who came in between."""
    await publish(world, TEA)
    for _ in range(5):
        await come(world, change="1.00")
    assert len(await told(world)) == 1

    for _ in range(4):
        await come(world, change="-12.00")
        assert await told(world) == []
    await come(world, change="-12.00")
    assert [(said.helped, said.answered, said.mean_change) for said in await told(world)] == [
        (10, 10, Decimal("-5.5"))
    ]


async def test_whoever_is_forgotten_is_not_seen_in_what_is_told(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    [first, *_] = [
        await come(world, change=change) for change in ("16.00", "1.00", "1.00", "1.00", "1.00", "-7.00")
    ]
    assert [said.mean_change for said in await told(world)] == [Decimal("4.0")]

    forgotten = golden(
        PersonErasedV1,
        "minimal",
        referral_id=first.journey.referral_id,
        person_id=first.journey.person_id,
    )
    await world.hear_as_subscribed(Event(forgotten.id, forgotten.time, first.journey.area, forgotten.data))

    assert await told(world) == []


async def test_what_is_older_than_a_year_is_told_no_more(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    for _ in range(5):
        await come(world, change="3.00")
    assert len(await told(world)) == 1

    assert await told(world, YEAR - 2 * WEEK) == []
    [said] = await told(world, 2 * WEEK)
    assert said == ServiceEvidenceChangedV1(service_id=TEA, version=2, as_of=said.as_of)


async def test_a_person_who_comes_for_two_things_counts_once(world: OutcomesWorld) -> None:
    await publish(world, TEA)
    [first, *_] = [await come(world) for _ in range(4)]
    again = Journey(service_id=TEA, person_id=first.journey.person_id, now=world.clock())
    await world.hear(again.received(), again.accepted(), again.started())

    assert await told(world) == []


async def test_two_workers_and_many_services_are_told_once_each(
    world: OutcomesWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use_case, "AT_ONCE", 2)
    services = [UUID(int=number) for number in range(1, 6)]
    for service_id in services:
        await publish(world, service_id)
        for _ in range(5):
            await come(world, service_id)
    world.clock.move(WEEK)

    await asyncio.gather(*(say_evidence(world.pool, EVIDENCE_EVERY, world.clock) for _ in range(3)))

    assert sorted(event.data.service_id for event in await evidence_said(world)) == services


async def test_what_is_told_agrees_with_counting_by_hand_week_by_week(world: OutcomesWorld) -> None:
    """And between any two tellings whole groups of people come and go."""
    seeded = random.Random(20261122)  # noqa: S311 - the same people each time
    await publish(world, TEA)
    came = []
    for _ in range(45):
        at = START - timedelta(hours=seeded.randrange(0, 24 * 700))
        change = f"{seeded.randrange(-600, 1500) / 100:.2f}" if seeded.random() < 0.7 else None
        later = at + timedelta(days=84 + seeded.randrange(0, 20))
        came.append(await come(world, change=change, at=at, answered_at=later))
    world.clock.now = START - timedelta(days=700)
    groups: set[frozenset[UUID]] = set()
    shown: tuple[int | None, int | None, Decimal | None] = (None, None, None)

    for _ in range(170):
        said = await told(world)
        as_of = world.clock() - (world.clock() - datetime(1970, 1, 5, tzinfo=UTC)) % WEEK
        helped, answered, counted = by_hand(came, as_of)
        assert all(len(group) == 5 for group in counted ^ groups)
        groups = counted
        shown = (said[-1].helped, said[-1].answered, said[-1].mean_change) if said else shown
        assert shown == (helped, *answered)
    assert shown == (None, None, None)
    versions = [event.data.version for event in await evidence_said(world)]
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) > 20


def by_hand(
    came: list[Came], as_of: datetime
) -> tuple[int | None, tuple[int | None, Decimal | None], set[frozenset[UUID]]]:
    helped = whole({each.journey.person_id: each.at for each in came}, as_of)
    changes = {each.journey.person_id: each.change for each in came if each.change is not None}
    answered = whole({each.journey.person_id: each.answered_at for each in came if each.answered_at}, as_of)
    people = [person for group in answered for person in group]
    mean = sum((changes[person] for person in people), Decimal(0)) / len(people) if people else None
    shown = None if mean is None else mean.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return len(helped) * 5 or None, (len(people) or None, shown), {*answered}


def whole(moments: Mapping[UUID, datetime], as_of: datetime) -> list[frozenset[UUID]]:
    """Groups of five in order of time, of which the last person came within the year."""
    ordered = sorted((at, person) for person, at in moments.items() if at < as_of)
    groups = [ordered[start : start + 5] for start in range(0, len(ordered), 5)]
    return [
        frozenset(person for _, person in group)
        for group in groups
        if len(group) == 5 and group[-1][0] >= as_of - YEAR
    ]
