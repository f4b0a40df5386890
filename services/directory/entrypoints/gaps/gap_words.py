"""Gaps in support as pages, files and programs are told of them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from services.directory.domain.communities import Members
from services.directory.domain.cover import WORST_FIRST, Gap, Lack, lacks
from services.directory.domain.gap_table import GapRow
from services.directory.entrypoints.finding.asked import Asked
from services.directory.entrypoints.gaps.gap_desk import GrowthRow
from shared.vocabulary import vocabulary
from shared.web.listing import Cell, Column, Filter, Plan

GAPS = "/directory/gaps"
KEPT: Final = ("area", "need", "group")
WORDS: Mapping[Gap, tuple[str, str]] = {
    "no-service": ("No service", "red"),
    "wide": ("Wide gap", "orange"),
    "some": ("Gap", "yellow"),
    "none": ("No gap", "green"),
}
LACKS: Mapping[Lack, str] = {
    "gap": "Has a gap",
    "no-service": "No service",
    "no-evening-or-weekend": "No evening or weekend cover",
    "no-evening": "No evening cover",
    "no-weekend": "No weekend cover",
    "no-space": "None says it has space",
}
HEADINGS = (
    "ward", "ward_name", "borough", "borough_name", "need", "gap", "services", "evenings", "weekends",
    "with_space", "residents", "group_residents", "group_residents_of", "imd_decile", "borough_referrals",
)  # fmt: skip
LABELS = {
    "services": "Services",
    "evenings": "Evenings",
    "weekends": "Weekends",
    "with_space": "Say they have space",
    "residents": "Residents",
    "group_residents": "Of this community",
    "imd_decile": "Deprivation",
    "borough_referrals": "Referrals",
    "gap": "Gap",
}
DEFINITIONS: Mapping[str, str] = {
    "services": (
        "Services that are listed, take people now, and take people from any part of the ward, whether by its own "
        "name, its borough, a circle or a drawn area. Of whom a service takes people that says nothing of it, we do "
        "not know: it is left out. With a community chosen: those that say they are for it."
    ),
    "evenings": "Those of them that are open after 6pm, or from 5pm on.",
    "weekends": "Those of them that are open on Saturday or Sunday.",
    "with_space": "Those of them whose provider says it has space, in a word that still holds.",
    "residents": "Residents of the ward on census day 2021.",
    "group_residents": (
        "Residents of the chosen community, where the census counts it: in the ward, or in the whole borough. "
        "Most communities are not counted."
    ),
    "imd_decile": (
        "The tenth of England by deprivation (IMD 2025) of the ward's neighbourhoods, by residents. "
        "1 is most deprived."
    ),
    "borough_referrals": (
        "Referrals of the last 12 months that ask for the need, this month among them, in the whole borough: what "
        "we hear of referrals says no ward, and no community. A person who was referred twice counts twice."
    ),
    "gap": (
        "Each ward is held against all wards of London. 'Gap': fewer than half as many services as the ward in the "
        "middle, or fewer than it where more is needed. 'Wide gap': fewer than half, and more is needed. More is "
        "needed where the ward is in the three most deprived tenths, has more of the chosen community than most, or "
        "its borough more referrals for the need, for its residents, than most."
    ),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for, of what exists and is in reach."""

    area: str = ""
    need: str = ""
    group: str = ""
    boroughs: tuple[str, ...] = ()

    def to(self, path: str = GAPS, **changed: str) -> str:
        asked = {"area": self.area, "need": self.need, "group": self.group} | changed
        written = urlencode({name: value for name, value in asked.items() if value})
        return f"{path}?{written}" if written else path

    @property
    def where(self) -> str:
        named = [vocabulary.boroughs()[code].name for code in self.boroughs]
        return named[0] if len(named) == 1 else f"{len(named)} boroughs"


@dataclass(frozen=True, slots=True)
class NeedLine:
    """A need over all wards that are looked at."""

    code: str
    label: str
    wards: int
    without: int
    no_cover: int
    gaps: int
    referrals: int
    hidden: bool

    @property
    def told_referrals(self) -> str:
        if self.hidden:
            return f"{self.referrals} or more" if self.referrals else "hidden"
        return str(self.referrals)


def need_lines(rows: Iterable[GapRow]) -> list[NeedLine]:
    by_need: dict[str, list[GapRow]] = {}
    for row in rows:
        by_need.setdefault(row.need, []).append(row)
    return [_line(need, of_need) for need, of_need in by_need.items()]


def _line(need: str, rows: Sequence[GapRow]) -> NeedLine:
    by_borough = {row.ward.borough: row.referrals for row in rows}
    return NeedLine(
        need,
        vocabulary.needs()[need].label,
        len(rows),
        count_of(rows, "no-service"),
        count_of(rows, "no-evening-or-weekend"),
        count_of(rows, "gap"),
        sum(each or 0 for each in by_borough.values()),
        None in by_borough.values(),
    )


def count_of(rows: Iterable[GapRow], lack: Lack) -> int:
    return sum(lacks(row.cover, row.gap, lack) for row in rows)


def need_plan(chosen: Chosen) -> Plan[NeedLine]:
    def linked(line: NeedLine) -> Cell:
        return Cell(line.label, href=chosen.to(need=line.code))

    def to(line: NeedLine, number: int, lack: Lack) -> Cell:
        there = f"{chosen.to(need=line.code, missing=lack)}#wards"
        return Cell(str(number), href=there if number else None, numeric=True)

    return Plan(
        "Needs",
        (
            Column("label", "Need", linked, by=lambda line: line.label),
            Column("gaps", "Wards with a gap", lambda line: to(line, line.gaps, "gap"), by=lambda line: line.gaps, numeric=True),
            Column("without", "Wards with no service", lambda line: to(line, line.without, "no-service"), by=lambda line: line.without, numeric=True),
            Column("no_cover", "Wards with no evening or weekend cover", lambda line: to(line, line.no_cover, "no-evening-or-weekend"), by=lambda line: line.no_cover, numeric=True),
            Column("referrals", "Referrals, 12 months", lambda line: Cell(line.told_referrals, numeric=True), by=lambda line: line.referrals, numeric=True),
        ),
        searchable=False,
        kept=("area", "group"),
    )  # fmt: skip


def ward_plan(chosen: Chosen) -> Plan[GapRow]:
    columns: list[Column[GapRow]] = [
        Column("ward", "Ward", lambda row: Cell(row.ward.name, href=_services(row, chosen)), by=lambda row: row.ward.name),
        Column("borough", "Borough", lambda row: Cell(_borough(row)), by=_borough),
        Column("gap", "Gap", lambda row: Cell(*_tag(row.gap)), by=lambda row: WORST_FIRST.index(row.gap)),
        _number("services", "Services", lambda row: row.cover.services),
        _number("evenings", "Evenings", lambda row: row.cover.evenings),
        _number("weekends", "Weekends", lambda row: row.cover.weekends),
        _number("space", "Say they have space", lambda row: row.cover.with_space),
        _number("residents", "Residents", lambda row: row.ward.residents),
    ]  # fmt: skip
    if chosen.group:
        columns.append(Column("members", "Of this community", lambda row: Cell(told_members(row.members), numeric=True),
                              by=lambda row: row.members.share if row.members else -1.0, numeric=True))  # fmt: skip
    columns += [
        _number("decile", "Deprivation, 1 is most", lambda row: row.ward.decile),
        Column("referrals", "Referrals in the borough, 12 months", lambda row: Cell(told_count(row.referrals), numeric=True),
               by=lambda row: -1 if row.referrals is None else row.referrals, numeric=True),
    ]  # fmt: skip
    shown = [each for each in columns if each.name != "borough" or len(chosen.boroughs) > 1]
    missing: Filter[GapRow] = Filter("missing", "What is missing", tuple(LACKS.items()), _lacks)
    return Plan("Wards", tuple(shown), filters=(missing,), kept=KEPT)


def growth_plan(title: str, caption: str, months: Sequence[str]) -> Plan[GrowthRow]:
    def of(number: int) -> Column[GrowthRow]:
        return Column(
            f"m{number}",
            months[number],
            lambda row: Cell(told_count(row.months[number]), numeric=True),
            numeric=True,
        )

    def change(row: GrowthRow) -> Cell:
        return Cell("not known" if row.change is None else f"{row.change:+}", numeric=True)

    return Plan(
        caption,
        (
            Column("name", title, lambda row: Cell(row.name)),
            Column("change", "Change", change, numeric=True),
            *(of(number) for number in reversed(range(len(months)))),
        ),
        searchable=False,
        per_page=500,
    )


def record(row: GapRow) -> dict[str, Any]:
    """For programs, and line by line for a spreadsheet; the names are those of `HEADINGS`."""
    belong = row.members
    values = (
        row.ward.code, row.ward.name, row.ward.borough, _borough(row), row.need, row.gap, row.cover.services,
        row.cover.evenings, row.cover.weekends, row.cover.with_space, row.ward.residents,
        belong.number if belong else None, ("borough" if belong.in_borough else "ward") if belong else None,
        row.ward.decile, row.referrals,
    )  # fmt: skip
    return dict(zip(HEADINGS, values, strict=True))


def told_count(count: int | None) -> str:
    return "hidden" if count is None else str(count)


def told_members(belong: Members | None) -> str:
    if belong is None:
        return "not counted"
    return f"{belong.number} in the borough" if belong.in_borough else str(belong.number)


def gaps_by_borough(rows: Iterable[GapRow]) -> dict[str, tuple[int, int]]:
    """Of each borough how many wards have a gap, and how many there are."""
    every, short = Counter[str](), Counter[str]()
    for row in rows:
        every[row.ward.borough] += 1
        short[row.ward.borough] += row.gap != "none"
    return {borough: (short[borough], every[borough]) for borough in every}


def _lacks(row: GapRow, asked: str) -> bool:
    return any(lacks(row.cover, row.gap, lack) for lack in LACKS if lack == asked)


def _number(name: str, title: str, value: Any) -> Column[GapRow]:
    return Column(name, title, lambda row: Cell(str(value(row)), numeric=True), by=value, numeric=True)


def _tag(gap: Gap) -> tuple[str, None, str]:
    words, colour = WORDS[gap]
    return words, None, colour


def _borough(row: GapRow) -> str:
    return vocabulary.boroughs()[row.ward.borough].name


def _services(row: GapRow, chosen: Chosen) -> str:
    group = (chosen.group,) if chosen.group else ()
    return Asked(near=row.ward.code, need=(row.need,), group=group).to()
