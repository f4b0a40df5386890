"""Residents of each authority by sex and by ethnic group, those of authorities made since the census as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from deploy.places.tables import NotUsable, Row, read_table
from shared.places.ethnic_groups import ETHNIC_GROUPS
from shared.places.place import Population

CODES = tuple(group.code for group in ETHNIC_GROUPS)
CODE_OF_WORDS = {group.census_words: group.code for group in ETHNIC_GROUPS}
_OFF_BY = 0.001  # the census changes counts of small areas a little, so that nobody is known by them


def read_populations(sex: Path, ethnicity: Path) -> tuple[dict[str, Population], dict[str, str]]:
    """By code, and the codes by the names that authorities had at the census."""
    groups, names = _read_groups(ethnicity)
    found = {}
    for row in read_table(sex, needed=("authority", "all_persons", "females", "males")):
        code = row.values["authority"]
        if code not in groups:
            continue  # Wales has a row of its own as a whole
        if set(groups[code]) != set(CODES):
            raise NotUsable(f"{ethnicity.name}: {code} has not all nineteen groups")
        found[code] = Population(
            borough=code,
            residents=_count(sex, row, "all_persons"),
            females=_count(sex, row, "females"),
            males=_count(sex, row, "males"),
            groups=groups[code],
        )
    return found, names


def _read_groups(path: Path) -> tuple[Mapping[str, dict[str, int]], dict[str, str]]:
    """One row a group, or one row an authority with a column a group."""
    groups: defaultdict[str, dict[str, int]] = defaultdict(dict)
    names: dict[str, str] = {}
    for row in read_table(
        path, needed=("authority", "authority_name"), also=("ethnic_group", "value", *CODES)
    ):
        code = row.values["authority"]
        names[row.values["authority_name"]] = code
        if "ethnic_group" not in row.values:
            groups[code] = {group: _count(path, row, group) for group in CODES}
            continue
        group = CODE_OF_WORDS.get(row.values["ethnic_group"])
        if group is None:
            raise NotUsable(f"{path.name}, line {row.line}: no such ethnic group")
        groups[code][group] = _count(path, row, "value")
    return groups, names


def _count(path: Path, row: Row, field: str) -> int:
    value = row.values.get(field, "")
    if not value.isdecimal():
        raise NotUsable(f"{path.name}, line {row.line}: {field} is {value!r}")
    return int(value)


def of_successors(
    areas: Mapping[str, Mapping[str, str]], found: Mapping[str, Population], names: Mapping[str, str]
) -> dict[str, Population]:
    """Authorities that the census did not know are the sum of those whose names their areas still carry."""
    parts: defaultdict[str, set[str]] = defaultdict(set)
    residents: defaultdict[str, int] = defaultdict(int)
    for values in areas.values():
        borough = values["borough"]
        if borough not in found:
            parts[borough].add(values["name"].rpartition(" ")[0])
            residents[borough] += int(values["residents"])
    made = {}
    for borough, old_names in parts.items():
        old = [found[names[name]] for name in old_names if name in names]
        total = sum(each.residents for each in old)
        if len(old) == len(old_names) and abs(total - residents[borough]) <= total * _OFF_BY:
            made[borough] = Population(
                borough=borough,
                residents=total,
                females=sum(each.females for each in old),
                males=sum(each.males for each in old),
                groups={code: sum(each.groups[code] for each in old) for code in CODES},
            )
    return made
