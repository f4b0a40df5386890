"""Access tokens: short-lived JWTs that directory signs and every service verifies by its public keys alone.

They hold ids, roles, areas and times; never a name or an address. ES256 and a known `kid`, or nothing.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from joserfc.jws import extract_compact

from shared.access.caller import Caller, CallerKind, Grant
from shared.access.roles import Role

ALGORITHM = "ES256"
CURVE = "P-256"
ISSUER = "kith-directory"
AUDIENCE = "kith"
TOKEN_LIFE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=5)  # between the machines of one installation
TOKENS_KEPT = 2_000
LONGEST_TOKEN = 4000  # characters; a browser keeps no cookie longer than 4096
NO_KEYS: Mapping[str, Any] = {"keys": []}


class TokenNotValid(Exception):
    """Not signed by us for us, or not readable. The argument is a reason code."""


class TokenExpired(Exception):
    """Ours, and past its time."""


class TokenTooLong(ValueError):
    """More areas or organisations than a cookie holds: the membership belongs higher up."""


def keys_of(document: Mapping[str, Any], *, private: bool) -> dict[str, ECKey]:
    """The keys of a JSON Web Key Set by their ids. Raises ValueError for any that is not as it should be."""
    found: dict[str, ECKey] = {}
    for each in document.get("keys", ()):
        if each.get("kty") != "EC" or each.get("crv") != CURVE or not each.get("kid"):
            raise ValueError("each key is an EC key on P-256 with a kid")
        if ("d" in each) is not private:
            raise ValueError("signing keys are private, and verifying keys are not")
        if each["kid"] in found:
            raise ValueError("two keys have the same kid")
        found[each["kid"]] = ECKey.import_key(dict(each))
    return found


def public_keys(private: Mapping[str, Any]) -> dict[str, Any]:
    """What may be published of a set of signing keys."""
    keys = [{name: value for name, value in each.items() if name != "d"} for each in private.get("keys", ())]
    return {"keys": keys}


def new_signing_keys(kid: str) -> dict[str, Any]:
    """A set with one new signing key."""
    key = ECKey.generate_key(CURVE, private=True)
    return {"keys": [{**key.as_dict(private=True), "kid": kid}]}


class TokenSigner:
    """Only directory has one. The first key signs; the others are those that are on their way out or in."""

    def __init__(self, private: Mapping[str, Any]) -> None:
        self._keys = keys_of(private, private=True)

    def sign(self, caller: Caller, now: datetime, life: timedelta = TOKEN_LIFE) -> str:
        if not self._keys:
            raise TokenNotValid("no-signing-key")
        kid, key = next(iter(self._keys.items()))
        header = {"alg": ALGORITHM, "kid": kid, "typ": "at+jwt"}
        token = jwt.encode(header, _claims(caller, now, life), key, algorithms=[ALGORITHM])
        if len(token) > LONGEST_TOKEN:
            raise TokenTooLong
        return token


class TokenReader:
    """What every service has: public keys, as many as are good at the moment."""

    def __init__(self, public: Mapping[str, Any]) -> None:
        self._keys = keys_of(public, private=False)
        # A token comes with each request of its five minutes; its signature stays as good as it was. Errors are not kept.
        self._ours = lru_cache(maxsize=TOKENS_KEPT)(self._read_ours)

    def read(self, token: str, now: datetime) -> Caller:
        """Raises TokenNotValid or TokenExpired."""
        caller, issued_at, expires_at = self._ours(token)
        if issued_at > now + CLOCKS_DIFFER:
            raise TokenNotValid("from-the-future")
        if now >= expires_at:
            raise TokenExpired
        return caller

    def _read_ours(self, token: str) -> tuple[Caller, datetime, datetime]:
        """Who calls, since when the token is good, and until when: all that does not change with the moment."""
        claims = self._verified(token)
        if claims.get("iss") != ISSUER or claims.get("aud") != AUDIENCE:
            raise TokenNotValid("not-for-us")
        try:
            return _caller(claims), _moment(claims["iat"]), _moment(claims["exp"])
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise TokenNotValid("claims") from error

    def _verified(self, token: str) -> dict[str, Any]:
        if len(token) > LONGEST_TOKEN:
            raise TokenNotValid("too-long")
        try:
            # The key is chosen by us from the kid, before anything in the token is believed.
            header = _header_of(token)
            key = self._keys.get(header.get("kid", ""))
            if key is None or header.get("alg") != ALGORITHM:
                raise TokenNotValid("key")
            return dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
        except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            raise TokenNotValid("signature") from error


def looks_like_token(credential: str) -> bool:
    """Whether a bearer credential is a JWT at all; the internal key of our own services is none."""
    return credential.count(".") == 2


def _header_of(token: str) -> dict[str, Any]:
    header: dict[str, Any] = extract_compact(token.encode()).headers()
    return header


def _claims(caller: Caller, now: datetime, life: timedelta) -> dict[str, Any]:
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(caller.member_id),
        "knd": str(caller.kind),
        "mv": caller.version,
        "iat": int(now.timestamp()),
        "exp": int((now + life).timestamp()),
    }
    if caller.session_id:
        claims["sid"] = str(caller.session_id)
    if caller.authenticated_at:
        claims["auth_time"] = int(caller.authenticated_at.timestamp())
    if caller.grants:
        claims["grants"] = [
            [str(grant.role), sorted(grant.areas), sorted(each.hex for each in grant.organisations)]
            for grant in caller.grants
        ]
    if caller.kind is CallerKind.SYSTEM:
        claims |= {"scope": " ".join(sorted(caller.scopes)), "areas": sorted(caller.areas)}
        claims |= {"org": caller.organisation_id.hex} if caller.organisation_id else {}
    return claims


def _caller(claims: Mapping[str, Any]) -> Caller:
    kind = CallerKind(claims["knd"])
    if kind not in {CallerKind.STAFF, CallerKind.SYSTEM}:
        raise ValueError("no other kind has tokens")
    staff = kind is CallerKind.STAFF
    return Caller(
        kind=kind,
        member_id=UUID(claims["sub"]),
        session_id=UUID(claims["sid"]) if staff else None,
        grants=tuple(
            Grant(Role(role), frozenset(areas), frozenset(UUID(hex=each) for each in organisations))
            for role, areas, organisations in claims.get("grants", ())
        ),
        scopes=frozenset(claims.get("scope", "").split()),
        areas=frozenset(claims.get("areas", ())),
        organisation_id=UUID(hex=claims["org"]) if "org" in claims else None,
        authenticated_at=_moment(claims["auth_time"]) if "auth_time" in claims else None,
        version=int(claims["mv"]),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def as_setting(keys: Mapping[str, Any]) -> str:
    """A key set as the value of an environment variable."""
    return json.dumps(keys, separators=(",", ":"))
