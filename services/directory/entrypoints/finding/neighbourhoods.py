"""The wards of London's boroughs as the places know them, read once."""

from collections import defaultdict
from functools import cached_property

from services.directory.domain.catchment import HomeArea
from services.directory.domain.communities import Census
from services.directory.domain.gap_table import Ward
from shared.places.place import Area
from shared.places.places import Places
from shared.vocabulary.vocabulary import boroughs


class Neighbourhoods:
    def __init__(self, places: Places) -> None:
        self._places = places

    @cached_property
    def wards(self) -> tuple[Ward, ...]:
        """In the order of the names of their boroughs, then of their own."""
        found = []
        for borough in sorted(boroughs().values(), key=lambda each: each.name):
            parts: defaultdict[str, list[Area]] = defaultdict(list)
            for lsoa in sorted(self._places.within(borough.code)):
                area = self._places.area(lsoa)
                if area is not None:
                    parts[area.ward].append(area)
            made = [self._ward(code, areas) for code, areas in parts.items()]
            found += sorted(made, key=lambda ward: (ward.name, ward.code))
        return tuple(found)

    @cached_property
    def census(self) -> dict[str, Census]:
        found = {code: self._places.population(code) for code in boroughs()}
        return {
            code: Census(each.residents, each.females, each.males, each.groups)
            for code, each in found.items()
            if each is not None
        }

    def _ward(self, code: str, areas: list[Area]) -> Ward:
        residents = sum(area.residents for area in areas)
        weighed = sum(area.imd_decile * area.residents for area in areas)
        five = {group: sum(area.groups[group] for area in areas) for group in areas[0].groups}
        return Ward(
            code,
            self._places.name_of(code) or code,
            areas[0].borough,
            residents,
            round(weighed / residents) if residents else areas[0].imd_decile,
            five,
            tuple(HomeArea(area.lsoa, area.ward, area.borough, area.point) for area in areas),
        )
