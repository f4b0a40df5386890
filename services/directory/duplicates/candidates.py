"""The pairs among all services that are likely one and the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from services.directory.duplicates.blocking import Blocks
from services.directory.duplicates.likeness import Likeness, likely, the_weights


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """The lesser id stands left, so a pair has one name."""

    left_id: UUID
    right_id: UUID
    likeness: Likeness


def likely_pairs(blocks: Blocks, of: Iterable[UUID]) -> Iterator[LikelyPair]:
    """Every likely pair in which one of these services is, once."""
    weights, done = the_weights(), set[UUID]()
    most_of_words = weights.most_of_words
    for service_id in of:
        if service_id not in blocks:
            continue
        one = blocks.telling(service_id)
        for other_id in blocks.beside(service_id) - done:
            found = likely(one, blocks[other_id], weights, most_of_words)
            if found is not None:
                yield LikelyPair(min(service_id, other_id), max(service_id, other_id), found)
        done.add(service_id)
