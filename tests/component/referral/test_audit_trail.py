"""What is recorded of each act, in its transaction; who may read it, and that the service itself cannot change it."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from deploy.provision.databases import dsn_for
from services.referral.bootstrap import make_parts
from services.referral.domain.audit_act import Act, ActorKind, AuditPurpose, RecordKind
from services.referral.domain.audit_chain import record_bytes
from services.referral.domain.audit_keys import area_subject
from services.referral.entrypoints.audit_words import words_for_person
from services.referral.settings import ReferralSettings
from services.referral.storage.audit_chain import RECORD
from services.referral.storage.erasure import KnownReferral, record_erasure
from services.referral.storage.referrals import ReferrerDetails
from services.referral.use_cases.copy_signals import copy_signals
from services.referral.use_cases.erase_person import erase_person
from services.referral.use_cases.read_audit import Search, search
from shared.access.roles import Role
from shared.access.vocabulary import Verb
from shared.events import referral
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, refused, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import REFERRALS, gp_referral, key
from tests.support.databases import TestDatabase
from tests.support.reaching import EVERYWHERE
from tests.support.service_in_process import service_in_process
from tests.support.sign_in import SYSTEM_ID, bearer, staff_caller

NEWHAM = "E09000025"


def a_referral() -> KnownReferral:
    return KnownReferral(uuid4(), "K-TEST", None, (), ())


async def acts(world: ReferralWorld, person_id: UUID | None = None) -> list[Act]:
    """All that was recorded, in order."""
    async with world.pool.acquire() as connection:
        page = await search(
            connection, world.by.trail, Search(frozenset({AREA, NEWHAM}), person_id=person_id)
        )
    return [each.act for each in reversed(page.records) if each.act]


async def record_and_fail(world: ReferralWorld, *acts: Act) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        for act in acts:
            await world.by.record(connection, act)
        raise ZeroDivisionError


@pytest.mark.asvs("V16.2.1")
async def test_a_gp_s_referral_is_one_record_in_the_trace_of_the_request(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))

    created = await client.post(REFERRALS, json=gp_referral(needs=["loneliness", "housing"]), headers=key())

    [act] = await acts(world)
    assert (act.actor.kind, act.actor.id, act.purpose) == (
        ActorKind.SYSTEM,
        str(SYSTEM_ID),
        AuditPurpose.REFERRING,
    )
    assert (act.verb, act.object_kind) == (Verb.CREATE, RecordKind.REFERRAL)
    assert str(act.referral_id) == str(act.object_id) == created.json()["referral_id"]
    assert act.person_id == await world.pool.fetchval("SELECT person_id FROM referrals")


@pytest.mark.asvs("V2.3.3", "V16.5.3")
async def test_what_is_rolled_back_was_not_recorded(world: ReferralWorld) -> None:
    referred = await world.refer()
    act = world.by.act(Verb.READ, RecordKind.PERSON, uuid4(), area=AREA, person_id=uuid4())

    with pytest.raises(ZeroDivisionError):
        await record_and_fail(world, act)

    assert {act.referral_id for act in await acts(world)} == {referred.referral_id}


async def test_a_key_of_a_transaction_that_failed_is_not_used_again(world: ReferralWorld) -> None:
    person_id = uuid4()
    act = world.by.act(Verb.READ, RecordKind.PERSON, person_id, area=AREA, person_id=person_id)
    with pytest.raises(ZeroDivisionError):
        await record_and_fail(world, act, act)

    async with transaction(world.pool, EVERYWHERE) as connection:
        await world.by.record(connection, act)

    assert [each.person_id for each in await acts(world, person_id)] == [person_id]


async def test_many_acts_of_one_transaction_are_one_statement_with_its_events(world: ReferralWorld) -> None:
    [pool_id] = await world.service(("full", 0))
    legs = [(await world.refer()).legs[0] for _ in range(5)]
    seen: list[str] = []
    async with transaction(world.pool, EVERYWHERE) as connection:
        with connection.query_logger(lambda query: seen.append(query.query)):
            await copy_signals(connection, [signal(pool_id, "open", 5, version=2)], world.clock(), world.by)

    writing = [query for query in seen if "INSERT INTO audit_records" in query]
    assert writing == [query for query in seen if "INSERT INTO outbox_events" in query]
    assert len(writing) == 1
    changed = [act for act in await acts(world) if act.verb is Verb.CHANGE]
    assert {act.object_id for act in changed} == {leg.leg_id for leg in legs}
    assert {(act.actor.kind, act.purpose) for act in changed} == {
        (ActorKind.SERVICE, AuditPurpose.ALLOCATION)
    }


@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("times", [1, 2])
async def test_however_many_people_are_new_and_acts_there_are_all_are_read_again(
    world: ReferralWorld, people: int, times: int
) -> None:
    new = [uuid4() for _ in range(people)]
    first = [
        world.by.act(Verb.CREATE, RecordKind.PERSON, each, area=AREA, person_id=each, person_is_new=True)
        for each in new
    ]
    async with transaction(world.pool, EVERYWHERE) as connection:
        await world.by.record(connection, *first * times)

    assert [act.object_id for act in await acts(world)] == new * times
    assert await world.pool.fetchval("SELECT count(*) FROM audit_unsealed") == people * times


async def test_the_router_is_named_as_the_system_itself(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(refused(request, "full"))

    last = (await acts(world))[-1]
    assert (last.actor.kind, last.actor.id, last.object_id) == (
        ActorKind.SERVICE, "referral", request.leg_id,
    )  # fmt: skip


async def test_a_provider_is_named_by_its_organisation_and_a_person_by_their_id(
    client: httpx.AsyncClient, world: ReferralWorld, settings: ReferralSettings
) -> None:
    await world.service(("open", 1))
    referred = await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    organisation = await world.pool.fetchval("SELECT organisation_id FROM legs")
    until = world.clock() + timedelta(days=1)
    offer = mint(settings.link_signing_key, Purpose.OFFER, request.request_id, until)
    mine = mint(settings.link_signing_key, Purpose.MY_REFERRAL, referred.referral_id, until)

    await client.get(PATHS[Purpose.OFFER].format(token=offer))
    await client.post(PATHS[Purpose.OFFER].format(token=offer), data={"answer": "decline", "reason": "other"})
    await client.get(PATHS[Purpose.MY_REFERRAL].format(token=mine))

    read, declined, looked = (await acts(world))[-3:]
    assert {(act.actor.kind, act.actor.id) for act in (read, declined)} == {
        (ActorKind.PROVIDER, str(organisation))
    }
    assert (looked.actor.kind, looked.actor.id) == (ActorKind.PERSON, str(referred.legs[0].person_id))


@pytest.mark.asvs("V16.4.2")
async def test_the_service_cannot_change_what_it_recorded(world: ReferralWorld) -> None:
    await world.refer()
    for statement in (
        "UPDATE audit_records SET area = area",
        "DELETE FROM audit_records",
        "TRUNCATE audit_records",
        "UPDATE audit_chain SET position = position",
        "DELETE FROM audit_chain",
        "TRUNCATE audit_chain",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await world.pool.execute(statement)


@pytest.mark.asvs("V14.2.4")
async def test_a_stored_record_says_nothing_of_whom_it_is_about(world: ReferralWorld) -> None:
    referred = await world.refer()
    rows = [dict(row) for row in await world.pool.fetch("SELECT * FROM audit_records")]

    everything = json.dumps(
        rows, default=lambda value: value.hex() if isinstance(value, bytes) else str(value)
    )
    for named in (referred.legs[0].person_id, referred.referral_id):
        assert str(named) not in everything
        assert named.bytes not in b"".join(row["body"] for row in rows)


async def test_the_stored_bytes_are_those_that_the_chain_is_said_to_cover(world: ReferralWorld) -> None:
    """PostgreSQL hands them over; what a stranger would put together by the description is the same."""
    await world.refer()
    row = await world.pool.fetchrow(f"SELECT r.*, {RECORD} AS bytes FROM audit_records r")
    assert row is not None
    made = record_bytes(
        UUID(bytes=row["record_id"].bytes), row["recorded_at"], UUID(bytes=row["key_id"].bytes),
        row["actor_tag"], row["area"], row["body"],
    )  # fmt: skip

    assert made == row["bytes"]


async def test_without_the_person_s_key_nothing_can_be_read_or_found(world: ReferralWorld) -> None:
    forgotten, other = await world.refer(), await world.refer()
    person_id = forgotten.legs[0].person_id
    async with transaction(world.pool, EVERYWHERE) as connection:
        await erase_person(connection, forgotten.referral_id, world.clock(), world.vault, world.by)

    assert await acts(world, person_id) == []
    assert {act.referral_id for act in await acts(world)} == {other.referral_id, None}
    assert await world.pool.fetchval("SELECT count(*) FROM audit_records WHERE octet_length(body) > 32") > 2


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_keys",
        "UPDATE audit_keys SET wrapped = ''",
        "TRUNCATE audit_keys",
        "ALTER TABLE audit_keys DISABLE TRIGGER ALL",
    ],
)
async def test_the_service_s_role_cannot_silence_a_living_person(
    world: ReferralWorld, statement: str
) -> None:
    person_id = (await world.refer()).legs[0].person_id
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await world.pool.execute(statement)

    assert len(await acts(world, person_id)) == 1


async def pretend_an_erasure(world: ReferralWorld, person_id: UUID) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        await record_erasure(connection, a_referral(), person_id, AREA, world.clock())
        await world.by.trail.forget(connection, person_id)


async def test_not_even_with_an_erasure_that_never_was(world: ReferralWorld) -> None:
    person_id = (await world.refer()).legs[0].person_id

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pretend_an_erasure(world, person_id)

    assert len(await acts(world, person_id)) == 1


@pytest.mark.parametrize("whose", ["person", "area"])
async def test_a_changed_key_makes_its_records_unreadable_and_stops_nothing(
    client: httpx.AsyncClient,
    world: ReferralWorld,
    settings: ReferralSettings,
    referral_database: TestDatabase,
    whose: str,
) -> None:
    world.clock.now = utc_now()
    referred = await world.refer()
    reference = await world.pool.fetchval("SELECT reference FROM referrals")
    await client.get("/referral/audit", headers=auditor())
    await flip_a_byte(
        referral_database, referred.legs[0].person_id if whose == "person" else area_subject(AREA)
    )

    async with service_in_process("referral", make_parts, settings, world.pool, world.clock) as fresh:
        pages = [
            await fresh.get("/referral/audit", headers=auditor()),
            await fresh.post("/referral/audit", data={"person": reference}, headers=auditor()),
            await fresh.post("/referral/audit", data={"actor": "referral"}, headers=auditor()),
        ]
        later = await fresh.post("/referral/audit", data={"person": reference}, headers=auditor())
        metrics = (await fresh.get("/metrics")).text

    assert {page.status_code for page in pages} == {200}
    assert "No longer readable" in pages[0].text
    assert str(referred.legs[0].person_id) in later.text
    assert "kith_audit_keys_unreadable_total 0.0" not in metrics


async def flip_a_byte(database: TestDatabase, subject: UUID) -> None:
    superuser = await asyncpg.connect(dsn_for(database.admin_dsn, database=database.name))
    await superuser.execute(
        "UPDATE audit_keys SET wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1) WHERE subject = $1",
        subject,
    )
    await superuser.close()


def auditor(area: str = AREA, role: Role = Role.AUDITOR) -> dict[str, str]:
    now = utc_now()
    return bearer(staff_caller(role, now, areas=(area,)), now) | {"accept": "text/html"}


async def test_an_auditor_finds_by_person_actor_and_day(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    world.clock.now = utc_now()
    created = (await client.post(REFERRALS, json=gp_referral(), headers=key())).json()
    other = (await client.post(REFERRALS, json=gp_referral(), headers=key())).json()

    async def found(**asked: str) -> tuple[bool, bool]:
        page = await client.post("/referral/audit", data=asked, headers=auditor())
        assert page.status_code == 200
        return created["referral_id"] in page.text, other["referral_id"] in page.text

    today = f"{utc_now().date()}"
    assert await found() == (True, True)
    assert await found(person=created["reference"].lower()) == (True, False)
    assert await found(person="AAA-AAA-AAA") == (False, False)
    assert await found(actor=str(SYSTEM_ID)) == (True, True)
    assert await found(actor=str(uuid4())) == (False, False)
    assert await found(day="2020-01-01") == (False, False)
    assert await found(day=today, actor=str(SYSTEM_ID), person=other["reference"]) == (False, True)


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "1900-01-01"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"day": "1999-12-31"},
        {"day": "2100-01-01"}, {"person": "\x00"}, {"person": "A\x1fB"}, {"actor": "a\x00"},
    ],
)  # fmt: skip
async def test_a_search_that_no_record_can_answer_is_told_in_plain_words(
    client: httpx.AsyncClient, world: ReferralWorld, asked: dict[str, str]
) -> None:
    world.clock.now = utc_now()
    page = await client.post("/referral/audit", data=asked, headers=auditor())

    assert page.status_code == 422
    words = "Enter a day like 2026-11-22" if "day" in asked else "Use letters, digits and dashes alone"
    assert words in page.text


@pytest.mark.parametrize("day", ["2000-01-01", "2099-12-31"])
async def test_the_first_and_the_last_day_can_be_searched(
    client: httpx.AsyncClient, world: ReferralWorld, day: str
) -> None:
    world.clock.now = utc_now()
    assert (await client.post("/referral/audit", data={"day": day}, headers=auditor())).status_code == 200


@pytest.mark.asvs("V16.4.2")
async def test_an_auditor_sees_no_other_area_and_other_roles_see_nothing(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    world.clock.now = utc_now()
    created = (await client.post(REFERRALS, json=gp_referral(), headers=key())).json()
    asked = {"person": created["reference"]}

    elsewhere = await client.post("/referral/audit", data=asked, headers=auditor(NEWHAM))
    operator = await client.post("/referral/audit", data=asked, headers=auditor(role=Role.OPERATOR))
    nobody = await client.get("/referral/audit", headers={"authorization": ""})

    assert created["referral_id"] not in elsewhere.text
    assert (elsewhere.status_code, operator.status_code) == (200, 403)
    assert nobody.status_code in {303, 401}


async def test_what_an_auditor_looks_at_is_recorded_too(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    world.clock.now = utc_now()
    referred = await world.refer()
    reference = await world.pool.fetchval("SELECT reference FROM referrals")
    await client.post("/referral/audit", data={"person": reference}, headers=auditor())

    last = (await acts(world))[-1]
    assert (last.actor.kind, last.actor.role, last.object_kind) == (
        ActorKind.STAFF, Role.AUDITOR, RecordKind.AUDIT_TRAIL,
    )  # fmt: skip
    assert last.person_id == referred.legs[0].person_id


async def test_older_records_are_on_the_next_page(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    world.clock.now = utc_now()
    referred = [await world.refer() for _ in range(51)]
    newest = await client.get("/referral/audit", headers=auditor())
    [before] = newest.text.split('name="before" value="')[1:]

    older = await client.post("/referral/audit", data={"before": before.split('"')[0]}, headers=auditor())

    assert str(referred[0].referral_id) not in newest.text
    assert str(referred[0].referral_id) in older.text
    assert str(referred[50].referral_id) not in older.text


async def test_a_person_sees_in_plain_words_who_has_seen_their_record(
    client: httpx.AsyncClient, world: ReferralWorld, settings: ReferralSettings
) -> None:
    await world.service(("open", 1))
    surgery = gp_referral(referrer={"practice_code": "F84001", "name": "S", "email": "s@example.nhs.uk"})
    created = (await client.post(REFERRALS, json=surgery, headers=key())).json()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    until = world.clock() + timedelta(days=1)
    offer = mint(settings.link_signing_key, Purpose.OFFER, request.request_id, until)
    await client.get(PATHS[Purpose.OFFER].format(token=offer))
    person = await world.pool.fetchval("SELECT person_id FROM referrals")
    await client.post(
        "/internal/recipients",
        json={"recipient": {"kind": "person", "id": str(person)}, "area": AREA},
        headers={"authorization": "Bearer internal-key-for-tests"},
    )
    other = await world.refer()
    token = mint(settings.link_signing_key, Purpose.MY_REFERRAL, UUID(created["referral_id"]), until)

    page = await client.get(PATHS[Purpose.MY_REFERRAL].format(token=token) + "/seen")

    for words in (
        "The organisation that referred you", "asked for help for you", "A group that we asked to help you",
        "your name was not shown", "used your contact details to send you a message",
    ):  # fmt: skip
        assert words in page.text
    assert str(other.referral_id) not in page.text
    assert str(person) not in page.text


async def test_a_message_to_who_referred_them_is_seen_by_the_person(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await world.refer(referrer=ReferrerDetails("F84001", "The Surgery", "s@example.nhs.uk"))
    referrer = await world.pool.fetchval("SELECT referrer_id FROM referrals")
    link = {"purpose": "my-referral", "subject": str(referred.referral_id)}

    await client.post(
        "/internal/recipients",
        json={"recipient": {"kind": "referrer", "id": str(referrer)}, "link": link, "area": AREA},
        headers={"authorization": "Bearer internal-key-for-tests"},
    )

    last = (await acts(world))[-1]
    assert (last.purpose, last.object_kind) == (AuditPurpose.MESSAGE, RecordKind.REFERRAL)
    assert words_for_person(last)[1] == "told whoever referred you how things are going"
