"""What outcomes holds on one person, asked by referral for the person themselves."""

from fastapi import APIRouter, Depends

from services.outcomes.storage.held_rows import HELD
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
            records = {each.name: await read_held(connection, each, asked.ids) for each in HELD}
        return HeldAnswer(
            held=(
                HeldRecords(
                    what=translatable("Your referral, as we count it"),
                    why=translatable("To count, without names, if people get help"),
                    records=records["referrals"],
                ),
                HeldRecords(
                    what=translatable("What became of each thing you wanted help with"),
                    why=translatable("To count, without names, if people get help"),
                    records=records["legs"],
                ),
                HeldRecords(
                    what=translatable("When we asked how you are"),
                    why=translatable("To see if the help made a difference"),
                    records=records["follow_ups"] + records["moved_due_times"],
                ),
                HeldRecords(
                    what=translatable("What you answered about your wellbeing, and your score"),
                    why=translatable("To see if the help made a difference"),
                    records=records["answers"] + records["measures"],
                ),
            )
        )

    return router
