"""A line of people for a bench, at services that are full, as referral and as capacity have them; and what is given of it, checked."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

import asyncpg
import orjson

from services.referral.domain.area_policies import shares_between_boroughs
from services.referral.domain.audit_keys import WrappingKeys
from services.referral.domain.line_queues import InLine
from services.referral.domain.waiting_policy import WAITING_POLICY
from services.referral.domain.wants import Wants
from services.referral.storage.audit_keys import add_keys
from services.referral.storage.copied_services import list_pools
from services.referral.storage.legs import wants_as_json
from shared.events.envelope import Event, new_event
from shared.events.referral import PlaceEndedV1
from shared.postgres.pool import Pool, transaction
from shared.vocabulary.vocabulary import boroughs, needs
from tests.support.line_checker import LineChecker
from tests.support.reaching import EVERYWHERE

Admin: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

SEED = 20_261_122
EVERYWHERE_IS_ONE_IN = 10  # services
LONGEST_WAIT = 120 * 86_400  # seconds
GROUPS = ("homeless-people", "carers", "men", "women", "severe-mental-illness")
AREA_OF_WHO_LEAVES = "E09000009"
LEGS = ("leg_id", "referral_id", "person_id", "area", "need", "wants", "received_at", "state", "waiting_since", "version",
        "changed_at", "owner", "next_step", "due_at")  # fmt: skip
REFERRALS = ("referral_id", "reference", "person_id", "area", "door", "received_at", "consent_at", "risks")
PLACES = ("leg_id", "area", "need", "joined_at")
SERVICES = (
    "service_id",
    "version",
    "organisation_id",
    "everywhere",
    "areas",
    "needs",
    "languages",
    "pool_ids",
)
SIGNALS = ("pool_id", "version", "status", "free", "guess", "guess_version")
POOLS = ("pool_id", "service_id", "service_name", "service_version", "area", "organisation_id", "status", "version",
         "spoken_version", "source", "confirmed_at", "expires_at", "places", "taken")  # fmt: skip
HOLDS = (
    "request_id",
    "pool_id",
    "referral_id",
    "leg_id",
    "area",
    "state",
    "signal_version",
    "held_at",
    "changed_at",
)
# Whoever was refused stands in the line again, where they stood.
STEPS = """
SELECT leg_id, service_id, to_state FROM leg_history WHERE to_state IN ('requested', 'waiting') ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class FullService:
    service_id: UUID
    pool_id: UUID
    need: str
    areas: tuple[str, ...]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class LineOfABench:
    services: Sequence[FullService]
    people: Sequence[InLine]
    leaving: Sequence[Event[PlaceEndedV1]]
    """Who leaves their place, one after the other."""


def make_line(people: int, services: int, releases: int) -> LineOfABench:
    """Somebody suits every service, and more of them than places will come free there."""
    dice = random.Random(SEED)  # noqa: S311 - made-up people
    codes, areas = sorted(needs()), sorted(boroughs())
    full = [_service(number, codes, areas) for number in range(services)]
    began = datetime.now(UTC)
    line = [_person(full[number % services], dice, areas, began) for number in range(people)]
    freed = [dice.choice(full).pool_id for _ in range(releases)]
    return LineOfABench(full, line, [_leaves(pool_id) for pool_id in freed])


def _service(number: int, codes: Sequence[str], areas: Sequence[str]) -> FullService:
    everywhere = number % EVERYWHERE_IS_ONE_IN == 0
    where = () if everywhere else (areas[number % len(areas)],)
    return FullService(uuid4(), uuid4(), codes[number % len(codes)], where, everywhere)


def _person(service: FullService, dice: random.Random, areas: Sequence[str], began: datetime) -> InLine:
    wants = Wants(
        need=service.need, area=dice.choice(service.areas or areas), age=dice.randint(18, 90),
        groups=frozenset(dice.sample(GROUPS, dice.choice([0, 0, 1, 2]))),
    )  # fmt: skip
    return InLine(uuid4(), wants, began - timedelta(seconds=dice.randint(0, LONGEST_WAIT)))


def _leaves(pool_id: UUID) -> Event[PlaceEndedV1]:
    data = PlaceEndedV1(pool_id=pool_id, request_id=uuid4(), referral_id=uuid4(), leg_id=uuid4())
    return new_event(data, area=AREA_OF_WHO_LEAVES)


async def fill_referral(admin: Admin, line: LineOfABench, wrapping: WrappingKeys) -> None:
    """Legs as they stand after months of waiting: their steps are not told, so the triggers that ask for them are off."""
    rows = [(each, uuid4(), uuid4()) for each in line.people]
    legs = [
        (leg.leg_id, referral_id, person_id, leg.wants.area, leg.wants.need,
         orjson.dumps(wants_as_json(leg.wants)).decode(), leg.received_at, "waiting", leg.received_at, 1,
         leg.received_at, "coordinator", "look-at-the-wait", leg.received_at + timedelta(days=200))
        for leg, referral_id, person_id in rows
    ]  # fmt: skip
    referrals = [
        (
            referral_id,
            referral_id.hex,
            person_id,
            leg.wants.area,
            "self",
            leg.received_at,
            leg.received_at,
            "none-known",
        )
        for leg, referral_id, person_id in rows
    ]
    places = [(leg.leg_id, leg.wants.area, leg.wants.need, leg.received_at) for leg in line.people]
    services = [
        (each.service_id, 1, uuid4(), each.everywhere, list(each.areas), [each.need], ["en"], [each.pool_id])
        for each in line.services
    ]
    signals = [(each.pool_id, 1, "open", 0, 0, 1) for each in line.services]
    await admin.execute("SET session_replication_role = replica")
    for table, columns, records in (
        ("referrals", REFERRALS, referrals),
        ("legs", LEGS, legs),
        ("places_in_line", PLACES, places),
        ("copied_services", SERVICES, services),
        ("copied_signals", SIGNALS, signals),
    ):
        await admin.copy_records_to_table(table, records=records, columns=columns)
    await add_keys(admin, [wrapping.new_key(person_id, leg.wants.area)[0] for leg, _, person_id in rows])
    await admin.execute("SET session_replication_role = origin")
    await admin.execute("ANALYZE")


async def fill_capacity(admin: Admin, line: LineOfABench) -> None:
    """Pools without a free place, and in them those who will leave."""
    now = datetime.now(UTC)
    leaving = [each.data for each in line.leaving]
    taken = Counter(each.pool_id for each in leaving)
    pools = [
        (each.pool_id, each.service_id, "Art for all", 1, AREA_OF_WHO_LEAVES, uuid4(), "open", 1, 1, "api", now,
         now + timedelta(days=7), taken[each.pool_id], taken[each.pool_id])
        for each in line.services
    ]  # fmt: skip
    holds = [
        (
            each.request_id,
            each.pool_id,
            each.referral_id,
            each.leg_id,
            AREA_OF_WHO_LEAVES,
            "taken",
            1,
            now,
            now,
        )
        for each in leaving
    ]
    await admin.copy_records_to_table("pools", records=pools, columns=POOLS)
    await admin.copy_records_to_table("place_holds", records=holds, columns=HOLDS)
    await admin.execute("ANALYZE")


async def order_violations(pool: Pool, line: LineOfABench) -> tuple[int, int]:
    """How often somebody was asked for who did not come first by the rule, and how many places were given and kept."""
    checker = LineChecker(WAITING_POLICY, shares_between_boroughs())
    people = {each.leg_id: each for each in line.people}
    for each in line.people:
        checker.joins(each)
    async with transaction(pool, EVERYWHERE) as connection:
        steps = await connection.fetch(STEPS)
        listed = await list_pools(connection, [each.pool_id for each in line.services])
    pools, wrong, given = {each.service_id: each for each in listed}, 0, 0
    for step in steps:
        leg = people[step["leg_id"]]
        if step["to_state"] == "waiting":
            checker.joins(leg)
            given -= 1
            continue
        given += 1
        try:
            checker.check_given(leg, pools[step["service_id"]])
        except AssertionError:
            wrong += 1
            checker.waiting.pop(leg.leg_id, None)
    return wrong, given
