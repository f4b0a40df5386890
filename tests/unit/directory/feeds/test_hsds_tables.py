"""The tables of HSDS give the services that the JSON gives, and each fault is named by file, line and column."""

import csv
import io
import json
import os
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.directory.domain.errors import FeedRefused, RecordRefused
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.feeds.hsds_tables import read_tables
from services.directory.feeds.packed_files import unpacked
from services.directory.feeds.raw_record import Finding, Where
from services.directory.oruk.feed import parse_page, read_feed
from services.directory.oruk.read_service import read_service_record
from services.directory.oruk.write_service import service_record
from tests.unit.directory.domain_strategies import organisations, services
from tests.unit.directory.feeds.written_tables import as_csv, tables_of
from tests.unit.directory.records import a_record, attribute

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PACK = Path(__file__).parents[4] / "deploy" / "london" / "pack.json"


@settings(deadline=None)
@given(st.lists(services(), min_size=1, max_size=3), organisations())
def test_a_service_survives_the_way_through_tables(found: list[Service], organisation: Organisation) -> None:
    """Ids that only a fuzzer repeats would join rows of two services: each comes in a feed of its own."""
    for service in found:
        own = _without_repeated_ids(replace(service, organisation_id=organisation.id))
        records = read_tables(tables_of([service_record(own, organisation, NOW)])).records
        read = [read_service_record(record.values) for record in records]

        assert [each.service for each in read] == [own]
        assert read[0].organisation == replace(organisation, referrals_email=None)


def test_the_whole_pack_comes_out_of_its_tables_as_it_comes_out_of_its_page() -> None:
    page = parse_page(PACK.read_bytes())
    taken = read_tables(tables_of(json.loads(PACK.read_text())["contents"]))

    read = {each.service.id: each for each in (read_service_record(raw.values) for raw in taken.records)}
    feed = read_feed([page])

    assert {key: each.service for key, each in read.items()} == feed.services
    assert {each.organisation.id: each.organisation for each in read.values()} == feed.organisations
    assert taken.findings == ()


@pytest.mark.parametrize("example", ["hsds-example-feed/service.json", "oruk/example-feed/service_full.json"])
def test_the_example_of_the_standard_is_the_same_by_table_and_by_page(example: str) -> None:
    folder = os.environ.get("KITH_DATA_DIR")
    if not folder:
        pytest.skip("KITH_DATA_DIR is not set: the examples of the standards are not here")
    document = json.loads((Path(folder) / example).read_text())
    kept = {name: value for name, value in document.items() if name not in NOT_IN_TABLES}
    for link in kept["service_at_locations"]:
        link["location"] = {
            name: each for name, each in link["location"].items() if name not in NOT_IN_TABLES
        }

    [raw] = read_tables(tables_of([kept])).records

    assert read_service_record(raw.values).service == read_service_record(document).service


NOT_IN_TABLES = {"contacts", "program", "additional_urls", "metadata", "required_documents", "capacities"}


CELLS = [
    ("services.csv", "minimum_age", "eighteen", "minimum_age", "not-a-number"),
    ("services.csv", "status", "open", "status", "not-one-of-the-list"),
    ("services.csv", "id", "7", "id", "not-a-uuid"),
    ("organizations.csv", "name", "", "organization.name", "missing"),
    ("service_areas.csv", "extent", "E99", "service_areas[0].extent", "not-a-known-area"),
    ("schedules.csv", "byday", "Tues", "schedules[0].byday", "not-a-day"),
    ("languages.csv", "code", "Bangla!", "languages[0].code", "not-a-language-tag"),
    (
        "locations.csv",
        "location_type",
        "tent",
        "service_at_locations[0].location.location_type",
        "not-one-of-the-list",
    ),
    (
        "addresses.csv",
        "postal_code",
        "",
        "service_at_locations[0].location.addresses[0].postal_code",
        "missing",
    ),
    ("taxonomy_terms.csv", "term", "lonely", "attributes[0].taxonomy_term.term", "not-in-the-taxonomy"),
]


@pytest.mark.parametrize(("file", "column", "value", "path", "rule"), CELLS)
def test_a_bad_cell_is_named_by_file_line_and_column(
    file: str, column: str, value: str, path: str, rule: str
) -> None:
    tables = tables_of([a_record()])
    [row] = _rows(tables[file])[:1]
    rest = _rows(tables[file])[1:]
    tables[file] = as_csv([row | {column: value}, *rest])
    tables["services.csv"] = tables["services.csv"].replace(b"A steady walk, then tea.", b"Two\nlines")

    [raw] = read_tables(tables).records
    with pytest.raises(RecordRefused) as refused:
        read_service_record(raw.values)

    assert (refused.value.field, refused.value.rule) == (path, rule)
    assert raw.cell(refused.value.field) == Where(file, 2, column)


def test_lines_are_counted_over_cells_that_hold_line_breaks() -> None:
    first = a_record(description="One\nTwo\nThree")
    second = a_record(id="11111111-1111-4111-8111-222222222222", status="open")

    taken = read_tables(tables_of([first, second]))

    assert [raw.where for raw in taken.records] == [Where("services.csv", 2), Where("services.csv", 5)]
    assert taken.records[1].cell("status") == Where("services.csv", 5, "status")


def test_rows_of_no_service_and_rows_too_long_are_found_and_stop_nothing() -> None:
    tables = tables_of([a_record()])
    stray = {"id": "1", "service_id": "99999999-9999-4999-8999-999999999999", "freq": "WEEKLY"}
    tables["schedules.csv"] = as_csv([*_rows(tables["schedules.csv"]), stray])
    tables["languages.csv"] += b"a,b,c,d,e,f,g\r\n"

    taken = read_tables(tables)

    assert len(taken.records) == 1
    assert set(taken.findings) == {
        Finding(Where("schedules.csv", 3, "service_id"), "no-such-service"),
        Finding(Where("languages.csv", 3), "more-cells-than-headings"),
    }


def test_a_pool_of_a_session_is_joined_to_the_opening_that_its_row_names() -> None:
    opening_id = "55555555-5555-4555-8555-555555555555"
    session = attribute("kith-pools", "session", value="Tuesdays", link_type="schedule", link_id=opening_id)
    record = a_record() | {"attributes": [session]}

    [raw] = read_tables(tables_of([record])).records

    [pool] = read_service_record(raw.values).service.pools
    assert pool.opening_id == UUID(opening_id)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "no file services.csv"),
        ({"services.csv": b"id,name\n"}, "no file organizations.csv"),
        ({"services.csv": b"", "organizations.csv": b"id\n"}, "no headings"),
        ({"services.csv": b"id,id\n", "organizations.csv": b"id\n"}, "a heading twice"),
        (
            {"services.csv": b"id\n", "service.csv": b"id\n", "organizations.csv": b"id\n"},
            "table services twice",
        ),
        ({"services.csv": b'id\n"open', "organizations.csv": b"id\n"}, "not CSV: line 2"),
        ({"services.csv": b"id\n" + b"x" * 200_000, "organizations.csv": b"id\n"}, "not CSV: line 2"),
        ({"services.csv": b"\x81\x8d", "organizations.csv": b"id\n"}, "not text"),
        ({"services.csv": b"i\0d\n", "organizations.csv": b"id\n"}, "not text"),
        ({"services.csv": b"a," * 300, "organizations.csv": b"id\n"}, "more than 200 columns"),
    ],
)
def test_what_is_no_feed_of_tables_is_refused_whole(files: dict[str, bytes], words: str) -> None:
    with pytest.raises(FeedRefused, match=words):
        read_tables(files)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"a,b\n" + b"1,\n" * 200_001, "more than 200,000 rows"),
        (
            b",".join(b"h%d" % n for n in range(200)) + b"\n" + (b"1," * 200 + b"\n") * 10_001,
            "2,000,000 cells",
        ),
        (b"a\n" + b"1,2\n" * 1_001, "longer than its headings"),
    ],
)
def test_a_table_that_would_fill_the_memory_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(FeedRefused, match=words):
        read_tables({"services.csv": body, "organizations.csv": b"id\n"})


def test_a_zip_file_gives_its_tables_by_name_whatever_folder_they_are_in() -> None:
    files = unpacked(
        _zip({"feed/Services.csv": b"id\n", "../../etc/organizations.csv": b"id\n", "readme.txt": b"!"})
    )

    assert files == {"services.csv": b"id\n", "organizations.csv": b"id\n"}


def test_a_zip_file_that_unpacks_without_end_is_refused() -> None:
    with pytest.raises(FeedRefused, match="more than a feed needs"):
        unpacked(_zip({"services.csv": b"0" * 30_000_000}))
    with pytest.raises(FeedRefused, match="more than a feed needs"):
        unpacked(_zip({f"{n}.csv": os.urandom(6_000_000).hex().encode() for n in range(5)}))
    with pytest.raises(FeedRefused, match="more than 60 files"):
        unpacked(_zip({f"{n}.csv": b"" for n in range(61)}))
    with pytest.raises(FeedRefused, match="a table twice"):
        unpacked(_zip({"a/services.csv": b"", "b/services.csv": b""}))


@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_broken_zip_file_is_refused_and_nothing_worse(noise: bytes, at: int) -> None:
    whole = _zip({"services.csv": b"id,name\n" * 20})
    broken = whole[:at] + noise + whole[at + len(noise) :]
    with suppress(FeedRefused):
        unpacked(broken)


def _zip(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return body.getvalue()


def _rows(table: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.decode(), newline="")))


def _without_repeated_ids(service: Service) -> Service:
    """Tables join by id, so one id is one term, one location and one opening."""
    terms = {term.term_id: term for term in service.other_terms}
    places = {place.id: place for place in service.places}
    return replace(service, other_terms=tuple(terms.values()), places=tuple(places.values()))
