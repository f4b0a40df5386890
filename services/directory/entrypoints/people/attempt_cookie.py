"""The sign-in under way, in a signed cookie of ten minutes: nobody else's answer fits this browser."""

import hashlib
from dataclasses import asdict

from fastapi import Request
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.responses import Response

from services.directory.outbound.oidc_provider import Attempt
from services.directory.settings import DirectorySettings
from shared.security.cookies import SIGNING_IN, cookie_name, drop_cookie, set_cookie

SECONDS = 600
SALT = "kith.signing-in"


def keep_attempt(response: Response, attempt: Attempt, settings: DirectorySettings) -> None:
    set_cookie(response, SIGNING_IN, _signer(settings).dumps(asdict(attempt)), settings, seconds=SECONDS)


def read_attempt(request: Request, settings: DirectorySettings) -> Attempt | None:
    text = request.cookies.get(cookie_name(SIGNING_IN, settings), "")
    try:
        return Attempt(**_signer(settings).loads(text, max_age=SECONDS))
    except (BadData, TypeError):
        return None


def forget_attempt(response: Response, settings: DirectorySettings) -> None:
    drop_cookie(response, SIGNING_IN, settings)


def _signer(settings: DirectorySettings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        settings.link_signing_key.get_secret_value(),
        salt=SALT,
        signer_kwargs={"digest_method": hashlib.sha256},  # the library's own choice is SHA-1
    )
