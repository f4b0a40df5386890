"""Machines that call us show an access token with a scope, or a key of which only the SHA-256 is known here."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from shared.access.caller import Caller, CallerKind
from shared.access.decide import Allowed, Facts, may
from shared.access.vocabulary import Verb
from shared.security.access_errors import NotAllowed, NotKnown, bearer_token, refused
from shared.security.access_tokens import TokenExpired, TokenNotValid, looks_like_token
from shared.security.declared_access import DeclaresAccess
from shared.security.token_callers import TokenOutOfDate, caller_of
from shared.service_defaults.settings import ApiClient, ServiceSettings
from shared.web.dates import LONDON


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls, and what it may do."""

    name: str
    scopes: frozenset[str]
    system: Caller | None = None
    """The system of a token, with the areas and the organisation that it is bound to; a key has none."""

    def reaches(self, verb: Verb, facts: Facts, now: datetime) -> bool:
        """Whether the thing lies where the system is bound to. A key, of the demonstration, is bound to nothing."""
        if self.system is None:
            return True
        return isinstance(may(self.system, verb, facts, now.astimezone(LONDON).date()), Allowed)

    def check(self, verb: Verb, facts: Facts, now: datetime) -> None:
        """Raises NotAllowed for what lies elsewhere."""
        if not self.reaches(verb, facts, now):
            raise NotAllowed("This system is bound to other areas or another organisation.")


def find_caller(clients: Mapping[str, ApiClient], key: str) -> ApiCaller | None:
    """The client whose key this is. All are compared, each in constant time."""
    digest = hashlib.sha256(key.encode()).hexdigest()
    found = [name for name, client in clients.items() if hmac.compare_digest(client.sha256, digest)]
    return ApiCaller(found[0], clients[found[0]].scopes) if found else None


class RequireScope(DeclaresAccess):
    """A key with the scope: 401 without a known key, 403 without the scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.access = f"scope {scope}"

    async def __call__(self, request: Request) -> ApiCaller:
        settings: ServiceSettings = request.app.state.settings
        credential = bearer_token(request)
        caller = None
        if credential and looks_like_token(credential):
            caller = await _system(request, credential)
        elif credential:
            caller = find_caller(settings.api_keys, credential)
        if caller is None:
            raise refused(request, NotKnown())
        if self.scope not in caller.scopes:
            raise refused(request, NotAllowed(f"The scope {self.scope} is needed."))
        return caller


async def _system(request: Request, token: str) -> ApiCaller | None:
    try:
        caller = await caller_of(request, token)
    except (TokenNotValid, TokenExpired, TokenOutOfDate):
        return None
    if caller.kind is not CallerKind.SYSTEM:
        return None
    return ApiCaller(str(caller.member_id), caller.scopes, caller)


def require_scope(scope: str) -> RequireScope:
    """Declares that a route needs a key with this scope."""
    return RequireScope(scope)
