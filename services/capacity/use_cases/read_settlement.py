"""What is still under way when a provider has said full or paused."""

from dataclasses import dataclass
from uuid import UUID

from services.capacity.storage.hold_rows import HeldBefore, list_held_before
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class Settlement:
    """`already_shown`: offers that the provider saw before; `settling`: places on their way to being given back.

    With none settling the promise of full holds: nobody new will be shown.
    """

    already_shown: tuple[HeldBefore, ...] = ()
    settling: int = 0


async def read_settlement(connection: Connection, pool_id: UUID, version: int) -> Settlement:
    held = await list_held_before(connection, pool_id, version)
    shown = tuple(each for each in held if each.shown_at is not None)
    return Settlement(shown, len(held) - len(shown))
