"""Owner, next step and due time of each leg, kept with its step; the database lets no due time move without a record."""

from datetime import timedelta

import asyncpg
import pytest

from services.referral.domain.obligation import STANDARD
from services.referral.use_cases.ask_again import ask_overdue_again
from services.referral.use_cases.lapse_offers import bring_forward_answer_time
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

OWED = "SELECT owner, next_step, due_at FROM legs"
LAST_STEP = "SELECT reason, due_at FROM leg_history ORDER BY id DESC LIMIT 1"


async def test_each_step_leaves_who_acts_next_and_by_when(
    world: ReferralWorld, offered: referral.PlaceRequestedV1
) -> None:
    row = await world.pool.fetchrow(OWED)
    leg = await world.leg(offered.leg_id)

    assert row is not None
    assert tuple(row) == ("provider", "answer-the-offer", leg.answer_by)
    last = await world.pool.fetchrow(LAST_STEP)
    assert last is not None
    assert last["due_at"] == leg.answer_by


async def test_an_offer_that_is_brought_forward_is_due_then_and_says_why(
    world: ReferralWorld, offered: referral.PlaceRequestedV1
) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await bring_forward_answer_time(
            connection, offered.request_id, reason="for-a-demonstration", now=world.clock(), by=world.by
        )

    last = await world.pool.fetchrow(LAST_STEP)
    assert last is not None
    assert tuple(last) == ("for-a-demonstration", world.clock())
    assert (await world.leg(offered.leg_id)).due_at == world.clock()


async def test_saying_a_word_again_leaves_it_due_when_it_was(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    leg = (await world.refer()).legs[0]
    due_at = world.clock() + STANDARD.word_of_place
    world.clock.pass_time(timedelta(minutes=3))

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await ask_overdue_again(connection, world.clock(), world.by, timedelta(minutes=2)) == 1

    assert (await world.leg(leg)).due_at == due_at


@pytest.mark.parametrize(
    "history",
    [
        "",
        (
            "INSERT INTO leg_history (leg_id, area, to_state, happened_at, due_at)"
            " SELECT leg_id, area, state, now(), due_at + interval '1 day' FROM legs;"
        ),
        (
            "INSERT INTO leg_history (leg_id, area, to_state, reason, happened_at, due_at)"
            " SELECT leg_id, area, state, 'another', now(), due_at + interval '2 days' FROM legs;"
        ),
    ],
    ids=["no record", "a record without a reason", "a record of another time"],
)
async def test_no_due_time_moves_without_a_record_of_it(world: ReferralWorld, history: str) -> None:
    await world.service(("full", 0))
    await world.refer()

    async with transaction(world.pool, EVERYWHERE) as connection:
        if history:
            await connection.execute(history)
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute("UPDATE legs SET due_at = due_at + interval '1 day'")


@pytest.mark.parametrize("column", ["owner", "next_step", "due_at"])
async def test_no_leg_that_is_not_over_is_without_any_of_the_three(world: ReferralWorld, column: str) -> None:
    await world.service(("full", 0))
    await world.refer()

    with pytest.raises(asyncpg.CheckViolationError):
        await world.pool.execute(f"UPDATE legs SET {column} = NULL")


async def test_who_is_over_owes_and_is_owed_nothing(world: ReferralWorld) -> None:
    await world.refer("housing")

    row = await world.pool.fetchrow(OWED)
    assert row is not None
    assert tuple(row) == (None, None, None)
