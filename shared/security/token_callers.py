"""From a token to a caller who still may come in."""

from datetime import datetime

from fastapi import Request

from shared.access.caller import Caller
from shared.security.access_tokens import TokenNotValid, TokenReader
from shared.security.copied_members import find_standing
from shared.service_defaults.clock import Clock


class TokenOutOfDate(Exception):
    """Ours and in time, but the member's rights have changed or ended since."""


async def caller_of(request: Request, token: str) -> Caller:
    """Raises TokenNotValid, TokenExpired or TokenOutOfDate."""
    state = request.app.state
    reader: TokenReader = state.token_reader
    caller = reader.read(token, now_of(request))
    if state.pool is None or caller.member_id is None:
        raise TokenNotValid("nobody-to-ask")
    standing = await find_standing(state.pool, caller.member_id)
    if standing is not None and not standing.allows(caller.version):
        raise TokenOutOfDate
    return caller


def now_of(request: Request) -> datetime:
    clock: Clock = request.app.state.clock
    return clock()
