"""Machines that call us show a key; only its SHA-256 is known here."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from shared.security.access_errors import NotAllowed, NotKnown, bearer_token, refused
from shared.security.declared_access import DeclaresAccess
from shared.service_defaults.settings import ApiClient, ServiceSettings


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls, and what it may do."""

    name: str
    scopes: frozenset[str]


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
        key = bearer_token(request)
        caller = find_caller(settings.api_keys, key) if key else None
        if caller is None:
            raise refused(request, NotKnown())
        if self.scope not in caller.scopes:
            raise refused(request, NotAllowed(f"The scope {self.scope} is needed."))
        return caller


def require_scope(scope: str) -> RequireScope:
    """Declares that a route needs a key with this scope."""
    return RequireScope(scope)
