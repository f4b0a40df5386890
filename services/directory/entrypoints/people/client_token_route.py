"""`POST /directory/token`: OAuth 2.0 client credentials (RFC 6749 §4.4). `GET /directory/token-keys`: the public keys."""

import base64
import binascii
from typing import Annotated, Any, Literal
from urllib.parse import unquote

import structlog
from fastapi import APIRouter, Depends, Form, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from services.directory.domain.errors import ClientRefused, ScopeRefused
from services.directory.entrypoints.people.sign_in_access import ClientSecretAccess
from services.directory.settings import DirectorySettings
from services.directory.use_cases.trust_clients import caller_for
from shared.postgres.pool import Pool, transaction
from shared.security.access_tokens import TOKEN_LIFE, TokenSigner
from shared.security.declared_access import public
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)

Text = Annotated[str | None, Form(max_length=1000)]


class TokenAnswer(BaseModel):
    """RFC 6749 §5.1."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class TokenRefused(BaseModel):
    """RFC 6749 §5.2: a word and no more."""

    error: Literal["invalid_client", "invalid_scope", "unsupported_grant_type"]


OAUTH_ANSWERS: dict[int | str, dict[str, Any]] = {
    400: {"model": TokenRefused, "description": "The request asks for what there is not"},
    401: {"model": TokenRefused, "description": "No such system, or not its secret"},
}


def client_token_router(pool: Pool, signer: TokenSigner, clock: Clock) -> APIRouter:
    router = APIRouter(dependencies=[Depends(ClientSecretAccess())])

    @router.post("/directory/token", response_model=TokenAnswer, responses=OAUTH_ANSWERS)
    async def token(
        request: Request,
        grant_type: Text = None,
        scope: Text = None,
        client_id: Text = None,
        client_secret: Text = None,
    ) -> Response:
        """An access token for a system, good for five minutes."""
        if grant_type != "client_credentials":
            return _refused("unsupported_grant_type")
        name, secret = _basic(request) or (client_id or "", client_secret or "")
        try:
            async with transaction(pool) as connection:
                caller = await caller_for(connection, name, secret, _scopes(scope))
        except ClientRefused:
            return _refused("invalid_client", 401)
        except ScopeRefused:
            return _refused("invalid_scope")
        log.info("client_token.given", client_id=str(caller.member_id), scopes=sorted(caller.scopes))
        return _answer(
            {
                "access_token": signer.sign(caller, clock()),
                "token_type": "Bearer",
                "expires_in": int(TOKEN_LIFE.total_seconds()),
                "scope": " ".join(sorted(caller.scopes)),
            }
        )

    return router


def token_key_router(settings: DirectorySettings) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())])

    @router.get("/directory/token-keys")
    async def token_keys() -> dict[str, Any]:
        """The public keys of access tokens, as a JSON Web Key Set."""
        return settings.token_keys

    return router


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return unquote(name), unquote(secret)


def _scopes(text: str | None) -> frozenset[str] | None:
    return frozenset(text.split()) if text and text.strip() else None


def _refused(error: str, status: int = 400) -> Response:
    log.warning("client_token.refused", reason=error)
    headers = {"www-authenticate": "Basic"} if status == 401 else {}
    return _answer({"error": error}, status, headers)


def _answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(body, status, headers={"cache-control": "no-store", **(headers or {})})
