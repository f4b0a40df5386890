"""Interpreters and volunteers are asked for after the place itself: a hold of theirs never comes before it.

So no hold ever waits for another, and nobody is kept from helping one person by a place that another never got.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from uuid import UUID

from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.places import Hold, HoldState

WITH_A_PLACE = frozenset({HoldState.HELD, HoldState.TAKEN})


def may_be_asked(kind: PoolKind, leg_id: UUID, legs_with_a_place: AbstractSet[UUID]) -> bool:
    """Whether a place of this kind can be given to the leg now."""
    return not kind.accompanies or leg_id in legs_with_a_place


def legs_with_a_place(holds: Iterable[Hold], kinds: Mapping[UUID, PoolKind]) -> set[UUID]:
    """The legs that hold or have a main place among these."""
    return {
        hold.request.leg_id
        for hold in holds
        if hold.state in WITH_A_PLACE and not kinds.get(hold.request.pool_id, PoolKind.SERVICE).accompanies
    }
