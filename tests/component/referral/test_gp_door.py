"""The JSON door: what comes back, what is refused, and that nothing is done twice."""

import json
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.events import referral
from tests.component.referral.golden_messages import AREA, held
from tests.component.referral.referral_world import ReferralWorld
from tests.support.sign_in import system_bearer

REFERRALS = "/referral/api/referrals"
ACTS = "SELECT count(*) FROM audit_records"


def gp_referral(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "person": {
            "given_name": "Amina",
            "family_name": "Testperson",
            "date_of_birth": "1950-05-17",
            "nhs_number": "999 000 0018",
            "email": "amina@example.org",
            "phone": "020 7946 0000",
            "language": "en",
            "sex": "female",
        },
        "area": AREA,
        "needs": ["loneliness"],
        "groups": ["older-people"],
        "access": [],
        "travel": "can-travel",
        "consent": True,
        "risks": "none-known",
        "referrer": {"practice_code": "F84001", "name": "The Surgery", "email": "surgery@example.nhs.uk"},
    }
    return plain | changes


def key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


async def test_a_referral_is_received_and_can_be_read(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))

    created = await client.post(REFERRALS, json=gp_referral(needs=["loneliness", "housing"]), headers=key())
    read = await client.get(f"{REFERRALS}/{created.json()['referral_id']}")

    assert created.status_code == 201
    states = {leg["need"]: leg["state"] for leg in created.json()["legs"]}
    assert states == {"loneliness": "requested", "housing": "unmet"}
    assert read.json()["reference"] == created.json()["reference"]
    [asked] = [leg for leg in read.json()["legs"] if leg["need"] == "loneliness"]
    assert [step["to_state"] for step in asked["history"]] == ["matching", "requested"]


async def test_the_same_post_twice_refers_once(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    headers, body = key(), gp_referral()

    first = await client.post(REFERRALS, json=body, headers=headers)
    second = await client.post(REFERRALS, json=body, headers=headers)

    assert first.json() == second.json()
    assert second.status_code == 201
    assert len(await world.heard_of(referral.ReferralReceivedV1)) == 1


async def test_the_same_key_for_another_referral_is_refused(client: httpx.AsyncClient) -> None:
    headers = key()
    await client.post(REFERRALS, json=gp_referral(), headers=headers)

    other = await client.post(REFERRALS, json=gp_referral(needs=["housing"]), headers=headers)

    assert other.status_code == 422
    assert other.json()["type"] == "/problems/idempotency-key-reused"


BAD = [
    ("person.nhs_number", {"nhs_number": "9990000019"}),
    ("person.nhs_number", {"nhs_number": "\uff19\uff19900000018"}),
    ("person.date_of_birth", {"date_of_birth": "2126-01-01"}),
    ("person.date_of_birth", {"date_of_birth": "not-a-date-9990000018"}),
    ("person.email", {"email": "not an address"}),
    ("person.phone", {"phone": "call me maybe"}),
    ("person.language", {"language": "klingon"}),
    ("person.given_name", {"given_name": "\u0000"}),
    ("person.nickname", {"nickname": "Mina"}),
]


@pytest.mark.parametrize(("field", "changes"), BAD)
@pytest.mark.asvs("V2.2.1")
async def test_a_bad_field_of_the_person_is_named_and_never_repeated(
    client: httpx.AsyncClient, field: str, changes: dict[str, str]
) -> None:
    body = gp_referral()
    body["person"] |= changes

    answer = await client.post(REFERRALS, json=body, headers=key())

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert not [value for value in changes.values() if value in answer.text]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("needs", []),
        ("needs", ["loneliness", "loneliness"]),
        ("area", "E09999999"),
        ("consent", False),
        ("travel", "by-boat"),
        ("risks", ""),
        ("referral_id", "00000000-0000-4000-8000-000000000000"),
        ("state", "accepted"),
    ],
)
@pytest.mark.asvs("V2.2.1", "V15.3.3")
async def test_a_bad_field_of_the_referral_is_named(
    client: httpx.AsyncClient, field: str, value: object
) -> None:
    answer = await client.post(REFERRALS, json=gp_referral(**{field: value}), headers=key())

    assert answer.status_code == 422
    assert [fault["field"].partition(".")[0] for fault in answer.json()["errors"]] == [field]


async def test_without_a_key_that_may_write_nothing_is_taken(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    stranger = {"authorization": "Bearer somebody-else"}

    answers = [
        await client.post(REFERRALS, json=gp_referral(), headers=key() | stranger),
        await client.post(REFERRALS, json={"anything": "else"}, headers=stranger),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert not await world.outbox()


async def test_nothing_that_names_the_person_is_in_any_event(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))
    await client.post(REFERRALS, json=gp_referral(), headers=key())
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))

    rows = await world.pool.fetch(
        "SELECT topic || message_key || headers || encode(payload, 'escape') AS all FROM outbox_events"
    )
    decisions = await world.pool.fetchval("SELECT string_agg(decision::text, '') FROM routing_decisions")
    kept = await world.pool.fetchval("SELECT string_agg(response_body::text, '') FROM idempotency_keys")

    person = gp_referral()["person"]
    named = [person[name] for name in ("given_name", "family_name", "date_of_birth", "email", "phone")]
    everything = json.dumps([row["all"] for row in rows]) + decisions + kept
    assert len(rows) == 4
    assert not [value for value in [*named, "9990000018", "999 000 0018", "surgery@"] if value in everything]


async def test_an_offer_can_be_made_due_in_a_demonstration(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))

    moved = await client.post(f"/referral/api/demo/offers/{request.request_id}/lapse-now")
    unknown = await client.post(f"/referral/api/demo/offers/{uuid4()}/lapse-now")

    assert (moved.status_code, unknown.status_code) == (200, 409)
    assert (await world.leg(request.leg_id)).answer_by == world.clock()


@pytest.mark.asvs("V8.2.2")
async def test_the_system_of_an_organisation_reads_what_stands_with_it_and_is_recorded(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    ours, theirs = uuid4(), uuid4()
    await world.service(("open", 1), organisation_id=ours)
    await world.service(("open", 1), organisation_id=theirs, needs=["housing"])
    referred = await world.refer("loneliness", "housing")
    acts = await world.pool.fetchval(ACTS)
    found = {}
    for name, organisation in (("ours", ours), ("of none", uuid4())):
        headers = system_bearer("referrals:read", areas=(), organisation=organisation)
        found[name] = await client.get(f"{REFERRALS}/{referred.referral_id}", headers=headers)

    assert found["ours"].status_code == 200
    assert [leg["need"] for leg in found["ours"].json()["legs"]] == ["loneliness"]
    assert found["of none"].status_code == 404
    assert await world.pool.fetchval(ACTS) == acts + 1


@pytest.mark.asvs("V8.2.2")
async def test_a_practices_system_refers_in_its_areas_and_sees_those_referrals_as_its_own(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    practice, provider = uuid4(), uuid4()
    await world.service(("open", 1), organisation_id=provider)
    scopes = ("referrals:write", "referrals:read")
    ours = system_bearer(*scopes, areas=(AREA,), organisation=practice)
    elsewhere = system_bearer(*scopes, areas=("E09000025",), organisation=practice)
    nowhere = system_bearer(*scopes, areas=(), organisation=practice)
    body = gp_referral(needs=["loneliness", "housing"])

    created = await client.post(REFERRALS, json=body, headers=key() | ours)
    refused = [await client.post(REFERRALS, json=body, headers=key() | each) for each in (elsewhere, nowhere)]
    path = f"{REFERRALS}/{created.json()['referral_id']}"
    another = system_bearer(*scopes, areas=(AREA,), organisation=uuid4())
    read = {name: await client.get(path, headers=who) for name, who in (("ours", ours), ("another", another))}

    assert created.status_code == 201
    assert [answer.status_code for answer in refused] == [403, 403]
    assert {leg["need"] for leg in read["ours"].json()["legs"]} == {"loneliness", "housing"}
    assert all(leg["history"] for leg in read["ours"].json()["legs"])
    assert read["another"].status_code == 404
    [told] = await world.heard_of(referral.ReferralReceivedV1)
    assert told.referring_organisation_id == practice


async def test_a_charitys_system_refers_where_its_services_take_people(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    charity = uuid4()
    ours = system_bearer("referrals:write", areas=(), organisation=charity)

    before = await client.post(REFERRALS, json=gp_referral(), headers=key() | ours)
    await world.service(("open", 1), organisation_id=charity)
    here = await client.post(REFERRALS, json=gp_referral(), headers=key() | ours)
    elsewhere = await client.post(REFERRALS, json=gp_referral(area="E09000025"), headers=key() | ours)

    assert [answer.status_code for answer in (before, here, elsewhere)] == [403, 201, 403]


@pytest.mark.asvs("V8.2.2")
async def test_an_offer_elsewhere_is_not_made_due(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    before = (await world.leg(request.leg_id)).answer_by
    path = f"/referral/api/demo/offers/{request.request_id}/lapse-now"

    elsewhere = await client.post(path, headers=system_bearer("operate", areas=("E09000025",)))
    of_organisation = await client.post(
        path, headers=system_bearer("operate", areas=(), organisation=uuid4())
    )

    assert (elsewhere.status_code, of_organisation.status_code) == (409, 403)
    assert (await world.leg(request.leg_id)).answer_by == before


async def test_of_a_postcode_the_deprivation_of_the_neighbourhood_alone_is_kept(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    created = await client.post(REFERRALS, json=gp_referral(postcode="E6 1AA"), headers=key())

    assert created.status_code == 201
    assert (await world.leg(UUID(created.json()["legs"][0]["leg_id"]))).wants.deprivation == 2
    found = await world.pool.fetchval("SELECT count(*) FROM legs WHERE wants::text ILIKE '%E6%1AA%'")
    assert found == 0
