"""An organisation's hierarchy: what a lead provider reaches among those it subcontracts to, as declared."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.access.roles import Role


@dataclass(frozen=True, slots=True)
class PassedDown:
    """A parent and one below it, with the roles that count below as they do above."""

    parent: UUID
    child: UUID
    roles: frozenset[Role]


def organisations_reached(held: UUID, role: Role, links: Iterable[PassedDown]) -> frozenset[UUID]:
    """The organisation of the membership, and those below it while each step passes the role down.

    A circle in what was declared ends nothing and adds nothing.
    """
    under: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for link in links:
        if role in link.roles:
            under[link.parent].add(link.child)
    found, waiting = {held}, [held]
    while waiting:
        below = under[waiting.pop()] - found
        found |= below
        waiting += below
    return frozenset(found)
