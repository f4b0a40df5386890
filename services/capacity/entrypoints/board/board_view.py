"""What the board shows: pools by organisation with their sums, as it is decided before any word is said."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.capacity.domain.networks import Network, Organisations
from services.capacity.domain.pool import Pool
from services.capacity.domain.status import Status

NOBODY_NAMED: Final = Organisations()


@dataclass(frozen=True, slots=True)
class Sums:
    """How pools stand together. `free` counts where there is a number; `no_limit` are the pools without one."""

    pools: int = 0
    with_space: int = 0
    no_space: int = 0
    unknown: int = 0
    free: int = 0
    no_limit: int = 0
    held: int = 0
    taken: int = 0

    @classmethod
    def of(cls, pools: Iterable[Pool]) -> "Sums":
        total = cls()
        for pool in pools:
            total += cls._one(pool)
        return total

    @classmethod
    def _one(cls, pool: Pool) -> "Sums":
        ledger = pool.ledger
        gives = ledger.status.gives_places and ledger.free_or_no_limit != 0
        unknown = ledger.status is Status.UNKNOWN
        return cls(
            pools=1,
            with_space=int(gives),
            no_space=int(not gives and not unknown),
            unknown=int(unknown),
            free=(ledger.free_or_no_limit or 0) if gives else 0,
            no_limit=int(gives and ledger.free_or_no_limit is None),
            held=ledger.held,
            taken=ledger.taken,
        )

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.pools + other.pools,
            self.with_space + other.with_space,
            self.no_space + other.no_space,
            self.unknown + other.unknown,
            self.free + other.free,
            self.no_limit + other.no_limit,
            self.held + other.held,
            self.taken + other.taken,
        )


@dataclass(frozen=True, slots=True)
class OfOrganisation:
    """The pools of one organisation. None: whose it is has not been said, or how it is called."""

    organisation_id: UUID | None
    pools: Sequence[Pool]
    sums: Sums
    name: str | None = None


@dataclass(frozen=True, slots=True)
class OfNetwork:
    """What an organisation and all below it have together."""

    network: Network
    sums: Sums


@dataclass(frozen=True, slots=True)
class Board:
    """`ours` are the organisations whose word somebody may say; `elsewhere` is what they only look at."""

    ours: Sequence[OfOrganisation]
    elsewhere: Sequence[Pool]
    all_together: Sums
    networks: Sequence[OfNetwork] = ()

    @property
    def is_one_network(self) -> bool:
        """Then what it has together is all that there is."""
        return not self.elsewhere and any(
            {group.organisation_id for group in self.ours} <= each.network.members for each in self.networks
        )


def board_of(
    pools: Sequence[Pool], organisations: Iterable[UUID], named: Organisations = NOBODY_NAMED
) -> Board:
    own = frozenset(organisations)
    by_organisation: defaultdict[UUID | None, list[Pool]] = defaultdict(list)
    for pool in pools:
        by_organisation[pool.organisation_id].append(pool)
    ours = [
        OfOrganisation(each, found, Sums.of(found), named.name(each))
        for each, found in by_organisation.items()
        if each in own
    ]
    networks = [
        OfNetwork(each, Sums.of(pool for pool in pools if pool.organisation_id in each.members))
        for each in named.networks(own)
    ]
    return Board(
        ours=sorted(ours, key=lambda group: (group.name or group.pools[0].service_name).casefold()),
        elsewhere=[pool for pool in pools if pool.organisation_id not in own],
        all_together=Sums.of(pools),
        networks=networks,
    )
