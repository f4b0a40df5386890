"""What the pages about gaps in support work with: wards, the index of services, and counts of referrals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.directory.domain.gap_table import GapRow, Known, gap_rows
from services.directory.domain.occurrences import LONDON
from services.directory.domain.referral_counts import Kind, growth, last_months, shown
from services.directory.entrypoints.finding.neighbourhoods import Neighbourhoods
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.storage.referral_count_rows import (
    counts_by_area,
    counts_by_month,
    names_of_organisations,
)
from shared.places.places import Places
from shared.postgres.pool import Connection, Pool, transaction
from shared.service_defaults.clock import Clock
from shared.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """One source or organisation, month by month; None is hidden. `change` is None where it cannot be said."""

    code: str
    name: str
    months: tuple[int | None, ...]
    change: int | None


class GapDesk:
    def __init__(
        self, pool: Pool, clock: Clock, keeper: IndexKeeper, places: Places, *, hide_small_counts: bool
    ) -> None:
        self.pool, self.clock, self.places = pool, clock, places
        self.hides = hide_small_counts
        self.neighbourhoods = Neighbourhoods(places)
        self._keeper = keeper

    @property
    def months(self) -> Sequence[date]:
        return last_months(self.clock().astimezone(LONDON).date())

    async def rows(self, boroughs: Collection[str], needs: Sequence[str], group: str | None) -> list[GapRow]:
        """Held against all of London, so that the same ward has the same gap whoever looks."""
        wards = self.neighbourhoods.wards
        by_borough: dict[str, list[int]] = {}
        for number, ward in enumerate(wards):
            by_borough.setdefault(ward.borough, []).append(number)
        covers = await self._keeper.covers(
            [[wards[each].homes for each in numbers] for numbers in by_borough.values()], group
        )
        order = [number for numbers in by_borough.values() for number in numbers]
        flat = [cover for each in covers for cover in each]
        known = Known(
            wards,
            {wards[number].code: cover for number, cover in zip(order, flat, strict=True)},
            self.neighbourhoods.census,
            await self._referrals(),
            group,
        )
        return list(gap_rows(known, boroughs, needs))

    async def _referrals(self) -> dict[tuple[str, str], int | None]:
        """Of each borough by need, as they may be shown."""
        boroughs, needs = vocabulary.boroughs(), tuple(vocabulary.needs())
        async with transaction(self.pool) as connection:
            counted = await counts_by_area(connection, "need", self.months[0], list(boroughs))
        cells = {(borough, need): counted.get((borough, need), 0) for borough in boroughs for need in needs}
        return shown(cells, ([(borough, need) for need in needs] for borough in boroughs), hide=self.hides)

    async def growth(self, boroughs: Collection[str], kind: Kind) -> list[GrowthRow]:
        """By month of these boroughs together; those that had most come first."""
        months = self.months
        async with transaction(self.pool) as connection:
            counted = await counts_by_month(connection, kind, months[0], boroughs)
            codes = sorted({code for code, _ in counted})
            names = await _names(connection, kind, codes)
        cells = {(code, month): counted.get((code, month), 0) for code in codes for month in months}
        told = shown(cells, ([(code, month) for code in codes] for month in months), hide=self.hides)
        rows = []
        for code in codes:
            by_month = tuple(told[code, month] for month in months)
            rows.append(GrowthRow(code, names.get(code, code), by_month, growth(by_month)))
        return sorted(rows, key=lambda row: (-sum(each or 0 for each in row.months), row.name))


DOORS = {"gp": "GP practice", "self": "The person themselves"}


async def _names(connection: Connection, kind: Kind, codes: Sequence[str]) -> dict[str, str]:
    if kind != "organisation":
        return DOORS
    found = await names_of_organisations(connection, [UUID(code) for code in codes])
    return {code: found.get(UUID(code), "An organisation that is not listed any more") for code in codes}
