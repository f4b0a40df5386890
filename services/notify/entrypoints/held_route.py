"""What notify holds on one person, asked by referral for the person themselves."""

from fastapi import APIRouter, Depends

from services.notify.storage.held_rows import MESSAGES
from shared.postgres.held_rows import read_held
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import areas_reach
from shared.security.held_data import HELD_PATH, HeldAnswer, HeldRecords, HeldRequest
from shared.security.recipients import require_internal_key
from shared.web.phrases import translatable


def held_router(pool: Pool) -> APIRouter:
    router = APIRouter(dependencies=[Depends(require_internal_key)], include_in_schema=False)

    @router.post(HELD_PATH)
    async def held(asked: HeldRequest) -> HeldAnswer:
        async with transaction(pool, areas_reach([asked.area])) as connection:
            messages = await read_held(connection, MESSAGES, asked.ids)
        return HeldAnswer(
            held=(
                HeldRecords(
                    what=translatable(
                        "Messages to you, and to others about your referral. We do not keep their words"
                    ),
                    why=translatable("To know what was sent, and if it arrived"),
                    records=messages,
                ),
            )
        )

    return router
