"""Help to attend is asked for after the place itself, in a leg of its own: whatever becomes of it, the place stands."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.referral.domain.leg import Leg
from services.referral.entrypoints.leg_rounds import LegRounds
from services.referral.entrypoints.rounds import HELP_ENDS, HELP_TO_ATTEND
from services.referral.metrics import ReferralMetrics
from services.referral.storage.legs import lock_leg
from services.referral.use_cases.answer_offer import accept_offer, record_completion, record_start
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.help_to_attend import ask_for_help_to_attend
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.access.roles import Role
from shared.events import referral
from shared.events.directory import ServiceWithdrawnV1
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from shared.service_defaults.clock import utc_now
from shared.vocabulary.vocabulary import help_to_attend, needs
from tests.component.referral.golden_messages import AREA, golden, held, service, signal, taken
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller

INTERPRETER = frozenset({"interpreter"})


@pytest.fixture
def rounds(world: ReferralWorld) -> LegRounds:
    return LegRounds(world.pool, world.clock, ReferralMetrics(CollectorRegistry()), world.by)


async def look(rounds: LegRounds) -> int:
    ended = await rounds.until_nothing_is_due(HELP_ENDS)
    return ended + await rounds.until_nothing_is_due(HELP_TO_ATTEND)


async def companions(world: ReferralWorld, kind: str, free: int | None, **changes: Any) -> UUID:
    """A group of people who come along, in Ealing. Gives its pool."""
    pool_id = uuid4()
    along = [{"pool_id": pool_id, "kind": kind}]
    await world.hear_services(service(pools=(), needs=[], companions=along, **changes))
    await world.hear_signals(signal(pool_id, "full" if free == 0 else "open", free))
    return pool_id


async def placed(world: ReferralWorld, **changes: Any) -> Leg:
    """Somebody who has a place, and asked for help to go there."""
    await world.service(("open", 5))
    referred = await world.refer(**{"person": AMINA, "help_to_attend": INTERPRETER, **changes})
    [leg] = referred.legs
    await accepted(world, leg)
    return await world.leg(leg)


async def accepted(world: ReferralWorld, leg: Leg) -> None:
    request = await world.last(referral.PlaceRequestedV1, leg_id=leg.leg_id)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(await world.last(referral.PlaceConfirmedV1, leg_id=leg.leg_id)))


async def beside(world: ReferralWorld, main: Leg) -> list[Leg]:
    rows = await world.pool.fetch(
        "SELECT leg_id FROM legs WHERE beside_leg_id = $1 ORDER BY leg_id", main.leg_id
    )
    return [await world.leg(row["leg_id"]) for row in rows]


async def test_an_interpreter_is_asked_for_once_the_place_is_taken(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    pool_id = await companions(world, "interpreter", 1, languages=["so"])
    await world.service(("open", 5))
    [main] = (await world.refer(person=AMINA, help_to_attend=INTERPRETER)).legs
    assert await look(rounds) == 0
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1, leg_id=main.leg_id)))
    assert await look(rounds) == 0
    await accepted(world, main)

    assert await look(rounds) == 1
    assert await look(rounds) == 0

    [along] = await beside(world, main)
    asked = await world.last(referral.PlaceRequestedV1, leg_id=along.leg_id)
    assert (asked.pool_id, asked.beside_leg_id) == (pool_id, main.leg_id)
    assert (await world.leg(main)).state == "accepted"


async def test_none_is_free_so_the_place_stands_and_all_are_told(
    world: ReferralWorld, rounds: LegRounds, client: httpx.AsyncClient
) -> None:
    pool_id = await companions(world, "interpreter", 0, languages=["so"])
    main = await placed(world)

    await look(rounds)

    [along] = await beside(world, main)
    assert (along.state, (await world.leg(main)).version) == ("waiting", main.version)
    assert await world.heard_of(referral.ReferralWaitListedV1, leg_id=along.leg_id)
    mine = (await client.get(world.my_link(main.referral_id))).text
    assert "Nobody is free for this yet. We keep asking. Your place is yours all the same." in mine
    told = (await client.get(progress_link(world, main))).text
    assert "Nobody is free yet. We keep asking. Your place for them stands." in told
    await world.hear_signals(signal(pool_id, "open", 1, version=2))
    assert (await world.leg(along)).state == "requested"


async def test_nobody_there_can_do_it_and_that_is_counted(world: ReferralWorld, rounds: LegRounds) -> None:
    await companions(world, "interpreter", 3, languages=["bn"])
    main = await placed(world)

    await look(rounds)

    [unmet] = await world.heard_of(referral.ReferralNeedUnmetV1)
    assert (unmet.need, unmet.reason) == ("interpreter", "language")
    assert (await world.leg(main)).state == "accepted"
    assert await look(rounds) == 0


async def test_no_interpreter_where_their_language_is_spoken(world: ReferralWorld, rounds: LegRounds) -> None:
    await companions(world, "interpreter", 1, languages=["so"])
    await world.service(("open", 5), languages=["so", "en"])
    [main] = (await world.refer(person=AMINA, help_to_attend=INTERPRETER)).legs
    await accepted(world, main)

    assert await look(rounds) == 0


async def test_a_place_does_not_wait_for_a_companion_of_whom_nothing_is_heard(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    await companions(world, "interpreter", 1, languages=["so"])
    main = await placed(world)
    await look(rounds)
    [along] = await beside(world, main)

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await record_start(connection, main.leg_id, world.clock(), world.by)
        assert await record_completion(connection, main.leg_id, world.clock(), world.by)
    await look(rounds)

    assert (await world.leg(along)).reason == "main-place-ended"
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1, leg_id=along.leg_id)))
    assert (await world.leg(along)).state == "withdrawn"
    assert len(await world.heard_of(referral.PlaceGivenUpV1, leg_id=along.leg_id)) == 2


async def test_neither_leg_waits_while_the_other_is_in_somebodys_hands(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    await companions(world, "interpreter", 1, languages=["so"])
    main = await placed(world)
    async with asyncio.timeout(20):
        async with transaction(world.pool, EVERYWHERE) as holding:
            await lock_leg(holding, main.leg_id)
            assert await look(rounds) == 0
        assert await look(rounds) == 1
        [along] = await beside(world, main)
        async with transaction(world.pool, EVERYWHERE) as holding:
            await lock_leg(holding, along.leg_id)
            async with transaction(world.pool, EVERYWHERE) as connection:
                assert await record_start(connection, main.leg_id, world.clock(), world.by)
        async with transaction(world.pool, EVERYWHERE) as holding:
            await lock_leg(holding, main.leg_id)
            await accepted(world, along)

    assert [(await world.leg(each)).state for each in (main, along)] == ["started", "accepted"]


async def test_help_ends_with_the_place_and_a_new_place_is_helped_anew(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    await companions(world, "interpreter", 3, languages=["so"])
    main = await placed(world)
    await look(rounds)
    [first] = await beside(world, main)
    await accepted(world, first)
    await world.service(("open", 1))
    closed = main.placement
    assert closed is not None
    await world.hear_services(
        golden(ServiceWithdrawnV1, service_id=closed.service_id, version=9, closed=True)
    )
    await accepted(world, main)

    await look(rounds)

    [before, after] = await beside(world, main)
    assert (before.state, before.leg_id) == ("withdrawn", first.leg_id)
    assert await world.heard_of(referral.PlaceEndedV1, leg_id=first.leg_id)
    assert after.state == "requested"
    assert after.beside != before.beside


async def test_who_stops_the_help_keeps_the_place_and_is_not_asked_again(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    await companions(world, "volunteer", 1, languages=["en"])
    main = await placed(world, help_to_attend=frozenset({"company"}), person=replace(AMINA, language="en"))
    await look(rounds)
    [along] = await beside(world, main)

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await withdraw_need(
            connection, referral_id=main.referral_id, leg_id=along.leg_id, now=world.clock(), by=world.by
        )

    assert await look(rounds) == 0
    assert (await world.leg(main)).state == "accepted"


async def test_nobody_is_referred_to_a_companion(world: ReferralWorld) -> None:
    await companions(world, "interpreter", 3)

    referred = await world.refer("loneliness")

    assert [leg.state for leg in referred.legs] == ["unmet"]
    assert not await world.heard_of(referral.PlaceRequestedV1)


async def test_help_that_is_asked_for_while_they_are_forgotten_goes_with_them(
    world: ReferralWorld, rounds: LegRounds
) -> None:
    await companions(world, "interpreter", 1, languages=["so"])
    main = await placed(world)
    async with transaction(world.pool, EVERYWHERE) as asking:
        assert await ask_for_help_to_attend(asking, world.clock(), world.by) == 1
        forgets = asyncio.create_task(forget(world, main))
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))

    assert await forgets
    assert await world.pool.fetchval("SELECT count(*) FROM legs") == 0
    [erased] = await world.heard_of(referral.PersonErasedV1)
    assert len(erased.leg_ids) == 2


async def test_who_is_referred_again_with_help_is_listed_once(
    client: httpx.AsyncClient, world: ReferralWorld, rounds: LegRounds
) -> None:
    world.clock.now = utc_now()  # tokens are of today
    await companions(world, "interpreter", 5, languages=["so"])
    for _ in range(2):
        main = await placed(world)
        await look(rounds)
        world.clock.pass_time(timedelta(minutes=1))
    assert await beside(world, main)

    staff = bearer(staff_caller(Role.LINK_WORKER, world.clock(), areas=(AREA,)), world.clock())
    page = await client.get("/referral/referred-again", headers=staff)

    assert page.status_code == 200
    assert help_to_attend()["interpreter"].label not in page.text
    assert page.text.count(needs()["loneliness"].label) == 1


async def forget(world: ReferralWorld, leg: Leg) -> bool:
    async with transaction(world.pool, EVERYWHERE) as connection:
        return await erase_person(connection, leg.referral_id, world.clock(), world.vault, world.by)


def progress_link(world: ReferralWorld, leg: Leg) -> str:
    assert leg.placement is not None
    expires, about = world.clock() + timedelta(days=1), leg.placement.request_id
    token = mint(world.settings.link_signing_key, Purpose.PROGRESS, about, expires, AREA)
    return PATHS[Purpose.PROGRESS].format(token=token)
