"""For operators: how many messages there are, by template and state. Never what they say or to whom."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from services.notify.storage.message_rows import count_messages
from shared.postgres.pool import Pool, transaction
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import operator_reach
from shared.service_defaults.moments import Moment


class MessageCount(BaseModel):
    model_config = ConfigDict(frozen=True)

    template: str
    state: Literal["pending", "sending", "sent", "failed"]
    messages: int


class MessageCounts(BaseModel):
    """Counts of the messages made since a moment, or of all."""

    model_config = ConfigDict(frozen=True)

    since: Moment | None
    counts: tuple[MessageCount, ...]


def message_router(pool: Pool) -> APIRouter:
    router = APIRouter(prefix="/notify/api")

    @router.get("/messages")
    async def count(
        request: Request,
        caller: Annotated[ApiCaller, Depends(require_scope("operate"))],
        since: Annotated[Moment | None, Query()] = None,
    ) -> MessageCounts:
        """Of the areas that the system is bound to, and of messages that are about no person."""
        async with transaction(pool, operator_reach(request, caller)) as connection:
            rows = await count_messages(connection, since)
        return MessageCounts(since=since, counts=tuple(MessageCount(**row) for row in rows))

    return router
