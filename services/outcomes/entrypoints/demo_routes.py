"""What only a demonstration needs: nobody waits twelve weeks to see a follow-up."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from services.outcomes.domain.errors import SupportNotStarted
from services.outcomes.entrypoints.error_responses import SupportHasNotStarted
from services.outcomes.use_cases.bring_follow_up_forward import bring_follow_up_forward
from shared.postgres.pool import Pool, transaction
from shared.security.api_callers import ApiCaller, require_scope
from shared.security.reaches import operator_reach
from shared.service_defaults.clock import Clock


class FollowUpNow(BaseModel):
    """The follow-up that is due now."""

    model_config = ConfigDict(frozen=True)

    follow_up_id: UUID
    due_at: datetime


def demo_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/outcomes/api/demo")

    # Needs no Idempotency-Key: a due time that has come stays, however often it is asked for.
    @router.post("/legs/{leg_id}/follow-up-now")
    async def follow_up_now(
        leg_id: UUID, request: Request, caller: Annotated[ApiCaller, Depends(require_scope("operate"))]
    ) -> FollowUpNow:
        try:
            async with transaction(pool, operator_reach(request, caller)) as connection:
                moved = await bring_follow_up_forward(connection, leg_id, UUID(caller.name), clock())
        except SupportNotStarted as error:
            raise SupportHasNotStarted from error
        return FollowUpNow(follow_up_id=moved.follow_up_id, due_at=moved.due_at)

    return router
