"""Small tables with the headings that the national offices use. Three made-up authorities, six areas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from deploy.places.build import Sources
from shared.places.ethnic_groups import CENSUS_WORDS_OF_FIVE, ETHNIC_GROUPS

# code, name, ward, authority, rank
AREAS = (
    ("E01000001", "Northton 001A", "E05000001", "E06000001", 6),
    ("E01000002", "Northton 001B", "E05000001", "E06000001", 5),
    ("E01000003", "Northton 002A", "E05000002", "E06000001", 4),
    ("E01000004", "Old Vale 001A", "E05000003", "E06000009", 3),
    ("E01000005", "Old Hill 001A", "E05000004", "E06000009", 2),
    ("E01000006", "Hill, Dale and Sea 001A", "E05000005", "E07000002", 1),
)
OF_AUTHORITY = {"E06000001": "Northton", "E06000009": "Vale and Hill", "E07000002": "Hill, Dale and Sea"}
AT_THE_CENSUS = {
    "E06000001": "Northton",
    "E07000007": "Old Vale",
    "E07000008": "Old Hill",
    "E07000002": "Hill, Dale and Sea",
}
RESIDENTS = 1000


def write_table(path: Path, rows: Iterable[Mapping[str, object]], *, encoding: str = "utf-8-sig") -> Path:
    found = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, found[0].keys())
        writer.writeheader()
        writer.writerows(found)
    return path


def lookup() -> list[dict[str, object]]:
    """As the look-up of LSOA to ward, authority and board."""
    return [
        {
            "LSOA21CD": code, "LSOA21NM": name, "WD23CD": "E05999999", "WD24CD": ward, "WD24NM": f"Ward {ward[-1]}",
            "LAD24CD": authority, "LAD24NM": OF_AUTHORITY[authority], "ICB24CD": "E54000001", "ICB24NM": "A board",
            "LAT": 51 + number / 10, "LONG": -number / 10,
        }
        for number, (code, name, ward, authority, _) in enumerate(AREAS)
    ]  # fmt: skip


def deprivation() -> list[dict[str, object]]:
    """As file 7 of the Indices of Deprivation 2025."""
    return [
        {
            "LSOA code (2021)": code,
            "Index of Multiple Deprivation (IMD) Score": 10.5,
            "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)": rank,
            "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)": -(
                -rank * 10 // 6
            ),
        }
        for code, _, _, _, rank in AREAS
    ]


def people() -> list[dict[str, object]]:
    """As the census tables by LSOA."""
    words = CENSUS_WORDS_OF_FIVE
    return [
        {
            "date": 2021, "geography": name, "geography code": code,
            "Ethnic group: Total: All usual residents": RESIDENTS,
            "Disability: Disabled under the Equality Act": 170,
            **{f"Ethnic group: {words[five]}": 200 + number for number, five in enumerate(words)},
        }
        for code, name, _, _, _ in AREAS
    ]  # fmt: skip


def postcode_row(postcode: str, lsoa: str = "E01000001", **more: object) -> dict[str, object]:
    """As the ONS Postcode Directory."""
    return {
        "pcd": postcode.replace(" ", ""), "pcds": postcode, "dointr": "198001", "doterm": "", "lsoa01": "E01999999",
        "lsoa11": "E01999998", "lsoa21": lsoa, "lat": 51.5, "long": -0.1,
    } | more  # fmt: skip


def sex() -> list[dict[str, object]]:
    return [
        {
            "geography": name,
            "geography code": code,
            "Sex: All persons": total,
            "Sex: Female": total - 400,
            "Sex: Male": 400,
        }
        for code, name in AT_THE_CENSUS.items()
        for total in (3 * RESIDENTS if code == "E06000001" else RESIDENTS,)
    ]


def ethnicity() -> list[dict[str, object]]:
    """One column a group, as the bulk tables have it."""
    return [
        {
            "date": 2021, "geography": name, "geography code": code,
            **{f"Ethnic group: {group.census_words}": 10 + number for number, group in enumerate(ETHNIC_GROUPS)},
        }
        for code, name in AT_THE_CENSUS.items()
    ]  # fmt: skip


def ethnicity_in_rows() -> list[dict[str, object]]:
    return [
        {"ltla21_code": code, "ltla21_name": name, "ethnic_group": group.census_words, "value": 10 + number}
        for code, name in AT_THE_CENSUS.items()
        for number, group in reversed(list(enumerate(ETHNIC_GROUPS)))
    ]


def official_sources(folder: Path, **changed: list[dict[str, object]]) -> Sources:
    """All tables in a folder; a named one may be another."""
    tables = {
        "lookup": lookup(), "deprivation": deprivation(), "people": people(), "sex": sex(), "ethnicity": ethnicity(),
        "postcodes": [postcode_row("AB1 1AA"), postcode_row("AB1 1AB", "E01000006")],
    } | changed  # fmt: skip
    written = {name: write_table(folder / f"{name}.csv", rows) for name, rows in tables.items()}
    return Sources(
        areas=(written["lookup"], written["deprivation"], written["people"]),
        postcodes=written["postcodes"],
        sex=written["sex"],
        ethnicity=written["ethnicity"],
    )
