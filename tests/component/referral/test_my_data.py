"""A person sees all that is held on them, takes it with them, and is forgotten when they ask."""

import asyncio
import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.referral.entrypoints.event_subscribers import on_erasure_answered
from services.referral.entrypoints.rounds import Rounds
from services.referral.metrics import ReferralMetrics
from services.referral.storage.people import PersonDetails, SafeContact
from services.referral.storage.referrals import ReferrerDetails
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.keep_settlement import keep_settlement
from shared.events import capacity, notify, outcomes
from shared.events.envelope import new_event
from shared.events.referral import (
    PersonDescribedV1,
    PersonErasedV1,
    PlaceEndedV1,
    PlaceGivenUpV1,
    PlaceRequestedV1,
    ReferralLinkAskedV1,
    ReferralWithdrawnV1,
)
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import REFERRALS, gp_referral, key
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE
from tests.support.rows_by_area import ROWS_BY_AREA

PERSON = PersonDetails(
    "Canarygiven", "Canaryfamily", date(1951, 4, 23), "so", "9434765919", "canary@example.org", "020 7946 0123",
    "female", SafeContact(("phone",), "Ring after ten"),
)  # fmt: skip
SURGERY = ReferrerDetails("F84001", "The Surgery", "surgery@example.nhs.uk")
AUDIT = {"audit_keys", "audit_records", "audit_unsealed", "audit_chain"}
KEPT_OF_AN_ERASURE = {"erasures", "erasure_answers"} | AUDIT - {"audit_keys"}
ANSWERS = {
    "capacity": capacity.PersonErasureAnsweredV1,
    "notify": notify.PersonErasureAnsweredV1,
    "outcomes": outcomes.PersonErasureAnsweredV1,
}


async def with_a_place_and_an_offer(world: ReferralWorld) -> UUID:
    """A person with one place taken, one offer open and one need that nobody helps with."""
    await world.service(("open", 5), languages=["so"], needs=["loneliness"])
    await world.service(("open", 5), languages=["so"], needs=["housing"])
    referred = await world.refer("loneliness", "housing", "bereavement", person=PERSON, referrer=SURGERY)
    for request in await world.heard_of(PlaceRequestedV1):
        await world.hear_answers(held(request))
    return referred.referral_id


async def erase(client: httpx.AsyncClient, world: ReferralWorld, referral_id: UUID) -> httpx.Response:
    return await client.post(world.my_link(referral_id) + "/erase")


async def count_rows(world: ReferralWorld) -> dict[str, int]:
    return {
        table: int(await world.pool.fetchval(f"SELECT count(*) FROM {table}"))
        for table in sorted(ROWS_BY_AREA["referral"])
    }


@pytest.mark.asvs("V5.4.1", "V5.4.2")
async def test_the_person_sees_what_is_held_and_whom_it_was_shared_with(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)

    page = await client.get(world.my_link(referral_id) + "/export")
    file = await client.get(world.my_link(referral_id) + "/export.json")

    assert (page.status_code, file.status_code) == (200, 200)
    for value in (
        "Canarygiven",
        "1951-04-23",
        "9434765919",
        "canary@example.org",
        "Ring after ten",
        "The Surgery",
    ):
        assert value in page.text
    assert ">no</dd>" in page.text  # only evenings or weekends
    assert ">False<" not in page.text
    said = file.json()
    assert said["not_asked"] == ["capacity", "notify", "outcomes"]
    held_by_kind = {each["what"]: each["records"] for each in said["held"]}
    [shared] = [records for what, records in held_by_kind.items() if what.startswith("Whom we told")]
    assert {record["need"] for record in shared} == {"loneliness", "housing"}
    assert "no-store" in file.headers["cache-control"]
    name = file.headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="kith-[A-Z0-9-]+\.json"', name), name


@pytest.mark.asvs("V3.5.3")
async def test_nobody_is_forgotten_by_looking(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    before = await count_rows(world)

    def without_audit(counted: dict[str, int]) -> dict[str, int]:
        return {table: number for table, number in counted.items() if table not in AUDIT}

    page = await client.get(world.my_link(referral_id) + "/erase")

    assert "We cannot undo this" in page.text
    assert without_audit(await count_rows(world)) == without_audit(before)


async def test_a_person_who_asks_for_it_is_forgotten_and_places_go_back_first(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    described = await world.last(PersonDescribedV1)
    another = await world.refer("bereavement")
    kept = await count_rows(world)

    done = await erase(client, world, referral_id)

    assert done.status_code == 200
    said = await world.outbox()
    erased = await world.last(PersonErasedV1, referral_id=referral_id)
    assert len(erased.leg_ids) == 3
    assert len(erased.request_ids) == 2
    assert {each.request_id for each in await world.heard_of(PlaceGivenUpV1)} == set(erased.request_ids)
    withdrawn = await world.heard_of(ReferralWithdrawnV1, referral_id=referral_id)
    assert all(said.index(each) < said.index(erased) for each in withdrawn)
    tombstone = await world.pool.fetchrow(
        "SELECT topic, message_key, headers FROM outbox_events WHERE payload IS NULL"
    )
    assert tuple(tombstone or ()) == ("referral.people.v1", str(described.person_id), "{}")
    # Of the other person all is there; of this one nothing but that they asked.
    left = await count_rows(world)
    assert left["people"] == left["person_keys"] == left["referrals"] == 1
    assert left["legs"] == len(another.legs)
    assert left["erasures"] == 1
    for table in ROWS_BY_AREA["referral"] - KEPT_OF_AN_ERASURE:
        assert left[table] <= kept[table]
        rows = await world.pool.fetch(f"SELECT * FROM {table}")
        assert str(referral_id) not in repr(rows)
        assert not any(str(leg_id) in repr(rows) for leg_id in erased.leg_ids)


async def test_links_of_a_person_who_was_forgotten_lead_nowhere(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    link = world.my_link(referral_id)

    await client.post(link + "/erase")

    for path in ("", "/export", "/export.json", "/erase"):
        assert (await client.get(link + path)).status_code == 404
    assert (await client.post(link + "/erase")).status_code == 404


async def test_a_person_stops_all_their_links_and_a_new_one_goes_to_their_known_address(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    other = await world.refer("bereavement")
    world.clock.now = utc_now() + timedelta(seconds=1)
    mine, earlier, anothers = (world.my_link(each) for each in (referral_id, referral_id, other.referral_id))

    page = await client.get(mine)
    done = await client.post(mine + "/stop-links")
    old = [(await client.get(each)).status_code for each in (mine, earlier, anothers)]
    again = await client.post(mine + "/stop-links")

    assert "Stop all my links and send me a new one" in page.text
    assert done.status_code == 200
    assert "Canary" not in done.text
    assert "/referral/mine/" not in done.text  # whoever holds the old link does not get the new one
    assert (old, again.status_code) == ([404, 404, 200], 404)
    [asked] = await world.heard_of(ReferralLinkAskedV1)
    assert (asked.referral_id, asked.needs) == (referral_id, ("bereavement", "housing", "loneliness"))
    assert asked.links_valid_from == world.clock().replace(microsecond=0)  # by which outcomes stops its own
    assert 'kith_access_refused_total{reason="link-revoked"} 3.0' in (await client.get("/metrics")).text


async def test_a_link_that_is_made_in_the_second_of_the_stop_works(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    world.clock.now = utc_now().replace(microsecond=999_999)
    stopped, new = world.my_link(referral_id), world.my_link(referral_id)

    await client.post(stopped + "/stop-links")

    assert [(await client.get(each)).status_code for each in (stopped, new)] == [404, 200]


async def test_a_place_that_is_held_or_taken_after_the_person_was_forgotten_is_given_back(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 5), languages=["so"])
    referred = await world.refer("loneliness", person=PERSON)
    request = await world.last(PlaceRequestedV1)
    await erase(client, world, referred.referral_id)

    await world.hear_answers(held(request), taken(request))

    assert len(await world.heard_of(PlaceGivenUpV1, request_id=request.request_id)) == 2
    assert len(await world.heard_of(PlaceEndedV1, request_id=request.request_id)) == 1
    assert (await count_rows(world))["leg_history"] == 0


async def unanswered(world: ReferralWorld) -> float:
    metrics = ReferralMetrics(CollectorRegistry())
    rounds = Rounds(world.settings, world.pool, world.clock, metrics, world.by)
    async with transaction(world.pool, rounds_reach("referral")) as connection:
        await rounds._measure(connection, world.clock())
    return float(metrics.erasures_unanswered._value.get())


@pytest.mark.parametrize("silent", sorted(ANSWERS))
async def test_a_service_that_does_not_answer_in_time_is_counted_until_it_does(
    client: httpx.AsyncClient, world: ReferralWorld, silent: str
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    await erase(client, world, referral_id)
    erased = await world.last(PersonErasedV1)
    assert await unanswered(world) == 0  # there is time left

    world.clock.pass_time(timedelta(hours=2))
    for service in [each for each in ANSWERS if each != silent] + [silent]:
        assert await unanswered(world) == 1
        answer = ANSWERS[service](referral_id=referral_id, person_id=erased.person_id)
        async with transaction(world.pool, EVERYWHERE) as connection:
            await on_erasure_answered(connection, new_event(answer, area=AREA))
    assert await unanswered(world) == 0


async def test_the_reference_stays_until_who_referred_the_person_knows_that_they_have_stopped(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    reference = await world.pool.fetchval("SELECT reference FROM referrals")
    referrer = await world.pool.fetchval("SELECT referrer_id FROM referrals")
    await erase(client, world, referral_id)
    asked = {
        "recipient": {"kind": "referrer", "id": str(referrer)},
        "about": str(referral_id),
        "area": AREA,
    }
    internal = {"authorization": "Bearer internal-key-for-tests"}

    before = await client.post("/internal/recipients", json=asked, headers=internal)
    answer = notify.PersonErasureAnsweredV1(referral_id=referral_id, person_id=uuid4())
    async with transaction(world.pool, EVERYWHERE) as connection:
        await on_erasure_answered(connection, new_event(answer, area=AREA))
    after = await client.post("/internal/recipients", json=asked, headers=internal)

    assert (before.status_code, before.json()["reference"]) == (200, reference)
    assert after.status_code == 404
    assert reference not in repr(await world.pool.fetch("SELECT * FROM erasures"))
    assert await world.pool.fetchval("SELECT count(*) FROM audit_keys") == 1  # of the area: none is made anew


async def test_what_is_settled_while_a_person_is_forgotten_leaves_no_row(world: ReferralWorld) -> None:
    """They answer how they are and ask to be forgotten in the same moment."""
    referred = await world.refer(person=PERSON)
    [leg] = referred.legs
    settled = outcomes.FollowUpSettledV1(
        follow_up_id=uuid4(), referral_id=referred.referral_id, leg_id=leg.leg_id, person_id=leg.person_id,
        occasion="before", settled_by="answered",
    )  # fmt: skip

    async def settle() -> None:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await keep_settlement(connection, new_event(settled, area=AREA), AREA, world.by)

    async def waits_or_is_done() -> bool:
        return settling.done() or await somebody_waits_for_a_lock(world.pool)

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await erase_person(connection, referred.referral_id, world.clock(), world.vault, world.by)
        settling = asyncio.create_task(settle())
        await eventually(waits_or_is_done)
    await settling

    left = await count_rows(world)
    assert left["settled_follow_ups"] == left["legs"] == 0
    assert left["audit_keys"] == 1  # of the area


async def test_the_same_request_again_does_not_bring_back_who_was_forgotten(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    headers, body = key(), gp_referral()
    created = await client.post(REFERRALS, json=body, headers=headers)
    await erase(client, world, UUID(created.json()["referral_id"]))

    again = await client.post(REFERRALS, json=body, headers=headers)
    other = await client.post(REFERRALS, json=gp_referral(needs=["housing"]), headers=headers)

    assert (again.status_code, again.json()["type"]) == (410, "/problems/deleted-at-the-persons-wish")
    assert "referral_id" not in again.json()
    assert other.status_code == 422
    assert (await count_rows(world))["people"] == 0
    kept = await world.pool.fetch("SELECT * FROM idempotency_keys")
    assert created.json()["referral_id"] not in repr(kept)
    assert created.json()["reference"] not in repr(kept)


async def test_a_link_is_about_one_request_and_its_pages_say_so(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    """Who writes somebody else's NHS number into a form must not get to see or delete what is theirs."""
    mine = (await world.refer(person=PERSON)).referral_id
    of_the_same_number = (
        await world.refer("housing", person=replace(PERSON, email="x@example.org"))
    ).referral_id

    shown = await client.get(world.my_link(of_the_same_number) + "/export")
    asked = await client.get(world.my_link(of_the_same_number) + "/erase")
    done = await erase(client, world, of_the_same_number)
    still = await client.get(world.my_link(mine) + "/export")

    assert "canary@example.org" not in shown.text
    assert "canary@example.org" in still.text
    for page in (shown, asked, done):
        assert "has a link of its own" in page.text
