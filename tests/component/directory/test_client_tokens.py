"""Systems: a token for a secret, two secrets at a time, and what a token opens."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest
import structlog

from deploy.demo.outside_client import CLIENTS, NotAnswered, OutsideClient
from deploy.local.secrets_file import DEMO_CLIENTS, new_secrets
from deploy.local.service_environment import demo_clients_setting
from services.directory.demo_clients import keep_demo_clients
from services.directory.demo_people import STRATFORD_SURGERY
from services.directory.domain.errors import ScopeRefused
from services.directory.settings import DemoClient, DirectorySettings
from services.directory.use_cases.trust_clients import (
    Credential,
    add,
    drop_older,
    new_secret,
    shut_out_client,
)
from shared.postgres.pool import Pool, transaction
from shared.security.access_tokens import TokenReader
from tests.component.directory.sign_in_world import SignInWorld
from tests.support.sign_in import PUBLIC_KEYS, SIGN_IN_SETTINGS

NEWHAM = frozenset({"E09000025"})
SCOPES = frozenset({"referrals:write", "referrals:read"})


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    return SignInWorld(settings.model_copy(update=dict(SIGN_IN_SETTINGS)), pool)


@pytest.fixture
async def client(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        yield found


@pytest.fixture
async def surgery(world: SignInWorld) -> Credential:
    async with transaction(world.pool) as connection:
        return await add(connection, "Stratford surgery's system", SCOPES, NEWHAM, None)


async def ask(client: httpx.AsyncClient, credential: Credential, **more: str) -> httpx.Response:
    data = {"grant_type": "client_credentials", **more}
    return await client.post(
        "/directory/token", data=data, auth=(str(credential.client_id), credential.secret)
    )


@pytest.mark.asvs("V10.4.11")
async def test_a_token_carries_the_scopes_and_where_they_count(
    world: SignInWorld, client: httpx.AsyncClient, surgery: Credential
) -> None:
    answer = await ask(client, surgery, scope="referrals:write")

    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 300
    assert answer.headers["cache-control"] == "no-store"
    caller = TokenReader(PUBLIC_KEYS).read(answer.json()["access_token"], world.clock())
    assert (caller.member_id, caller.scopes, caller.areas) == (
        surgery.client_id, frozenset({"referrals:write"}), NEWHAM,
    )  # fmt: skip


async def test_the_secret_may_come_in_the_form_as_well(
    client: httpx.AsyncClient, surgery: Credential
) -> None:
    data = {
        "grant_type": "client_credentials",
        "client_id": str(surgery.client_id),
        "client_secret": surgery.secret,
    }

    answer = await client.post("/directory/token", data=data)

    assert answer.json()["scope"] == "referrals:read referrals:write"


@pytest.mark.asvs("V15.3.7")
async def test_a_secret_in_the_address_counts_for_nothing(
    client: httpx.AsyncClient, surgery: Credential
) -> None:
    """It would stand in logs on the way; and what the form says is not changed by the address."""
    whole = {
        "grant_type": "client_credentials",
        "client_id": str(surgery.client_id),
        "client_secret": surgery.secret,
    }

    alone = await client.post("/directory/token", params=whole)
    beside = await client.post("/directory/token", params=whole, data={**whole, "client_secret": "a guess"})

    assert [each.status_code for each in (alone, beside)] == [400, 401]


@pytest.mark.asvs("V10.4.4", "V10.4.10")
async def test_refusals_say_no_more_than_oauth_does(client: httpx.AsyncClient, surgery: Credential) -> None:
    wrong = Credential(surgery.client_id, "a guess")
    nobody = Credential(uuid4(), surgery.secret)

    answers = [
        await ask(client, wrong),
        await ask(client, nobody),
        await ask(client, surgery, scope="operate"),
        await client.post("/directory/token", data={"grant_type": "password"}),
        await client.post("/directory/token", data={"grant_type": "client_credentials", "client_id": "x"}),
    ]

    assert [(each.status_code, each.json()["error"]) for each in answers] == [
        (401, "invalid_client"),
        (401, "invalid_client"),
        (400, "invalid_scope"),
        (400, "unsupported_grant_type"),
        (401, "invalid_client"),
    ]
    assert answers[0].json() == answers[1].json()


@pytest.mark.asvs("V16.3.1")
async def test_which_system_got_a_token_and_that_one_was_refused_is_logged(
    client: httpx.AsyncClient, surgery: Credential
) -> None:
    with structlog.testing.capture_logs() as lines:
        await ask(client, surgery)
        await ask(client, Credential(surgery.client_id, "a guess"))

    given, refused = [each for each in lines if each["event"].startswith("client_token.")]
    assert (given["event"], given["client_id"]) == ("client_token.given", str(surgery.client_id))
    assert (refused["event"], refused["reason"]) == ("client_token.refused", "invalid_client")
    assert surgery.secret not in repr(lines)


async def test_a_secret_is_changed_without_a_pause(
    world: SignInWorld, client: httpx.AsyncClient, surgery: Credential
) -> None:
    async with transaction(world.pool) as connection:
        second = await new_secret(connection, surgery.client_id)
    both = [(await ask(client, each)).status_code for each in (surgery, second)]
    async with transaction(world.pool) as connection:
        await drop_older(connection, surgery.client_id)
    after = [(await ask(client, each)).status_code for each in (surgery, second)]

    assert both == [200, 200]
    assert after == [401, 200]
    kept = await world.pool.fetch("SELECT secret_sha256 FROM client_secrets")
    assert second.secret.encode() not in [row["secret_sha256"] for row in kept]


async def test_a_third_secret_takes_the_place_of_the_oldest(
    world: SignInWorld, client: httpx.AsyncClient, surgery: Credential
) -> None:
    made = [surgery]
    for _ in range(2):
        async with transaction(world.pool) as connection:
            made.append(await new_secret(connection, surgery.client_id))

    assert [(await ask(client, each)).status_code for each in made] == [401, 200, 200]


async def test_a_system_that_was_shut_out_gets_no_token_and_it_is_said(
    world: SignInWorld, client: httpx.AsyncClient, surgery: Credential
) -> None:
    async with transaction(world.pool) as connection:
        await shut_out_client(connection, surgery.client_id)

    assert (await ask(client, surgery)).status_code == 401
    said = (await world.said())[-1]
    assert (said["kind"], said["active"], said["scopes"]) == ("system", False, [])


@pytest.mark.parametrize(
    ("scopes", "areas"),
    [(frozenset(), NEWHAM), (frozenset({"everything"}), NEWHAM), (SCOPES, frozenset({"E99999999"}))],
)
@pytest.mark.asvs("V10.4.11")
async def test_no_system_gets_a_scope_or_an_area_that_there_is_not(
    world: SignInWorld, scopes: frozenset[str], areas: frozenset[str]
) -> None:
    async with transaction(world.pool) as connection:
        with pytest.raises(ScopeRefused):
            await add(connection, "A system", scopes, areas, None)


async def test_the_public_keys_are_public_and_no_more(client: httpx.AsyncClient) -> None:
    keys = (await client.get("/directory/token-keys")).json()["keys"]

    assert [set(each) for each in keys] == [{"kty", "crv", "x", "y", "kid"}]


async def test_the_demonstrations_clients_get_tokens_for_all_of_london(
    world: SignInWorld, client: httpx.AsyncClient
) -> None:
    secrets = new_secrets()
    known = {
        name: DemoClient.model_validate(each)
        for name, each in json.loads(demo_clients_setting(secrets)).items()
    }
    async with transaction(world.pool) as connection:
        await keep_demo_clients(connection, known)
        await keep_demo_clients(connection, known)

    outside = OutsideClient("http://localhost:8080", secrets.client_credentials, client)
    tokens = {name: [await outside.token(name) for _ in range(2)] for name in CLIENTS}

    assert set(tokens) == set(DEMO_CLIENTS)
    for name, (token, again) in tokens.items():
        caller = TokenReader(PUBLIC_KEYS).read(token, world.clock())
        assert (caller.organisation_id == STRATFORD_SURGERY) == (name == "demo-gp")
        assert (caller.scopes, caller.areas) == (frozenset(DEMO_CLIENTS[name]), frozenset({"E12000007"}))
        assert again == token  # asked for once


async def test_a_secret_of_the_demonstration_that_is_made_anew_ends_the_old_one(
    world: SignInWorld, client: httpx.AsyncClient
) -> None:
    old = new_secrets()
    client_id = old.client_credentials["demo-gp"].partition(":")[0]
    new = replace(old, client_credentials=old.client_credentials | {"demo-gp": f"{client_id}:another-secret"})
    for secrets in (old, new):
        known = json.loads(demo_clients_setting(secrets))
        async with transaction(world.pool) as connection:
            await keep_demo_clients(
                connection, {name: DemoClient.model_validate(each) for name, each in known.items()}
            )

    assert await OutsideClient("http://localhost:8080", new.client_credentials, client).token("demo-gp")
    with pytest.raises(NotAnswered):
        await OutsideClient("http://localhost:8080", old.client_credentials, client).token("demo-gp")


def test_outside_of_demo_mode_there_are_no_demo_clients(settings: DirectorySettings) -> None:
    known = json.loads(demo_clients_setting(new_secrets()))
    for demo_mode in (True, False):
        given = settings.model_dump() | {"demo_mode": demo_mode, "demo_clients": known}
        if demo_mode:
            DirectorySettings.model_validate(given)
        else:
            with pytest.raises(ValueError, match="demo mode alone"):
                DirectorySettings.model_validate(given)
