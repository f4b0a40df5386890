"""Systems that call us show an access token with a scope, got from directory for their id and secret."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from shared.access.caller import Caller, CallerKind
from shared.access.decide import Allowed, Facts, may
from shared.access.vocabulary import Verb
from shared.security.access_errors import NotAllowed, NotKnown, bearer_token, refused
from shared.security.access_tokens import TokenExpired, TokenNotValid
from shared.security.declared_access import DeclaresAccess
from shared.security.token_callers import TokenOutOfDate, caller_of
from shared.web.dates import LONDON


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Which system calls, with the areas and the organisation that it is bound to."""

    system: Caller

    @property
    def name(self) -> str:
        return str(self.system.member_id)

    def reaches(self, verb: Verb, facts: Facts, now: datetime) -> bool:
        """Whether the thing lies where the system is bound to."""
        return isinstance(may(self.system, verb, facts, now.astimezone(LONDON).date()), Allowed)

    def check(self, verb: Verb, facts: Facts, now: datetime) -> None:
        """Raises NotAllowed for what lies elsewhere."""
        if not self.reaches(verb, facts, now):
            raise NotAllowed("This system is bound to other areas or another organisation.")


class RequireScope(DeclaresAccess):
    """A token with the scope: 401 without a good token, 403 without the scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.access = f"scope {scope}"

    async def __call__(self, request: Request) -> ApiCaller:
        token = bearer_token(request)
        system = await _system(request, token) if token else None
        if system is None:
            raise refused(request, NotKnown())
        if self.scope not in system.scopes:
            raise refused(request, NotAllowed(f"The scope {self.scope} is needed."))
        return ApiCaller(system)


async def _system(request: Request, token: str) -> Caller | None:
    try:
        caller = await caller_of(request, token)
    except (TokenNotValid, TokenExpired, TokenOutOfDate):
        return None
    return caller if caller.kind is CallerKind.SYSTEM else None


def require_scope(scope: str) -> RequireScope:
    """Declares that a route needs a token with this scope."""
    return RequireScope(scope)
