"""What a provider of sign-in says is believed when it is signed by it, meant for us, of now and about this attempt."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from pydantic import SecretStr

from services.directory.outbound.oidc_provider import (
    Attempt,
    OidcProvider,
    ProviderFailed,
    Vouched,
    new_attempt,
)
from services.directory.settings import DirectorySettings
from shared.service_defaults.clock import utc_now
from tests.support.sign_in import PUBLIC_KEYS, SIGNING_KEYS

ISSUER = "https://id.example"
NOW = utc_now()
THEIRS = ECKey.generate_key("P-256", {"kid": "theirs"})
STRANGERS = ECKey.generate_key("P-256", {"kid": "theirs"})
ATTEMPT = new_attempt("/", fresh=False)


def settings() -> DirectorySettings:
    return DirectorySettings(
        postgres_dsn=SecretStr("postgresql://nowhere"),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="https://kith.example",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        token_keys=PUBLIC_KEYS,
        token_signing_keys=SIGNING_KEYS,
        oidc_issuer=ISSUER,
        oidc_client_id="kith",
        oidc_client_secret=SecretStr("a secret for tests"),
        oidc_strengths=frozenset({"aal2"}),
    )


def claims(**changed: Any) -> dict[str, Any]:
    now = int(NOW.timestamp())
    plain = {"iss": ISSUER, "aud": "kith", "sub": "smartcard-1", "iat": now, "exp": now + 300}
    made = {**plain, "nonce": ATTEMPT.nonce, "auth_time": now - 60, "acr": "aal2", **changed}
    return {name: value for name, value in made.items() if value is not None}


def signed(said: dict[str, Any], key: ECKey = THEIRS) -> str:
    return jwt.encode({"alg": "ES256", "kid": "theirs"}, said, key)


async def vouched(id_token: str, *, calls_itself: str = ISSUER, attempt: Attempt = ATTEMPT) -> Vouched:
    """What comes of an ID token that the provider's token endpoint answers with."""
    answers = {
        "/.well-known/openid-configuration": {
            "issuer": calls_itself,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        },
        "/keys": {"keys": [THEIRS.as_dict(private=False)]},
        "/token": {"id_token": id_token},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answers[request.url.path])

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await OidcProvider(settings(), http, lambda: NOW).vouched(attempt, attempt.state, "a-code")


@pytest.mark.asvs("V10.5.2")
async def test_a_token_that_is_right_in_all_names_the_person_by_issuer_and_lasting_subject() -> None:
    found = await vouched(signed(claims(email="somebody@example.org")))

    assert (found.issuer, found.subject) == (ISSUER, "smartcard-1")


@pytest.mark.asvs("V6.8.2", "V9.1.1", "V9.1.2")
async def test_a_token_that_the_provider_did_not_sign_is_not_believed() -> None:
    header, body, _ = signed(claims()).split(".")
    public = OctKey.import_key(json.dumps(THEIRS.as_dict(private=False)).encode())
    forged = [
        signed(claims(), STRANGERS),
        f"{header}.{body}.",
        jwt.encode({"alg": "HS256", "kid": "theirs"}, claims(), public, algorithms=["HS256"]),
        "eyJhbGciOiJub25lIn0." + body + ".",
    ]

    for token in forged:
        with pytest.raises(ProviderFailed, match="id-token"):
            await vouched(token)


@pytest.mark.asvs("V9.2.1", "V9.2.3", "V10.5.1", "V10.5.4")
@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-client"},
        {"aud": None},
        {"nonce": "of another attempt"},
        {"nonce": None},
        {"iss": "https://elsewhere.example"},
        {"exp": int((NOW - timedelta(hours=1)).timestamp())},
        {"exp": None},
        {"azp": "another-client"},
    ],
)
async def test_a_token_of_another_client_attempt_provider_or_time_is_not_believed(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(ProviderFailed):
        await vouched(signed(claims(**changed)))


@pytest.mark.asvs("V10.5.3")
async def test_a_provider_that_calls_itself_another_is_not_believed() -> None:
    with pytest.raises(ProviderFailed, match=r"issuer|discovery"):
        await vouched(signed(claims()), calls_itself="https://elsewhere.example")
