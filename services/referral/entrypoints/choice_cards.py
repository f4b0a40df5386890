"""The groups that a person may choose among, as cards on their own page: as they stand when it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from markupsafe import Markup

from services.referral.domain.fit import why_it_fits
from services.referral.domain.leg import Leg, LegState
from services.referral.domain.listed_pool import ListedPool
from services.referral.domain.proposal import best_of
from services.referral.entrypoints.fit_words import fit_in_words
from services.referral.storage.copied_services import find_service_names
from services.referral.use_cases.route_legs import decide_for, home_of
from shared.postgres.pool import Connection
from shared.web.phrases import phrase

A_FEW = 3  # places: what is left is our guess, so no number is said


@dataclass(frozen=True, slots=True)
class Card:
    service_id: UUID
    name: str
    codes: tuple[str, ...]
    area: str
    pool: ListedPool

    def reasons(self) -> Sequence[Markup]:
        return fit_in_words(self.codes, self.area)

    def times(self) -> Sequence[Markup]:
        found = []
        if self.pool.evenings:
            found.append(phrase("Also in the evening"))
        if self.pool.weekends:
            found.append(phrase("Also at weekends"))
        return found

    def wait(self) -> Markup | None:
        """What the group says itself of how long it takes to begin."""
        days = self.pool.signal.expected_wait_days
        return None if days is None else phrase("Expected wait, in days: %(days)s", days=days)

    def space(self) -> Markup:
        free = self.pool.signal.free
        few = self.pool.signal.status == "limited" or (free is not None and free <= A_FEW)
        return phrase("Has a few places left") if few else phrase("Has places")


async def cards_of(
    connection: Connection, legs: Iterable[Leg], now: datetime
) -> Mapping[UUID, Sequence[Card]]:
    """The best three for each leg whose person chooses, by leg. There may be none just now."""
    proposed = {leg: best_of(await decide_for(connection, leg, now)) for leg in legs if _is_open(leg)}
    services = {each.pool.service_id for found in proposed.values() for each in found}
    names = await find_service_names(connection, services) if services else {}
    return {
        leg.leg_id: [
            Card(
                each.pool.service_id, names.get(each.pool.service_id, ""),
                why_it_fits(each.pool, leg.wants, home_of(leg.wants.area)), leg.wants.area, each.pool,
            )
            for each in found
        ]
        for leg, found in proposed.items()
    }  # fmt: skip


def _is_open(leg: Leg) -> bool:
    return leg.state is LegState.PROPOSED
