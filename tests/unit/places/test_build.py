import gzip
import lzma
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.places.__main__ import main
from deploy.places.build import Sources, Wanted, build
from deploy.places.tables import NotUsable, heading_of
from shared.places.ethnic_groups import ETHNIC_GROUPS, FIVE_GROUPS
from shared.places.places import Places, open_places
from tests.unit.places.official_tables import (
    deprivation,
    ethnicity_in_rows,
    lookup,
    official_sources,
    people,
    postcode_row,
    sex,
    write_table,
)

MADE_UP = Wanted(name="Made up", edition="2025")


def built(sources: Sources, into: Path, wanted: Wanted = MADE_UP) -> Places:
    build(sources, wanted, into)
    return open_places(into)


def test_official_tables_make_a_pack_that_answers(tmp_path: Path) -> None:
    places = built(official_sources(tmp_path), tmp_path / "pack")

    found = places.of_postcode("ab11ab")
    assert found is not None
    assert found.point == (51.5, -0.1)
    assert found.area.name == "Hill, Dale and Sea 001A"
    assert (found.area.ward, found.area.borough, found.area.icb) == ("E05000005", "E07000002", "E54000001")
    assert (found.area.imd_rank, found.area.imd_decile) == (1, 2)
    assert (found.area.residents, found.area.disabled) == (1000, 170)
    assert dict(found.area.groups) == {five: 200 + number for number, five in enumerate(FIVE_GROUPS)}
    assert places.within("E06000009") == {"E01000004", "E01000005"}
    assert [each.code for each in places.named("hill")] == ["E07000002", "E06000009"]
    assert places.outlines == {}


@pytest.mark.parametrize("rows", [None, ethnicity_in_rows()], ids=["a column a group", "a row a group"])
def test_ethnic_groups_keep_their_names_however_the_table_orders_them(
    tmp_path: Path, rows: list[dict[str, object]] | None
) -> None:
    changed = {} if rows is None else {"ethnicity": rows}
    population = built(official_sources(tmp_path, **changed), tmp_path / "pack").population("E06000001")

    assert population is not None
    assert (population.residents, population.females, population.males) == (3000, 2600, 400)
    assert population.groups == {group.code: 10 + number for number, group in enumerate(ETHNIC_GROUPS)}


def test_an_authority_made_since_the_census_is_the_sum_of_those_its_areas_are_named_after(
    tmp_path: Path,
) -> None:
    places = built(official_sources(tmp_path), tmp_path / "pack")

    made = places.population("E06000009")
    assert made is not None
    assert (made.residents, made.females) == (2000, 1200)
    assert made.groups["white-british"] == 20


def test_it_has_no_population_when_the_sum_is_not_that_of_its_areas(tmp_path: Path) -> None:
    tables = sex()
    tables[1] |= {"Sex: All persons": 4000}

    assert built(official_sources(tmp_path, sex=tables), tmp_path / "pack").population("E06000009") is None


def test_postcodes_that_ended_are_kept_and_said_so(tmp_path: Path) -> None:
    rows = [postcode_row("AB1 1AA", doterm="199606"), postcode_row("AB1 1AB")]
    places = built(official_sources(tmp_path, postcodes=rows), tmp_path / "pack")

    assert [found.ended for each in ("AB1 1AA", "AB1 1AB") if (found := places.of_postcode(each))] == [
        True,
        False,
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_postcode_said_twice_the_one_in_use_stays(tmp_path: Path, order: int) -> None:
    rows = [postcode_row("AB1 1AA", "E01000002", doterm="199606"), postcode_row("AB1  1AA", "E01000003")]
    sources = official_sources(tmp_path, postcodes=rows[::order])

    report = build(sources, MADE_UP, tmp_path / "pack")

    found = open_places(tmp_path / "pack").of_postcode("AB1 1AA")
    assert found is not None
    assert (found.area.lsoa, found.ended) == ("E01000003", False)
    assert report.left_out["postcodes"] == {"said twice": 1}


def test_what_cannot_be_placed_is_counted_with_its_reason(tmp_path: Path) -> None:
    rows = [
        postcode_row("AB1 1AA"),
        postcode_row("AB1 1AB", lat=99.999999, long=0),
        postcode_row("AB1 1AC", lat=""),
        postcode_row("CF1 1AA", "W01000001"),
        postcode_row("nonsense"),
    ]
    report = build(official_sources(tmp_path, postcodes=rows), MADE_UP, tmp_path / "pack")

    assert report.left_out["postcodes"] == {
        "no point": 2,
        "outside the areas": 1,
        "not written as a postcode": 1,
    }
    assert report.counts["postcodes"] == 1


def test_areas_that_a_table_does_not_know_are_counted_and_not_half_known(tmp_path: Path) -> None:
    wales = lookup()[0] | {"LSOA21CD": "W01000001", "LSOA21NM": "Northtown 001A"}
    report = build(official_sources(tmp_path, lookup=[*lookup(), wales]), MADE_UP, tmp_path / "pack")

    assert report.left_out["areas"] == {"no imd_rank": 1}
    assert open_places(tmp_path / "pack").area("W01000001") is None


def test_only_some_authorities_can_be_taken_and_keep_the_deciles_of_the_whole(tmp_path: Path) -> None:
    wanted = replace(MADE_UP, only="E07")
    places = built(official_sources(tmp_path), tmp_path / "pack", wanted)

    assert places.manifest.counts == {
        "areas": 1,
        "boroughs": 1,
        "localities": 0,
        "populations": 1,
        "postcodes": 1,
    }
    area = places.area("E01000006")
    assert area is not None
    assert area.imd_decile == 2


def test_a_decile_that_is_not_that_of_the_rank_is_refused(tmp_path: Path) -> None:
    rows = deprivation()
    rows[0] = {**rows[0], list(rows[0])[-1]: 9}

    with pytest.raises(NotUsable, match="decile 9 is not that of its rank, 10"):
        build(official_sources(tmp_path, deprivation=rows), MADE_UP, tmp_path / "pack")


def test_ranks_of_a_part_of_england_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="tables of all England"):
        build(official_sources(tmp_path, deprivation=deprivation()[:-1]), MADE_UP, tmp_path / "pack")


def test_a_count_that_is_none_is_named_by_file_and_line(tmp_path: Path) -> None:
    rows = people()
    rows[2] |= {"Disability: Disabled under the Equality Act": "-5"}

    with pytest.raises(NotUsable, match=r"people.csv, line 4: disabled is '-5'"):
        build(official_sources(tmp_path, people=rows), MADE_UP, tmp_path / "pack")


def test_a_table_without_a_needed_column_is_refused_by_name(tmp_path: Path) -> None:
    rows = [{"pcds": "AB1 1AA", "lat": 51.5, "long": -0.1}]

    with pytest.raises(NotUsable, match=r"postcodes.csv: no column for lsoa"):
        build(official_sources(tmp_path, postcodes=rows), MADE_UP, tmp_path / "pack")


def test_a_row_of_another_length_is_refused_by_line(tmp_path: Path) -> None:
    sources = official_sources(tmp_path)
    with sources.postcodes.open("a") as file:
        file.write("AB1 1AC,only two\n")

    with pytest.raises(NotUsable, match=r"postcodes.csv, line 4: 2 cells, 9 headings"):
        build(sources, MADE_UP, tmp_path / "pack")


@pytest.mark.parametrize("body", [b"pcds,lat\n" + b"x" * 200_000, b"\xff\xfe", b"", b"a\0b\n"])
def test_a_file_that_is_no_table_is_refused_in_one_line(
    tmp_path: Path, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = official_sources(tmp_path)
    sources.postcodes.write_bytes(body)

    assert main(command(sources, tmp_path / "pack")) == 1

    said = capsys.readouterr().err
    assert said.startswith("places: postcodes.csv: ")
    assert said.count("\n") == 1


def test_compressed_tables_and_the_directory_s_zip_are_read(tmp_path: Path) -> None:
    sources = official_sources(tmp_path)
    packed = tmp_path / "sex.csv.gz"
    packed.write_bytes(gzip.compress(sources.sex.read_bytes()))
    pressed = tmp_path / "ethnicity.csv.xz"
    pressed.write_bytes(lzma.compress(sources.ethnicity.read_bytes()))
    archive = tmp_path / "directory.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("Documents/Names of wards.csv", "code,name\n1,2\n")
        file.write(sources.postcodes, "Data/ONSPD_NOV_2025_UK.csv")

    plain = built(sources, tmp_path / "pack")
    zipped = built(
        replace(sources, sex=packed, ethnicity=pressed, postcodes=archive),
        tmp_path / "other",
        replace(MADE_UP),
    )

    assert zipped.manifest == plain.manifest


def test_the_latest_year_of_a_heading_is_taken() -> None:
    assert heading_of("ward", ["WD22CD", "wd25cd", "WD24CD", "WD24NM"]) == "wd25cd"
    assert heading_of("lsoa", ["lsoa01", "lsoa11", "lsoa21", "msoa21"]) == "lsoa21"
    assert heading_of("lsoa", ["geography code", "LSOA21CD"]) == "LSOA21CD"
    assert heading_of("postcode", ["pcd", "pcd2", "pcds"]) == "pcds"
    assert heading_of("icb", ["ICB24CDH"]) is None


def test_what_is_refused_leaves_the_pack_that_was_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = official_sources(tmp_path)
    build(sources, MADE_UP, tmp_path / "pack")
    before = {file.name: file.read_bytes() for file in (tmp_path / "pack").iterdir()}
    write_table(sources.postcodes, [{"pcds": "AB1 1AA"}])

    code = main(command(sources, tmp_path / "pack"))

    assert code == 1
    assert capsys.readouterr().err == (
        "places: postcodes.csv: no column for latitude, longitude, lsoa. Nothing was written.\n"
    )
    assert {file.name: file.read_bytes() for file in (tmp_path / "pack").iterdir()} == before
    assert not list(tmp_path.glob(".places-*"))


def test_a_running_process_goes_on_with_the_pack_it_opened_while_a_new_one_takes_its_place(
    tmp_path: Path,
) -> None:
    opened = built(official_sources(tmp_path), tmp_path / "pack")
    (tmp_path / "pack" / "README.md").write_text("ours")
    rows = [postcode_row("ZZ9 9ZZ")]

    later = built(official_sources(tmp_path, postcodes=rows), tmp_path / "pack")

    assert opened.of_postcode("AB1 1AA") is not None
    assert opened.of_postcode("ZZ9 9ZZ") is None
    assert later.of_postcode("AB1 1AA") is None
    assert later.of_postcode("ZZ9 9ZZ") is not None
    assert (tmp_path / "pack" / "README.md").read_text() == "ours"


def test_the_command_says_what_it_took_and_what_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = official_sources(tmp_path, postcodes=[postcode_row("AB1 1AA"), postcode_row("?")])

    assert main([*command(sources, tmp_path / "pack"), "--compressed"]) == 0

    assert capsys.readouterr().out == (
        "6 areas, 3 boroughs, 0 localities, 3 populations, 1 postcodes\nleft out of the postcodes: 1 not written as a postcode\n"
    )
    assert not (tmp_path / "pack" / "postcodes.bin").exists()
    assert open_places(tmp_path / "pack").of_postcode("AB1 1AA") is not None
    shutil.rmtree(tmp_path / "pack")


def command(sources: Sources, into: Path) -> list[str]:
    return [
        "build", "--into", str(into), "--areas", *map(str, sources.areas), "--postcodes", str(sources.postcodes),
        "--sex", str(sources.sex), "--ethnicity", str(sources.ethnicity), "--edition", "2025",
    ]  # fmt: skip


def test_of_two_tables_that_name_the_authority_the_first_is_believed(tmp_path: Path) -> None:
    code = "Local Authority District code (2024)"
    other = [{**row, code: "E06009999"} for row in deprivation()]

    places = built(official_sources(tmp_path, deprivation=other), tmp_path / "pack")

    assert places.within("E06009999") == frozenset()
    assert len(places.within("E06000001")) == 3


def test_localities_are_found_by_name_and_counted_where_they_are_not_taken(tmp_path: Path) -> None:
    gazetteer: list[dict[str, object]] = [
        {"place23cd": "IPN1", "place23nm": "Low End", "lat": 51.101, "long": -0.101, "descnm": "LOC"},
        {"place23cd": "IPN2", "place23nm": "Low End", "lat": 51.102, "long": -0.101, "descnm": "LOC"},
        {"place23cd": "IPN3", "place23nm": "Low End", "lat": 51.5, "long": -0.501, "descnm": "LOC"},
        {"place23cd": "IPN4", "place23nm": "northton", "lat": 51.0, "long": 0, "descnm": "LOC"},
        {"place23cd": "E05", "place23nm": "Low Ward", "lat": 51.101, "long": -0.101, "descnm": "WD"},
        {"place23cd": "IPN5", "place23nm": "Far Away", "lat": 51.15, "long": -0.101, "descnm": "LOC"},
        {"place23cd": "IPN6", "place23nm": "No Place", "lat": "", "long": "", "descnm": "LOC"},
    ]
    table = write_table(tmp_path / "gazetteer.csv", gazetteer)
    thanks = ("Names: somebody.",)

    report = build(
        replace(official_sources(tmp_path), localities=table),
        replace(MADE_UP, thanks=thanks),
        tmp_path / "pack",
    )

    places = open_places(tmp_path / "pack")
    assert [(each.code, each.within, each.kind) for each in places.named("low end")] == [
        ("E01000002", "E06000001", "locality"),
        ("E01000006", "E07000002", "locality"),
    ]
    assert [each.kind for each in places.named("Northton")] == ["borough"]
    assert places.name_of("E01000002") == "Northton 001B"
    assert report.left_out["localities"] == {
        "not a locality": 1, "said twice": 1, "called as the borough is": 1, "outside the areas": 1, "no point": 1,
    }  # fmt: skip
    assert thanks[0] in places.attribution
