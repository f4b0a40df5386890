"""Whether whoever was let in would be let in again: for answers that last longer than a moment."""

from fastapi import Request

from shared.security.access_errors import bearer_token
from shared.security.access_tokens import TokenExpired, TokenNotValid
from shared.security.known_caller import cookie_token
from shared.security.token_callers import TokenOutOfDate, caller_of


async def still_in(request: Request) -> bool:
    """False once the token ran out, the member was signed out or shut out, or their rights changed."""
    token = bearer_token(request) or cookie_token(request)
    if token is None:
        return False
    try:
        await caller_of(request, token)
    except (TokenExpired, TokenOutOfDate, TokenNotValid):
        return False
    return True
