import hashlib
import json
from functools import cache

import pytest

from shared.places import pack
from shared.places.distance import kilometres
from shared.places.ethnic_groups import ETHNIC_GROUPS, FIVE_GROUPS
from shared.places.place import NamedArea
from shared.places.places import LONDON, Places, open_places
from shared.vocabulary import vocabulary
from shared.vocabulary.areas import areas

CHAPEL_END = "E05013884"
WALTHAM_FOREST = "E09000031"


@cache
def london() -> Places:
    return open_places()


def test_the_files_are_those_of_the_manifest() -> None:
    manifest = pack.read_manifest(LONDON)

    assert {
        name: hashlib.sha256(pack.read_file(LONDON, name)).hexdigest() for name in pack.FILES
    } == manifest.sha256
    assert manifest.counts == {
        "areas": 4994,
        "boroughs": 33,
        "localities": 280,
        "populations": 33,
        "postcodes": 180_268,
    }


def test_the_licence_s_lines_are_there_for_every_page_that_shows_the_data() -> None:
    lines = "\n".join(london().attribution)

    assert "Open Government Licence v3.0" in lines
    for owner in ("OS data © Crown", "Royal Mail data © Royal Mail", "National Statistics data © Crown"):
        assert f"Contains {owner} copyright and database right 20" in lines
    assert "GeoNames (geonames.org), licensed under CC BY 4.0" in lines


def test_the_pack_is_small() -> None:
    assert sum(file.stat().st_size for file in LONDON.iterdir()) < 1_000_000


@pytest.mark.parametrize("written", ["E17 4PP", "e174pp", "e17\N{NO-BREAK SPACE}4pp "])
def test_the_area_of_a_postcode(written: str) -> None:
    found = london().of_postcode(written)

    assert found is not None
    assert (found.area.borough, found.area.lsoa, found.ended) == (WALTHAM_FOREST, "E01004460", False)
    assert found.area.imd_decile == 4
    assert london().area(found.area.lsoa) == found.area
    assert str(found.point[0]) not in repr(found).replace(repr(found.area), "")


@pytest.mark.parametrize("written", ["E17 9XX", "M1 1AE", "", "Walthamstow", "E17"])
def test_what_is_no_postcode_of_the_pack_has_no_area(written: str) -> None:
    assert london().of_postcode(written) is None


def test_what_is_not_known_is_said_to_be_not_known() -> None:
    assert london().area("E01099999") is None
    assert london().population("E06000001") is None
    assert london().name_of("E05999999") is None
    assert london().within("nowhere") == frozenset()
    assert london().named("") == london().named("  ' ") == ()


def test_boroughs_are_those_of_the_vocabulary() -> None:
    for code, borough in vocabulary.boroughs().items():
        assert london().name_of(code) == borough.name
        assert london().within(code)
        assert code in areas()


def test_wards_part_the_boroughs_and_boroughs_part_the_pack() -> None:
    wards = [each for each in all_names("ward") if each.within == WALTHAM_FOREST]
    parts = [london().within(ward.code) for ward in wards]

    assert frozenset().union(*parts) == london().within(WALTHAM_FOREST)
    assert sum(map(len, parts)) == len(london().within(WALTHAM_FOREST)) == 146
    assert sum(len(london().within(code)) for code in vocabulary.boroughs()) == 4994
    assert len(all_names("ward")) == 684


def all_names(kind: str) -> list[NamedArea]:
    return [
        each for each in pack.named_areas(pack.read_file(LONDON, pack.NAMES).decode()) if each.kind == kind
    ]


def test_places_are_found_by_the_names_that_people_use() -> None:
    def found(text: str) -> list[str]:
        return [each.name for each in london().named(text)]

    assert [(each.code, each.within) for each in london().named("chapel END")] == [
        (CHAPEL_END, WALTHAM_FOREST)
    ]
    assert found("Waltham forest") == ["Waltham Forest"]
    assert found("walthamstow") == ["Walthamstow", "Upper Walthamstow"]
    assert found("Hackney")[0] == "Hackney"
    assert [each.kind for each in london().named("Hackney")].count("borough") == 1
    assert found("St. James") == found("st james")
    assert found("St. James")[0] == "St James"
    assert found("green lane and st james") == ["Green Lane & St James"]
    assert found("Kensington & Chelsea") == ["Kensington and Chelsea"]
    assert found("bethnal") == ["Bethnal Green", "Bethnal Green East", "Bethnal Green West"]
    assert len(found("s")) == 20


def test_a_locality_is_known_by_the_area_nearest_its_middle_which_keeps_its_own_name() -> None:
    localities = all_names("locality")

    assert len(localities) == 280
    for each in localities:
        area = london().area(each.code)
        assert area is not None
        assert area.borough == each.within
        assert kilometres(area.point, each.point) < 3
        assert london().name_of(each.code) == area.name != each.name


def test_two_localities_of_one_name_are_both_found() -> None:
    found = [each for each in london().named("hayes") if each.kind == "locality"]

    assert {london().name_of(each.within or "") for each in found} == {"Bromley", "Hillingdon"}


def test_a_postcode_district_is_a_place_and_a_whole_postcode_is_not() -> None:
    (found,) = london().named("e17")

    assert (found.code, found.kind) == ("E17", "district")
    assert london().named("E17 4PP") == ()
    assert len(london().within("E17")) == 62
    boroughs = {area.borough for lsoa in london().within("E17") if (area := london().area(lsoa))}
    assert WALTHAM_FOREST in boroughs
    assert london().within("EC1") >= london().within("EC1V") > frozenset()


def test_populations_add_up_by_sex_and_by_ethnic_group() -> None:
    for code in vocabulary.boroughs():
        found = london().population(code)
        assert found is not None
        assert found.females + found.males == found.residents
        assert set(found.groups) == {group.code for group in ETHNIC_GROUPS}
        assert sum(found.groups.values()) == pytest.approx(found.residents, abs=30)
        assert sum(found.five_groups.values()) == sum(found.groups.values())


def test_the_five_groups_of_a_borough_are_those_of_its_areas() -> None:
    """Two tables of the census, brought in by two importers."""
    for code in vocabulary.boroughs():
        population = london().population(code)
        members = [area for lsoa in london().within(code) if (area := london().area(lsoa))]
        assert population is not None
        assert sum(area.residents for area in members) == pytest.approx(population.residents, rel=0.002)
        for five in FIVE_GROUPS:
            of_areas = sum(area.groups[five] for area in members)
            assert of_areas == pytest.approx(population.five_groups[five], rel=0.01, abs=20), (code, five)


def test_an_area_cannot_be_changed_by_who_asked_for_it() -> None:
    area = london().area("E01004460")
    assert area is not None

    with pytest.raises(TypeError):
        area.groups["white"] = 0  # type: ignore[index]


def test_every_borough_has_an_outline_that_holds_where_its_people_live() -> None:
    assert london().outlines.keys() == vocabulary.boroughs().keys()
    for code, borough in vocabulary.boroughs().items():
        outline = london().outlines[code]
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in outline.rings)
        west, east = (edge(x for ring in outline.rings for x, _ in ring) for edge in (min, max))
        south, north = (edge(y for ring in outline.rings for _, y in ring) for edge in (min, max))
        assert west < borough.longitude < east, code
        assert south < borough.latitude < north, code


def test_the_manifest_is_written_for_people_too() -> None:
    assert json.loads((LONDON / pack.MANIFEST).read_text())["name"] == "London"
