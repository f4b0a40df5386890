"""A person of canary words goes the whole way and asks to be forgotten; then every raw file is searched for them."""

import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from shared.events.envelope import Event
from shared.events.referral import PersonDescribedV1
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.notify.real_mail_server import Mailbox, real_mail_server
from tests.component.referral.golden_messages import AREA, service
from tests.component.tenancy.raw_search import (
    all_records,
    encodings,
    files_with_content,
    found_in_files,
    spellings,
)
from tests.component.tenancy.whole_system import ORIGIN, SECRET, SERVICES, WholeSystem, whole_system
from tests.support.eventually import eventually
from tests.support.rows_about import TO_THE_LOG, tables_with
from tests.support.sign_in import system_bearer

GROUP = "irish-community"  # a characteristic that nobody else in this world has, neither person nor service
CANARIES = {
    "given_name": "Canarygiven",
    "family_name": "Canaryfamily",
    "date_of_birth": "1951-04-23",
    "nhs_number": "9434765919",
    "email": "canary@example.org",
    "phone": "020 7946 0123",
}
NOTE = "Canarynote: ring the bell twice"
WORDS = [*CANARIES.values(), "23 April 1951", "943 476 5919", "+442079460123", "Canarynote"]
IN_ANY_CASE = {form for each in WORDS for form in spellings(each)}
IN_ANY_CASE |= encodings(CANARIES["given_name"]) | encodings(CANARIES["family_name"])
ORGANISATION = uuid4()
# The ids that stay, so that nobody comes back, and who has answered.
TOMBSTONES = {
    "directory": set(),
    "capacity": {"erased_referrals"},
    "referral": {"erasures", "erasure_answers", "link_subjects"},
    "outcomes": {"erased_referrals"},
    "notify": {"erased_people", "erased_referrals"},
}
AUTHORISED = system_bearer("referrals:write", "referrals:read", "signals:write", "operate")


@dataclass
class Canary:
    """The person as the test knows them."""

    referral_id: UUID
    person_id: UUID
    sealed: bytes
    wrapped_key: bytes
    tokens: Collection[str]
    ids: Collection[UUID]

    @property
    def secret(self) -> list[bytes]:
        """What must be nowhere when they are forgotten, as it is."""
        return [GROUP.encode(), self.sealed, self.wrapped_key]


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with real_mail_server() as found:
        yield found


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20, headers=AUTHORISED) as found:
        yield found


def body(**person: Any) -> dict[str, Any]:
    return {
        "person": {"given_name": "Noor", "family_name": "Other", "date_of_birth": "1970-01-01", **person},
        "area": AREA,
        "needs": ["loneliness", "bereavement"],
        "consent": True,
        "risks": "none-known",
        "referrer": {"practice_code": "F84001", "name": "The Surgery", "email": "surgery@example.nhs.uk"},
    }


async def publish(system: WholeSystem, event: Event[Any]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=system.kafka)
    await producer.start()
    headers = [(name, value.encode()) for name, value in event.headers().items()]
    await producer.send_and_wait(event.data.topic, event.body(), key=event.subject.encode(), headers=headers)
    await producer.stop()


async def refer(system: WholeSystem, client: httpx.AsyncClient, sent: dict[str, Any]) -> dict[str, Any]:
    headers = {"idempotency-key": uuid4().hex}
    answer = await client.post(system.url("referral") + "/referral/api/referrals", json=sent, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def leg_of(
    system: WholeSystem, client: httpx.AsyncClient, referral_id: str, state: str
) -> dict[str, Any]:
    answer = await client.get(f"{system.url('referral')}/referral/api/referrals/{referral_id}")
    [leg] = [each for each in answer.json()["legs"] if each["need"] == "loneliness"]
    assert leg["state"] == state, leg["state"]
    return dict(leg)


def link(system: WholeSystem, purpose: Purpose, subject: UUID | str) -> str:
    owner = "outcomes" if purpose is Purpose.MEASURE else "referral"
    token = mint(SecretStr(SECRET), purpose, UUID(str(subject)), datetime.now(UTC) + timedelta(days=1), AREA)
    return system.url(owner) + PATHS[purpose].format(token=token)


async def open_a_service(system: WholeSystem, client: httpx.AsyncClient) -> None:
    pool_id = uuid4()
    directory = await system.as_superuser("directory")
    await directory.execute(
        "INSERT INTO organisations (id, name, document, referrals_email, digest) VALUES ($1, 'Art', '{}', $2, '')",
        ORGANISATION,
        "group@example.org",
    )
    await directory.close()
    await publish(system, service(pools=(pool_id,), organisation_id=str(ORGANISATION)))
    said = {"status": "open", "free": 5, "version_seen": 0, "tapped_at": datetime.now(UTC).isoformat()}

    async def opened() -> bool:
        path = f"{system.url('capacity')}/capacity/api/pools/{pool_id}/signal"
        headers = {"idempotency-key": uuid4().hex}
        return (await client.post(path, json=said, headers=headers)).status_code == 200

    await eventually(opened, within=40, every=0.3)
    referral = await system.as_superuser("referral")
    known = "SELECT EXISTS (SELECT FROM copied_services) AND EXISTS (SELECT FROM copied_signals WHERE status = 'open')"
    await eventually(lambda: referral.fetchval(known), within=40, every=0.2)
    await referral.close()


async def the_whole_way(system: WholeSystem, client: httpx.AsyncClient, mailbox: Mailbox) -> Canary:
    """Referred, offered, accepted, begun, asked how they are; with a form that was refused on the way."""
    broken = await client.post(system.url("referral") + "/referral/self", data=CANARIES | {"note": NOTE})
    assert broken.status_code == 422
    referred = await refer(
        system,
        client,
        body(**CANARIES, safe_contact={"not_by": ["phone"], "note": NOTE}) | {"groups": [GROUP]},
    )
    referral_id = referred["referral_id"]
    leg = await eventually(lambda: leg_of(system, client, referral_id, "offered"), within=40)
    await client.post(link(system, Purpose.OFFER, leg["request_id"]), data={"answer": "accept"})
    await eventually(lambda: leg_of(system, client, referral_id, "accepted"), within=40)
    await client.post(link(system, Purpose.PROGRESS, leg["request_id"]), data={"step": "started"})
    await leg_of(system, client, referral_id, "started")
    measure = await eventually(lambda: measure_link(mailbox), within=40)
    page = f"{system.url('outcomes')}{measure}"
    answers = {f"statement_{number}": "3" for number in range(1, 8)}
    assert (await client.post(page, data=answers)).status_code == 303
    return await known(system, referral_id, tokens_in(mailbox))


def measure_link(mailbox: Mailbox) -> str | None:
    texts = [mail.get_content() for mail in mailbox.to(CANARIES["email"])]
    return next((found[0] for text in texts if (found := re.findall(r"/outcomes/measure/\S+", text))), None)


def tokens_in(mailbox: Mailbox) -> set[str]:
    """Of every link that anybody was sent."""
    texts = "\n".join(mail.get_content() for mail in mailbox.mails)
    return {found.rsplit("/", 1)[1] for found in re.findall(rf"{ORIGIN}/\S+", texts)}


async def known(system: WholeSystem, referral_id: str, tokens: set[str]) -> Canary:
    referral = await system.as_superuser("referral")
    row = await referral.fetchrow(
        "SELECT person_id, sealed, wrapped_key FROM people JOIN person_keys USING (person_id) "
        "JOIN referrals USING (person_id) WHERE referral_id = $1",
        UUID(referral_id),
    )
    of_legs = await referral.fetch(
        "SELECT leg_id AS id FROM legs WHERE referral_id = $1 UNION SELECT leg_history.request_id FROM leg_history "
        "JOIN legs USING (leg_id) WHERE referral_id = $1 AND leg_history.request_id IS NOT NULL",
        UUID(referral_id),
    )
    await referral.close()
    outcomes = await system.as_superuser("outcomes")
    asked = await outcomes.fetch("SELECT follow_up_id AS id FROM follow_ups")
    await outcomes.close()
    assert row is not None
    ids = [UUID(referral_id), row["person_id"], *(each["id"] for each in (*of_legs, *asked))]
    return Canary(UUID(referral_id), row["person_id"], row["sealed"], row["wrapped_key"], tokens, ids)


async def tables_with_any(system: WholeSystem, wanted: Collection[bytes]) -> dict[str, set[str]]:
    """Row by row, in all five databases: where no compression, and no part of the log, is in the way."""
    found = {}
    for name in SERVICES:
        connection = await system.as_superuser(name)
        found[name] = await tables_with(connection, wanted) - {TO_THE_LOG}
        await connection.close()
    return found


async def everything_on_disk(system: WholeSystem) -> None:
    for name in SERVICES:
        connection = await system.as_superuser(name)
        await connection.execute("CHECKPOINT")
        await connection.close()


async def nothing_but_what_lives(system: WholeSystem) -> None:
    """What the runbook of erasure says: rewrite the tables, then let the old write-ahead log go."""
    for name in SERVICES:
        connection = await system.as_superuser(name)
        await connection.execute("VACUUM FULL")
        await connection.close()
    connection = await system.as_superuser("referral")
    for _ in range(2):
        await connection.execute("SELECT pg_switch_wal()")
        await connection.execute("CHECKPOINT")
    await connection.close()


async def all_answered(system: WholeSystem, canary: Canary) -> bool:
    referral = await system.as_superuser("referral")
    found = "SELECT count(*) FROM erasure_answers WHERE referral_id = $1"
    count = await referral.fetchval(found, canary.referral_id)
    await referral.close()
    return bool(count == 3)


async def is_compacted_away(system: WholeSystem, canary: Canary) -> bool:
    """Each further person ends a segment: only then does Kafka look at the one before."""
    described = [
        rest
        for topic, key, rest in await all_records(system.kafka)
        if topic == PersonDescribedV1.topic and key == str(canary.person_id).encode()
    ]
    return not any(described)


@pytest.mark.timeout(600)
@pytest.mark.asvs("V14.2.4")
async def test_nothing_of_a_person_who_was_forgotten_is_left_in_any_file(
    mailbox: Mailbox, client: httpx.AsyncClient
) -> None:
    with whole_system(mailbox.port) as system:
        await open_a_service(system, client)
        canary = await the_whole_way(system, client, mailbox)
        mine = link(system, Purpose.MY_REFERRAL, canary.referral_id)
        secret_links = [each.encode() for each in (mine.rsplit("/", 1)[1], *canary.tokens)]
        export = (await client.get(mine + "/export.json")).json()
        await everything_on_disk(system)

        written = {path.parts[0] for path in files_with_content(system.folder)}
        assert written == {"kafka", "logs", "postgres", "spans"}
        # The search finds what is there; and who they are was never there in the open.
        assert export["not_asked"] == []
        assert all(each in str(export) for each in (*CANARIES.values(), NOTE))
        assert len(canary.tokens) >= 4  # to the person and to the group
        in_postgres = found_in_files(system.folder / "postgres", canary.secret)
        for each in canary.secret:
            assert any("base/" in found and repr(each) in found for found in in_postgres), each
            assert (await tables_with_any(system, [each]))["referral"]
        named = await tables_with_any(system, [str(each).encode() for each in canary.ids])
        assert {name for name, tables in named.items() if tables} == {*SERVICES} - {"directory"}
        assert found_in_files(system.folder, secret_links, in_any_case=IN_ANY_CASE) == []

        assert (await client.post(mine + "/erase")).status_code == 200
        await eventually(lambda: all_answered(system, canary), within=60, every=0.3)

        async def forgotten_by_kafka() -> bool:
            await refer(system, client, body())
            return await is_compacted_away(system, canary)

        await eventually(forgotten_by_kafka, within=120, every=2)
        await nothing_but_what_lives(system)

        left = [*canary.secret, *secret_links]
        assert found_in_files(system.folder, left, in_any_case=IN_ANY_CASE) == []
        assert not any((await tables_with_any(system, [*left, *(word.encode() for word in WORDS)])).values())
        named = await tables_with_any(system, [str(each).encode() for each in canary.ids])
        assert named == TOMBSTONES
        for topic, key, rest in await all_records(system.kafka):
            record = key + b" " + rest
            assert not any(each in record for each in left), topic
            assert not any(each in record.lower() for each in IN_ANY_CASE), topic
