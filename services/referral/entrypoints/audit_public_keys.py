"""Where auditors find the public keys of signed heads; and how the check reads them, from here or from a file."""

from pathlib import Path

import httpx
import orjson
from fastapi import APIRouter, Depends
from starlette.responses import JSONResponse

from services.referral.domain.audit_public_keys import as_key_set, keys_of_set
from services.referral.settings import ReferralSettings
from shared.security.declared_access import public

AUDIT_KEYS = "/referral/audit/keys.json"
PATIENCE_SECONDS = 5.0


class KeysNotReadable(Exception):
    """There are no public keys to check with. The argument says why."""


def audit_keys_router(settings: ReferralSettings) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(public())])
    published = as_key_set(settings.audit_public_keys)

    @router.get(AUDIT_KEYS)
    async def show_keys() -> JSONResponse:
        return JSONResponse(published, media_type="application/jwk-set+json")

    return router


def keys_from_file(path: Path) -> dict[str, bytes]:
    """Those that the auditor keeps."""
    try:
        return keys_of_set(orjson.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise KeysNotReadable(f"{path} is no set of public keys: {error}") from error


def keys_from_service(address: str) -> dict[str, bytes]:
    """Those that the running service says are its own."""
    try:
        answer = httpx.get(address + AUDIT_KEYS, timeout=PATIENCE_SECONDS).raise_for_status()
        return keys_of_set(answer.json())
    except (httpx.HTTPError, ValueError) as error:
        raise KeysNotReadable(
            f"the service at {address} does not say its public keys; give them with --keys FILE"
        ) from error
