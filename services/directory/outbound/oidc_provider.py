"""The staff's sign-in provider over OpenID Connect: authorization code with PKCE, state, nonce and signature checked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, import_key

from services.directory.settings import DirectorySettings
from shared.security.staff import FRESH_FOR
from shared.service_defaults.clock import Clock

ID_TOKEN_ALGORITHMS = ["RS256", "RS512", "PS256", "ES256"]
KEEP_METADATA = timedelta(hours=1)
CLOCKS_DIFFER = 60  # seconds between us and the provider
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CALLBACK = "/directory/sign-in/callback"


class ProviderFailed(Exception):
    """The provider did not vouch for anybody. The argument is a reason code, for the log."""


class NotAskedAnew(ProviderFailed):
    """The provider was asked to have the person prove anew who they are, and does not say that they did."""


class NotStrongEnough(ProviderFailed):
    """The provider vouches for the person, and not for a second factor."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way, kept by the browser in a signed cookie until it comes back."""

    state: str
    nonce: str
    verifier: str
    back: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for, and since when if it says so."""

    issuer: str
    subject: str
    authenticated_at: datetime | None


def new_attempt(back: str, *, fresh: bool) -> Attempt:
    return Attempt(
        secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), back, fresh
    )


class OidcProvider:
    """One provider, found by its issuer's discovery document."""

    def __init__(self, settings: DirectorySettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._metadata: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._read_at: datetime | None = None

    async def address(self, attempt: Attempt) -> str:
        """Where to send the browser."""
        metadata = await self._discovered()
        asked: dict[str, str] = {"prompt": "login", "max_age": "0"} if attempt.fresh else {}
        if self._settings.oidc_strengths and self._settings.oidc_strength_claim == "acr":
            asked["acr_values"] = " ".join(sorted(self._settings.oidc_strengths))
        uri: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            client_id=self._settings.oidc_client_id,
            response_type="code",
            redirect_uri=self._settings.public_url + CALLBACK,
            scope=self._settings.oidc_scopes,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
            **asked,
        )
        return uri

    async def vouched(self, attempt: Attempt, state: str, code: str) -> Vouched:
        """Raises ProviderFailed."""
        if not secrets.compare_digest(state.encode(), attempt.state.encode()):
            raise ProviderFailed("state")
        answer = await self._exchange(code, attempt.verifier)
        claims = await self._id_token(str(answer.get("id_token", "")), attempt.nonce)
        subject = claims.get(self._settings.oidc_subject_claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise ProviderFailed("subject")
        self._require_strength(claims)
        return Vouched(str(claims["iss"]), subject, self._authenticated_at(claims, fresh=attempt.fresh))

    async def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        metadata = await self._discovered()
        endpoint: str = metadata["token_endpoint"]
        body: str = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=self._settings.public_url + CALLBACK,
            code_verifier=verifier,
            **self._assertion(endpoint),
        )
        headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
        if self._settings.oidc_client_secret is not None:
            secret = self._settings.oidc_client_secret.get_secret_value()
            method = _secret_method(metadata)
            auth = ClientAuth(self._settings.oidc_client_id, secret, method)
            endpoint, headers, body = auth.prepare("POST", endpoint, headers, body)
        try:
            response = await self._http.post(endpoint, content=body, headers=dict(headers))
            found: Mapping[str, Any] = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderFailed("token-endpoint") from error
        return found

    def _assertion(self, endpoint: str) -> dict[str, str]:
        """private_key_jwt, for providers that give no secrets (RFC 7523)."""
        given = self._settings.oidc_client_key
        if given is None:
            return {}
        now = self._clock()
        claims = {
            "iss": self._settings.oidc_client_id,
            "sub": self._settings.oidc_client_id,
            "aud": endpoint,
            "jti": secrets.token_urlsafe(16),
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=2)).timestamp()),
        }
        algorithm = given.get("alg") or ("RS512" if given.get("kty") == "RSA" else "ES256")
        header = {"alg": algorithm, **({"kid": given["kid"]} if "kid" in given else {})}
        key = import_key(dict(given))
        signed = jwt.encode(header, claims, key, algorithms=[algorithm])
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}

    async def _id_token(self, text: str, nonce: str) -> Mapping[str, Any]:
        await self._discovered()
        try:
            token = self._decoded(text)
        except (JoseError, ValueError):
            await self._discovered(anew=True)  # the provider may have changed its keys
            try:
                token = self._decoded(text)
            except (JoseError, ValueError) as error:
                raise ProviderFailed("id-token") from error
        claims = token.claims
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock().timestamp()),
            leeway=CLOCKS_DIFFER,
            iss={"essential": True, "value": self._metadata["issuer"]},
            aud={"essential": True, "value": self._settings.oidc_client_id or ""},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            rules.validate(claims)
        except JoseError as error:
            raise ProviderFailed("id-token-claims") from error
        if claims.get("azp", self._settings.oidc_client_id) != self._settings.oidc_client_id:
            raise ProviderFailed("azp")
        return dict(claims)

    def _decoded(self, text: str) -> jwt.Token:
        assert self._keys is not None  # noqa: S101  (discovered a line before)
        return jwt.decode(text, self._keys, algorithms=ID_TOKEN_ALGORITHMS)

    def _require_strength(self, claims: Mapping[str, Any]) -> None:
        """One word (`acr`) or a list of them (`amr`). What was asked for counts for nothing: the answer does."""
        wanted = self._settings.oidc_strengths
        said = claims.get(self._settings.oidc_strength_claim)
        words = {each for each in (said if isinstance(said, list) else [said]) if isinstance(each, str)}
        if wanted and not words & wanted:
            raise NotStrongEnough("strength")

    def _authenticated_at(self, claims: Mapping[str, Any], *, fresh: bool) -> datetime | None:
        """When the person proved who they are. A provider that was asked for it anew has to say so.

        The token's own age says nothing of it: a provider with a session makes a new token without asking anybody.
        """
        since = _moment(claims.get("auth_time"))
        if not fresh:
            return since
        if since is None:
            raise NotAskedAnew("no-auth-time")
        if self._clock() - since > FRESH_FOR:
            raise NotAskedAnew("old-auth-time")
        return since

    async def _discovered(self, *, anew: bool = False) -> Mapping[str, Any]:
        now = self._clock()
        if not anew and self._read_at is not None and now - self._read_at < KEEP_METADATA:
            return self._metadata
        issuer = (self._settings.oidc_issuer or "").rstrip("/")
        try:
            found = await self._http.get(f"{issuer}/.well-known/openid-configuration")
            metadata: dict[str, Any] = found.raise_for_status().json()
            if str(metadata["issuer"]).rstrip("/") != issuer:
                raise ProviderFailed("issuer")
            keys = (await self._http.get(metadata["jwks_uri"])).raise_for_status().json()
            self._keys = KeySet.import_key_set(keys)
        except (httpx.HTTPError, KeyError, ValueError, JoseError) as error:
            raise ProviderFailed("discovery") from error
        self._metadata, self._read_at = metadata, now
        return metadata


def _moment(said: object) -> datetime | None:
    """None for what is no moment, which is as good as nothing said."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        return datetime.fromtimestamp(said, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _secret_method(metadata: Mapping[str, Any]) -> str:
    """Basic, as the standard has it, unless the provider takes the secret in the body alone."""
    methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
