"""For operators: how many messages there are, by template and state. Never what they say or to whom."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from services.notify.storage.message_rows import count_messages
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.security.api_callers import require_scope
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
    router = APIRouter(prefix="/notify/api", dependencies=[Depends(require_scope("operate"))])

    @router.get("/messages")
    async def count(since: Annotated[Moment | None, Query()] = None) -> MessageCounts:
        async with transaction(pool, rounds_reach("notify")) as connection:
            rows = await count_messages(connection, since)
        return MessageCounts(since=since, counts=tuple(MessageCount(**row) for row in rows))

    return router
