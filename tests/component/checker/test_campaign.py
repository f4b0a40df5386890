"""Each kind of fault is put into the data by hand and seen by its name; a day's traffic alone has none."""

from collections.abc import Mapping
from datetime import timedelta

import asyncpg
import pytest

from deploy.checker.look import Connection, Findings, look
from deploy.checker.rules import MEANINGS
from tests.component.checker.two_services import TwoServices

Superusers = Mapping[str, "asyncpg.Connection[asyncpg.Record]"]

TABLES = {
    "referral": ("referrals", "legs", "leg_history", "escalations", "outbox_events"),
    "capacity": ("pools", "place_holds"),
}
WITHOUT_CHECKS = "ALTER TABLE legs DROP CONSTRAINT IF EXISTS legs_owed_ck"
ONE = "leg_id = (SELECT leg_id FROM legs WHERE state = '{}' ORDER BY leg_id LIMIT 1)"

# What somebody, or a mistake, could do to the data: of which database, and how.
PLANTS: Mapping[str, tuple[str, str]] = {
    "no-owner": ("referral", f"UPDATE legs SET owner = NULL WHERE {ONE.format('waiting')}"),
    "no-next-step": ("referral", f"UPDATE legs SET next_step = NULL WHERE {ONE.format('accepted')}"),
    "no-due-time": ("referral", f"UPDATE legs SET due_at = NULL WHERE {ONE.format('waiting')}"),
    "overdue-and-not-raised": ("referral", "DELETE FROM escalations WHERE owed_by = 'provider'"),
    "not-raised-again": (
        "referral", "UPDATE escalations SET raised_at = raised_at - interval '2 days' WHERE closed_at IS NULL",
    ),
    "unmet-and-not-told": ("referral", "DELETE FROM escalations WHERE next_step = 'look-at-what-else'"),
    "unmet-without-reason": ("referral", f"UPDATE legs SET reason = NULL WHERE {ONE.format('unmet')}"),
    "due-time-moved-unrecorded": (
        "referral", f"UPDATE legs SET due_at = due_at + interval '1 hour' WHERE {ONE.format('waiting')}",
    ),
    "history-disagrees": (
        "referral",
        ("UPDATE legs SET state = 'withdrawn', owner = NULL, next_step = NULL, due_at = NULL"
        f" WHERE {ONE.format('waiting')}"),
    ),
    "referral-disagrees": (
        "referral",
        "DELETE FROM referrals WHERE referral_id = (SELECT referral_id FROM legs ORDER BY leg_id LIMIT 1)",
    ),
    "referral-without-needs": (
        "referral", "DELETE FROM legs WHERE referral_id = (SELECT referral_id FROM legs ORDER BY leg_id LIMIT 1)",
    ),
    "left-in-matching": (
        "referral",
        f"UPDATE legs SET state = 'matching' WHERE {ONE.format('waiting')}",
    ),
    "capacity-silent": (
        "referral",
        (f"WITH back AS (UPDATE legs SET state = 'accepting' WHERE {ONE.format('accepted')} RETURNING *)"
        " INSERT INTO leg_history (leg_id, area, from_state, to_state, reason, happened_at, due_at)"
        " SELECT leg_id, area, 'offered', 'accepting', 'planted', changed_at, due_at FROM back"),
    ),
    "offer-past-its-time": (
        "referral",
        f"UPDATE legs SET state = 'offered', answer_by = changed_at WHERE {ONE.format('accepted')}",
    ),
    "events-not-said": (
        "referral",
        ("INSERT INTO outbox_events (topic, message_key, headers, payload, created_at)"
        " SELECT 'referral.referrals.v1', 'key', '{}', '', min(changed_at) FROM legs"),
    ),
    "places-do-not-add-up": (
        "capacity", "UPDATE pools SET free = free + held + taken, held = 0, taken = 0 WHERE taken > 0",
    ),
    "place-nobody-wants": (
        "capacity",
        ("UPDATE place_holds SET state = 'held', changed_at = held_at WHERE request_id = ("
        "SELECT request_id FROM place_holds WHERE state = 'freed' ORDER BY request_id LIMIT 1)"),
    ),
    "place-gone": (
        "capacity",
        ("UPDATE place_holds SET state = 'freed' WHERE request_id = ("
        "SELECT request_id FROM place_holds WHERE state = 'taken' ORDER BY request_id LIMIT 1)"),
    ),
    # It came free, and nobody heard of it.
    "waits-beside-space": ("capacity", "UPDATE pools SET free = free + 1, places = places + 1 WHERE status = 'open'"),
}  # fmt: skip


async def save(superusers: Superusers) -> None:
    for service, tables in TABLES.items():
        for table in tables:
            await superusers[service].execute(f"CREATE TEMP TABLE saved_{table} AS SELECT * FROM {table}")


async def restore(superusers: Superusers) -> None:
    for service, tables in TABLES.items():
        for table in tables:
            await superusers[service].execute(
                f"DELETE FROM {table}; INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM saved_{table}"
            )


def told(findings: Findings) -> list[str]:
    return [f"{fault.kind} {fault.id}" for fault in findings.faults]


def test_every_kind_of_fault_is_planted() -> None:
    assert PLANTS.keys() == MEANINGS.keys()


@pytest.mark.timeout(300)
async def test_each_kind_is_seen_by_its_name_and_a_day_of_traffic_has_none(
    both: TwoServices, as_checker: tuple[Connection, Connection], as_superuser: Superusers
) -> None:
    clock = both.world.clock
    await both.open_pool(6, "loneliness")
    await both.open_pool(3, "creative")
    await both.a_day(seed=1)
    after_a_day = await look(*as_checker, clock())
    clock.pass_time(timedelta(days=15))  # somebody with a place was never called
    await both.rounds()
    await both.a_coordinator_acts()
    clock.pass_time(timedelta(minutes=6))
    after_somebody_acted = await look(*as_checker, clock())
    clock.pass_time(timedelta(days=1))
    await both.a_day(seed=2, people_an_hour=1)
    clock.pass_time(timedelta(days=15))
    await both.rounds()
    clock.pass_time(timedelta(minutes=6))
    states = {row["state"] for row in await both.world.pool.fetch("SELECT state FROM legs")}
    owed_by = {row["owed_by"] for row in await both.world.pool.fetch("SELECT owed_by FROM escalations")}

    assert told(after_a_day) == []
    assert told(after_somebody_acted) == []
    assert told(await look(*as_checker, clock())) == []
    assert {"waiting", "accepted", "started", "completed", "withdrawn", "unmet"} <= states
    assert owed_by == {"provider", "coordinator"}

    await as_superuser["referral"].execute(WITHOUT_CHECKS)
    await save(as_superuser)
    unseen = []
    for kind, (service, statement) in PLANTS.items():
        planted = await as_superuser[service].execute(statement)
        assert not planted.endswith(" 0"), f"{kind} was not planted"
        if not (await look(*as_checker, clock())).counts()[kind]:
            unseen.append(kind)
        await restore(as_superuser)

    assert unseen == []
    assert told(await look(*as_checker, clock())) == []
