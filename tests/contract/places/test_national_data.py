"""The importers over the tables of all England, and the committed pack against them."""

import csv
import gzip
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from deploy.local.layout import ROOT
from deploy.places.build import Sources, Wanted, build
from shared.places import pack
from shared.places.places import LONDON, Places, open_places
from tests.contract.directory.official_data import official_data

ENGLAND = 33_755
GEONAMES = "Names of localities: GeoNames (geonames.org), licensed under CC BY 4.0."


@pytest.fixture(scope="module")
def data() -> Path:
    return official_data() / "places"


def sources(data: Path) -> Sources:
    return Sources(
        areas=(data / "england_lsoa21.csv.gz",),
        postcodes=data / "london_postcodes.csv.gz",
        sex=data / "population_ltla21_sex.csv",
        ethnicity=data / "population_ltla21_ethnicity.csv",
        outlines=data / "london_boroughs.geojson",
        localities=ROOT / "deploy" / "places" / "london_localities.csv",
    )


@cache
def rows(file: Path) -> list[Mapping[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as text:
        return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def england(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Places:
    folder = tmp_path_factory.mktemp("packs") / "england"
    build(sources(data), Wanted("England", "2025"), folder)
    return open_places(folder)


def test_the_committed_pack_is_what_the_importers_make_of_the_tables(data: Path, tmp_path: Path) -> None:
    wanted = Wanted("London", "2025", only="E09", thanks=(GEONAMES,))
    build(sources(data), wanted, tmp_path / "london")

    assert pack.read_manifest(tmp_path / "london") == pack.read_manifest(LONDON)


@pytest.mark.parametrize(("which", "every"), [("london", 1), ("england", 10)])
def test_every_postcode_gives_its_area_and_point(
    which: str, every: int, data: Path, request: pytest.FixtureRequest
) -> None:
    """The committed pack is asked for each; the one of all England, whose areas have other numbers, for a tenth."""
    places = open_places() if which == "london" else request.getfixturevalue("england")
    asked = rows(data / "london_postcodes.csv.gz")[::every]
    wrong = [
        row["postcode"]
        for row in asked
        if (found := places.of_postcode(row["postcode"])) is None
        or found.ended
        or found.area.lsoa != row["lsoa21_code"]
        or found.point != (float(row["latitude"]), float(row["longitude"]))
    ]

    assert len(asked) == -(-180_268 // every)
    assert len(wrong) == 0


def test_every_area_of_england_is_as_its_row_says(data: Path, england: Places) -> None:
    table = rows(data / "england_lsoa21.csv.gz")
    five = ("white", "mixed", "asian", "black", "other")
    for row in table:
        area = england.area(row["lsoa21_code"])
        assert area is not None
        assert (area.name, area.ward, area.borough, area.icb) == (
            row["lsoa21_name"], row["ward24_code"], row["ltla24_code"], row["icb24_code"],
        )  # fmt: skip
        assert area.point == (float(row["latitude"]), float(row["longitude"]))
        assert area.imd_rank == int(row["imd2025_rank"])
        assert area.imd_decile == int(row["imd2025_decile"]) == -(-area.imd_rank * 10 // ENGLAND)
        assert (area.residents, area.disabled) == (int(row["residents"]), int(row["disabled"]))
        assert [area.groups[each] for each in five] == [int(row[each]) for each in five]
    assert len(table) == ENGLAND == england.manifest.counts["areas"]


def test_every_ward_borough_and_board_holds_the_areas_that_say_so(data: Path, england: Places) -> None:
    table = rows(data / "england_lsoa21.csv.gz")
    for column in ("ward24", "ltla24", "icb24"):
        expected: dict[str, set[str]] = {}
        for row in table:
            expected.setdefault(row[f"{column}_code"], set()).add(row["lsoa21_code"])
            assert england.name_of(row[f"{column}_code"]) == row[f"{column}_name"]
        assert all(england.within(code) == members for code, members in expected.items())


def test_every_authority_has_a_population_those_made_since_the_census_too(
    data: Path, england: Places
) -> None:
    table = rows(data / "england_lsoa21.csv.gz")
    residents: dict[str, int] = {}
    for row in table:
        code = row["ltla24_code"]
        residents[code] = residents.get(code, 0) + int(row["residents"])

    with (data / "population_ltla21_sex.csv").open(encoding="utf-8") as text:
        of_the_census = {row["ltla21_code"] for row in csv.DictReader(text)}
    assert residents.keys() - of_the_census == {"E06000063", "E06000064", "E06000065", "E06000066"}
    off = set()
    for code, total in residents.items():
        population = england.population(code)
        assert population is not None, code
        if population.residents != pytest.approx(total, rel=0.0005, abs=50):
            off.add(code)
        assert sum(population.groups.values()) == pytest.approx(population.residents, abs=60), code
    assert off == {"E06000062", "E07000177"}, "one area of West Northamptonshire counts as Cherwell's since"


def test_postcodes_that_are_not_there_are_not_found(data: Path, england: Places) -> None:
    chance = random.Random(17)  # noqa: S311 - which postcodes are asked for is no secret
    there = {row["postcode"].replace(" ", "") for row in rows(data / "london_postcodes.csv.gz")}
    some = chance.sample(sorted(there), 20_000)
    changed = {text[:-2] + chance.choice("ABDEFGHJ") + chance.choice("LNPQRSTU") for text in some}

    for text in changed:
        assert (england.of_postcode(text) is not None) == (text in there)
