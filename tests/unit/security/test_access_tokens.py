"""Tokens: what was signed comes back, and nothing else is believed."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from shared.access.caller import Caller, CallerKind, Grant
from shared.access.roles import Role
from shared.security.access_tokens import (
    AUDIENCE,
    ISSUER,
    LONGEST_TOKEN,
    TokenExpired,
    TokenNotValid,
    TokenReader,
    TokenSigner,
    TokenTooLong,
    keys_of,
    new_signing_keys,
    public_keys,
)
from shared.service_defaults.redaction import redact_text

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = new_signing_keys("one")
OTHERS = new_signing_keys("two")
SIGNER = TokenSigner(KEYS)
READER = TokenReader(public_keys(KEYS))
ORGANISATION = UUID(int=77)
MEMBER = Caller(
    CallerKind.STAFF,
    member_id=UUID(int=1),
    session_id=UUID(int=2),
    grants=(
        Grant(Role.LINK_WORKER, frozenset({"E09000025"})),
        Grant(Role.PROVIDER_STAFF, organisations=frozenset({ORGANISATION})),
    ),
    authenticated_at=NOW - timedelta(minutes=1),
    version=3,
)
SYSTEM = Caller(
    CallerKind.SYSTEM,
    member_id=UUID(int=5),
    scopes=frozenset({"referrals:write"}),
    areas=frozenset({"E09000025"}),
    organisation_id=ORGANISATION,
    version=1,
)


@pytest.mark.parametrize("caller", [MEMBER, SYSTEM])
def test_what_was_signed_comes_back(caller: Caller) -> None:
    found = READER.read(SIGNER.sign(caller, NOW), NOW)

    assert found == caller
    assert found.version == caller.version


@pytest.mark.asvs("V9.2.4", "V10.3.3")
def test_a_token_holds_ids_and_times_alone() -> None:
    claims = part(SIGNER.sign(MEMBER, NOW), 1)

    assert set(claims) == {"iss", "aud", "sub", "sid", "knd", "mv", "iat", "exp", "auth_time", "grants"}
    assert claims["exp"] - claims["iat"] == 300


def test_a_token_is_taken_out_of_logs() -> None:
    assert redact_text(f"got {SIGNER.sign(MEMBER, NOW)} from") == "got [access-token] from"


@pytest.mark.asvs("V9.2.1")
def test_a_token_ends_after_five_minutes() -> None:
    token = SIGNER.sign(MEMBER, NOW)

    READER.read(token, NOW + timedelta(minutes=4, seconds=59))
    with pytest.raises(TokenExpired):
        READER.read(token, NOW + timedelta(minutes=5))


@pytest.mark.asvs("V9.1.1")
def test_a_token_of_an_unknown_key_or_of_no_key_is_not_believed() -> None:
    with pytest.raises(TokenNotValid):
        READER.read(TokenSigner(OTHERS).sign(MEMBER, NOW), NOW)
    with pytest.raises(TokenNotValid):
        TokenReader({"keys": []}).read(SIGNER.sign(MEMBER, NOW), NOW)


@pytest.mark.asvs("V9.1.3")
def test_the_known_kid_on_another_key_is_not_believed() -> None:
    pretended = {"keys": [{**OTHERS["keys"][0], "kid": "one"}]}

    with pytest.raises(TokenNotValid, match="signature"):
        READER.read(TokenSigner(pretended).sign(MEMBER, NOW), NOW)


@pytest.mark.asvs("V9.1.2")
def test_alg_none_is_not_believed() -> None:
    header, claims, _ = SIGNER.sign(MEMBER, NOW).split(".")
    unsigned = encoded({"alg": "none", "kid": "one"})

    for token in (f"{unsigned}.{claims}.", f"{header}.{claims}.", f"{unsigned}.{claims}.AAAA"):
        with pytest.raises(TokenNotValid):
            READER.read(token, NOW)


@pytest.mark.asvs("V9.1.2")
def test_the_public_key_as_a_shared_secret_is_not_believed() -> None:
    """The old confusion: HS256 with what everybody knows."""
    known = OctKey.import_key(json.dumps(public_keys(KEYS)["keys"][0]).encode())
    claims = part(SIGNER.sign(MEMBER, NOW), 1)
    token = jwt.encode({"alg": "HS256", "kid": "one"}, claims, known, algorithms=["HS256"])

    with pytest.raises(TokenNotValid):
        READER.read(token, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "somebody"},
        {"aud": "somewhere"},
        {"knd": "service"},
        {"knd": "link"},
        {"sub": "jane"},
        {"grants": [["king", [], []]]},
        {"sid": None},
        {"exp": "later"},
        {"iat": int(NOW.timestamp()) + 3600},
    ],
)
@pytest.mark.asvs("V9.2.2", "V9.2.3", "V10.3.1")
def test_claims_that_are_not_ours_are_not_believed(changed: dict[str, Any]) -> None:
    claims = {**part(SIGNER.sign(MEMBER, NOW), 1), **changed}
    token = jwt.encode({"alg": "ES256", "kid": "one"}, claims, ECKey.import_key(KEYS["keys"][0]))

    assert (ISSUER, AUDIENCE) == ("kith-directory", "kith")
    with pytest.raises(TokenNotValid):
        READER.read(token, NOW)


@given(st.text(max_size=300) | st.builds(".".join, st.lists(st.text(), min_size=3, max_size=3)))
def test_anything_else_is_not_a_token(text: str) -> None:
    with pytest.raises(TokenNotValid):
        READER.read(text, NOW)


@pytest.mark.parametrize("header", ["[" * 2000, '{"kid": [], "alg": "ES256"}', '"text"', "1", "\ud800"])
def test_a_header_made_to_break_the_reader_does_not(header: str) -> None:
    text = base64.urlsafe_b64encode(header.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()

    with pytest.raises(TokenNotValid):
        READER.read(f"{text}.e30.AAAA", NOW)


def test_keys_rotate_with_overlap() -> None:
    """New key published, then signing with it, then the old one away: no token in time is refused."""
    both_public = {"keys": [*public_keys(KEYS)["keys"], *public_keys(OTHERS)["keys"]]}
    old = SIGNER.sign(MEMBER, NOW)
    new = TokenSigner({"keys": [*OTHERS["keys"], *KEYS["keys"]]}).sign(MEMBER, NOW)

    assert part(new, 0)["kid"] == "two"
    assert [TokenReader(both_public).read(token, NOW) for token in (old, new)] == [MEMBER, MEMBER]
    with pytest.raises(TokenNotValid):
        TokenReader(public_keys(OTHERS)).read(old, NOW)


def test_a_lead_provider_with_sixty_below_it_fits_a_cookie_and_a_thousand_are_refused() -> None:
    def lead(count: int) -> Caller:
        reached = frozenset(UUID(int=number) for number in range(count))
        return Caller(
            CallerKind.STAFF,
            member_id=UUID(int=1),
            session_id=UUID(int=2),
            grants=(Grant(Role.PROVIDER_STAFF, organisations=reached),),
            authenticated_at=NOW,
        )

    assert len(SIGNER.sign(lead(60), NOW)) <= LONGEST_TOKEN
    with pytest.raises(TokenTooLong):
        SIGNER.sign(lead(1000), NOW)


@pytest.mark.parametrize(
    "document",
    [KEYS, {"keys": [{"kty": "oct", "k": "AAAA", "kid": "x"}]}, {"keys": public_keys(KEYS)["keys"] * 2}],
)
@pytest.mark.asvs("V11.6.1")
def test_settings_take_no_private_shared_or_doubled_key_for_verifying(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="key"):
        keys_of(document, private=False)


def part(token: str, number: int) -> dict[str, Any]:
    text = token.split(".")[number]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return found


def encoded(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


def test_a_token_that_was_read_before_ends_in_time_all_the_same() -> None:
    reader, token = TokenReader(public_keys(KEYS)), SIGNER.sign(MEMBER, NOW)
    assert reader.read(token, NOW) == MEMBER

    assert reader.read(token, NOW + timedelta(minutes=4)) == MEMBER
    with pytest.raises(TokenExpired):
        reader.read(token, NOW + timedelta(minutes=5))
    with pytest.raises(TokenNotValid, match="from-the-future"):
        reader.read(token, NOW - timedelta(minutes=1))


@pytest.mark.asvs("V6.8.4")
def test_a_session_of_unknown_sign_in_is_carried_as_such() -> None:
    silent = replace(MEMBER, authenticated_at=None)

    assert READER.read(SIGNER.sign(silent, NOW), NOW) == silent
