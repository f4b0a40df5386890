"""The pairs among all services that are likely one and the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from services.directory.duplicates.blocking import Blocks
from services.directory.duplicates.likeness import Likeness, likeness, the_weights


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """The lesser id stands left, so a pair has one name."""

    left_id: UUID
    right_id: UUID
    likeness: Likeness


def likely_pairs(blocks: Blocks, of: Iterable[UUID]) -> Iterator[LikelyPair]:
    """Every likely pair in which one of these services is, once."""
    weights, looked_at = the_weights(), set[tuple[UUID, UUID]]()
    for service_id in of:
        if service_id not in blocks:
            continue
        for other_id in blocks.beside(service_id):
            pair = (service_id, other_id) if service_id < other_id else (other_id, service_id)
            if pair in looked_at:
                continue
            looked_at.add(pair)
            found = likeness(blocks[pair[0]], blocks[pair[1]], weights)
            if found.points >= weights.likely_from:
                yield LikelyPair(*pair, found)
