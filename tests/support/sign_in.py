"""Keys, tokens and settings of sign-in for tests."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.access.caller import Caller, CallerKind, Grant
from shared.access.roles import Role
from shared.security.access_tokens import TokenSigner, new_signing_keys, public_keys
from shared.vocabulary.vocabulary import LONDON_AREA

SIGNING_KEYS = new_signing_keys("in-tests")
PUBLIC_KEYS = public_keys(SIGNING_KEYS)
SIGNER = TokenSigner(SIGNING_KEYS)
SYSTEM_ID = UUID(int=77)
LONG_AGO, FOR_EVER = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=36_500)
SIGN_IN_SETTINGS: Mapping[str, Any] = {
    "token_keys": PUBLIC_KEYS,
    "token_signing_keys": SIGNING_KEYS,
    "demo_mode": True,
    "demo_sign_in": True,
}


def staff_caller(
    role: Role,
    now: datetime,
    *,
    areas: tuple[str, ...] = (),
    organisations: tuple[UUID, ...] = (),
    member_id: UUID | None = None,
    version: int = 1_000,
) -> Caller:
    """Somebody who has just signed in."""
    return Caller(
        CallerKind.STAFF,
        member_id=member_id or UUID(int=4242),
        session_id=UUID(int=4243),
        grants=(Grant(role, frozenset(areas), frozenset(organisations)),),
        authenticated_at=now,
        version=version,
    )


def system_bearer(
    *scopes: str, areas: tuple[str, ...] = (LONDON_AREA,), organisation: UUID | None = None
) -> dict[str, str]:
    """A system bound to these areas and this organisation, with a token that is good whatever the clock of a test says."""
    system = Caller(
        CallerKind.SYSTEM,
        member_id=SYSTEM_ID,
        scopes=frozenset(scopes),
        areas=frozenset(areas),
        organisation_id=organisation,
        version=1_000,
    )
    return {"authorization": f"Bearer {SIGNER.sign(system, LONG_AGO, FOR_EVER)}"}


def bearer(caller: Caller, now: datetime) -> dict[str, str]:
    return {"authorization": f"Bearer {SIGNER.sign(caller, now)}"}
