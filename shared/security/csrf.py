"""A form of ours proves that it is ours: a value made from the session, in every form that acts."""

import hashlib
import hmac
from uuid import UUID

from fastapi import Request
from markupsafe import Markup
from pydantic import SecretStr

FIELD = "csrf"
HEADER = "x-csrf-token"


def csrf_value(key: SecretStr, session_id: UUID) -> str:
    """What the forms of this session carry. The key is the services' own; the session id alone makes nothing."""
    message = b"kith.csrf." + session_id.bytes
    return hmac.new(key.get_secret_value().encode(), message, hashlib.sha256).hexdigest()


def csrf_field(request: Request) -> Markup:
    """Gives templates the hidden field; nothing for whoever is not signed in."""
    caller = getattr(request.state, "caller", None)
    if caller is None or caller.session_id is None:
        return Markup()
    value = csrf_value(request.app.state.settings.link_signing_key, caller.session_id)
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, value)


async def csrf_holds(request: Request, key: SecretStr, session_id: UUID) -> bool:
    """Whether the header or the form carries the session's value."""
    given: object = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        given = (await request.form(max_files=0)).get(FIELD)
    wanted = csrf_value(key, session_id)
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())
