"""What capacity holds on one person, asked by referral for the person themselves."""

from fastapi import APIRouter, Depends

from services.capacity.storage.held_rows import PLACE_HOLDS
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
            holds = await read_held(connection, PLACE_HOLDS, asked.ids)
        return HeldAnswer(
            held=(
                HeldRecords(
                    what=translatable("Places that we asked for you"),
                    why=translatable("So that a group that is full is asked for no more"),
                    records=holds,
                ),
            )
        )

    return router
