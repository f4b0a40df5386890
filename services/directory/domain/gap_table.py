"""Supply against need and demand: one line for each ward and need, each held against all wards of the places."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.directory.domain.catchment import HomeArea
from services.directory.domain.communities import Census, Members, members
from services.directory.domain.cover import Cover, Gap, Pressure, gap_of, pressure_of, typical

NO_COVER = Cover()
FOR_EACH = 10_000  # residents


@dataclass(frozen=True, slots=True)
class Ward:
    """A ward with its residents. `decile` is that of its neighbourhoods (IMD), by residents; 1 is most deprived."""

    code: str
    name: str
    borough: str
    residents: int
    decile: int
    five: Mapping[str, int]
    homes: tuple[HomeArea, ...]


@dataclass(frozen=True, slots=True)
class GapRow:
    """`referrals` are those of the whole borough for the need; None is hidden."""

    ward: Ward
    need: str
    cover: Cover
    members: Members | None
    referrals: int | None
    pressure: Pressure
    gap: Gap


@dataclass(frozen=True, slots=True)
class Known:
    """What the table is made of, of every ward there is: the middle is the same whoever asks."""

    wards: Sequence[Ward]
    covers: Mapping[str, Mapping[str, Cover]]
    """By ward and need."""
    census: Mapping[str, Census]
    referrals: Mapping[tuple[str, str], int | None]
    """Of the last twelve months by borough and need, as they may be shown."""
    group: str | None = None

    def members_of(self, ward: Ward) -> Members | None:
        return members(self.group, ward.five, ward.residents, self.census.get(ward.borough))


def gap_rows(known: Known, boroughs: Collection[str], needs: Sequence[str]) -> Iterator[GapRow]:
    """Ward by ward in the order given, need by need."""
    of_group = {ward.code: known.members_of(ward) for ward in known.wards}
    typical_share = typical(each.share for each in of_group.values() if each is not None)
    rates = _rates(known)
    services = {need: typical(_cover(known, ward, need).services for ward in known.wards) for need in needs}
    rate = {
        need: typical(each for (_, of), each in rates.items() if of == need and each is not None)
        for need in needs
    }
    for ward in known.wards:
        if ward.borough not in boroughs:
            continue
        belong = of_group[ward.code]
        for need in needs:
            pressure = pressure_of(
                decile=ward.decile,
                share=belong.share if belong else None,
                typical_share=typical_share,
                rate=rates.get((ward.borough, need)),
                typical_rate=rate[need],
            )
            cover = _cover(known, ward, need)
            referrals = known.referrals.get((ward.borough, need), 0)
            gap = gap_of(cover.services, services[need], pressure)
            yield GapRow(ward, need, cover, belong, referrals, pressure, gap)


def _cover(known: Known, ward: Ward, need: str) -> Cover:
    return known.covers.get(ward.code, {}).get(need, NO_COVER)


def _rates(known: Known) -> dict[tuple[str, str], float | None]:
    """Referrals for each 10,000 residents of the borough; hidden counts have none."""
    residents: defaultdict[str, int] = defaultdict(int)
    for ward in known.wards:
        residents[ward.borough] += ward.residents
    return {
        (borough, need): None if count is None else count * FOR_EACH / residents[borough]
        for (borough, need), count in known.referrals.items()
        if residents[borough]
    }
