"""Looks at an assignment from outside: places given twice, pools nobody asked for, pairs that would rather have each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

ClaimOf = Callable[[UUID, UUID], Any]


def faults(
    choices: Mapping[UUID, Sequence[UUID]],
    places: Mapping[UUID, int | None],
    claim_of: ClaimOf,
    assigned: Mapping[UUID, UUID],
) -> Iterator[str]:
    """What is wrong with an assignment, in words. It goes over every pair, and knows nothing of how it was made."""
    with_pool: dict[UUID, list[UUID]] = {pool: [] for pool in places}
    for person, pool in assigned.items():
        if pool not in choices[person]:
            yield f"{person} is sent to {pool}, which is none of theirs"
            return
        with_pool[pool].append(person)
    for pool, people in with_pool.items():
        limit = places[pool]
        if limit is not None and len(people) > limit:
            yield f"{pool} has {limit} places and is given {len(people)} people"
    yield from blocking_pairs(choices, places, claim_of, assigned, with_pool)


def blocking_pairs(
    choices: Mapping[UUID, Sequence[UUID]],
    places: Mapping[UUID, int | None],
    claim_of: ClaimOf,
    assigned: Mapping[UUID, UUID],
    with_pool: Mapping[UUID, Sequence[UUID]],
) -> Iterator[str]:
    """Somebody would rather go to a pool that has room, or somebody with a lesser claim."""
    last = {
        pool: max((claim_of(pool, person) for person in people), default=None)
        for pool, people in with_pool.items()
    }
    for person, pools in choices.items():
        for pool in pools:
            if pool == assigned.get(person):
                break
            limit, lesser = places[pool], last[pool]
            has_room = limit is None or len(with_pool[pool]) < limit
            if has_room or (lesser is not None and claim_of(pool, person) < lesser):
                yield f"{person} and {pool} would rather have each other"
