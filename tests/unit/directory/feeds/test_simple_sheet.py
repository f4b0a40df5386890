"""A sheet of one row a service, as a group without a system fills it in."""

from datetime import date, time
from uuid import UUID

import pytest

from services.directory.domain.errors import FeedRefused, RecordRefused
from services.directory.domain.joining import JoinBy
from services.directory.feeds.raw_record import Finding, Where
from services.directory.feeds.sheet_columns import template
from services.directory.feeds.simple_sheet import NAME, read_sheet
from services.directory.oruk.read_service import ServiceRecord, read_service_record

SOURCE = UUID(int=7)


def read_one(body: str | bytes) -> ServiceRecord:
    [raw] = read_sheet(body.encode() if isinstance(body, str) else body, SOURCE).records
    return read_service_record(raw.values, routable=False)


def sheet(**cells: str) -> str:
    """A sheet of one row; underscores stand for spaces in headings."""
    cells = {"Name": "Canal walk", "Organisation": "Walkers", "Takes_people_from": "Hackney"} | cells
    headings = ",".join(name.replace("_", " ") for name in cells)
    return headings + "\r\n" + ",".join(f'"{cell}"' for cell in cells.values()) + "\r\n"


def test_the_template_itself_is_a_service_in_all_its_parts() -> None:
    taken = read_sheet(template().encode(), SOURCE)
    [raw] = taken.records
    read = read_service_record(raw.values, routable=False)
    service = read.service

    assert (taken.findings, read.remarks) == ((), ())
    assert service.suitability.needs == ("loneliness", "physical-activity")
    assert service.suitability.suits == ("older-people",)
    assert (service.suitability.languages, service.suitability.worker_languages) == (("en", "bn"), ("bn",))
    assert service.suitability.worker_sexes == ("female",)
    assert service.suitability.access == ("step-free", "quiet-space")
    assert service.suitability.delivery == ("at-a-place",)
    assert service.catchment.areas == ("E09000030", "E09000012")
    assert service.how_to_join == JoinBy(("just-come",), "Meet at the gate.")
    assert service.places[0].addresses[0].postal_code == "E3 4QY"
    [opening] = service.opening
    assert (opening.days, opening.opens_at, opening.closes_at) == (("TU", "SA"), time(18), time(20))
    assert opening.not_on == (date(2026, 12, 25),)
    assert service.pools == ()
    assert read.organisation.name == "Walkers of Mile End"


def test_a_row_is_the_same_service_in_every_run_and_another_in_another_source() -> None:
    first, again = read_one(sheet(Reference="7")), read_one(sheet(Reference="7", Name="Renamed"))
    [elsewhere] = read_sheet(sheet(Reference="7").encode(), UUID(int=8)).records

    assert first.service.id == again.service.id
    assert first.service.organisation_id == again.service.organisation_id
    assert read_service_record(elsewhere.values).service.id != first.service.id


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("18:30", time(18, 30)),
        ("6.30pm", time(18, 30)),
        ("12am", time(0)),
        ("12 PM", time(12)),
        ("Noon", time(12)),
    ],
)
def test_times_are_read_as_people_write_them(written: str, read: time) -> None:
    assert read_one(sheet(Days="Mon", Opens=written)).service.opening[0].opens_at == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mondays, Wed", ("MO", "WE")),
        ("Tu;Th|sun", ("TU", "TH", "SU")),
        ("thursday", ("TH",)),
        ("Thurs", ("TH",)),
    ],
)
def test_days_are_read_as_people_write_them(written: str, read: tuple[str, ...]) -> None:
    assert read_one(sheet(Days=written)).service.opening[0].days == read


def test_one_day_alone_is_an_event() -> None:
    [opening] = read_one(sheet(Date="5/1/2027", Opens="10am")).service.opening

    assert (opening.frequency, opening.starts_on, opening.weekdays) == (None, "2027-01-05", (2,))


def test_a_secret_address_is_not_kept() -> None:
    service = read_one(sheet(Address_is_secret="Yes", Address="1 Hidden Lane", Postcode="E1 1AA")).service

    assert (service.sensitive, service.places) == (True, ())


def test_a_sheet_of_an_older_spreadsheet_is_read() -> None:
    body = sheet(What_happens="Caf\u00e9 \u2013 tea for \u00a31").encode("cp1252")

    assert read_one(body).service.description == "Caf\u00e9 \u2013 tea for \u00a31"


def test_semicolons_between_cells_and_a_mark_at_the_beginning_are_read() -> None:
    body = b"\xef\xbb\xbfNAME; Organisation ;Helps with\r\nCanal walk;Walkers;Housing\r\n"

    assert read_one(body).service.suitability.needs == ("housing",)


CELLS = {
    "Helps with": ("lonliness", "not-in-the-taxonomy"),
    "For": ("everyone nice", "not-in-the-taxonomy"),
    "Youngest age": ("about 18", "not-a-number"),
    "Takes people from": ("Atlantis", "not-a-known-area"),
    "Days": ("most days", "not-a-day"),
    "Status": ("open", "not-one-of-the-list"),
    "Languages": ("Klingon please", "not-a-language-tag"),
    "Name": ("", "missing"),
    "Organisation": ("", "missing"),
}


@pytest.mark.parametrize("heading", CELLS)
def test_a_bad_cell_is_named_by_its_line_and_its_heading(heading: str) -> None:
    cell, rule = CELLS[heading]
    [raw] = read_sheet(sheet(**{heading.replace(" ", "_"): cell}).encode(), SOURCE).records

    with pytest.raises(RecordRefused) as refused:
        read_service_record(raw.values)

    assert refused.value.rule == rule
    assert raw.cell(refused.value.field) == Where(NAME, 2, heading.casefold())


def test_remarks_are_found_by_their_cells_too() -> None:
    [raw] = read_sheet(sheet(Days="Monday", Opens="after tea", Not_on="Easter").encode(), SOURCE).records

    found = {
        (remark.rule, raw.cell(remark.field).column) for remark in read_service_record(raw.values).remarks
    }

    assert {("not-a-time", "opens"), ("not-a-date", "not on")} <= found


def test_a_column_that_nobody_knows_is_said_and_stops_nothing() -> None:
    taken = read_sheet(sheet(Favourite_colour="green").encode(), SOURCE)

    assert taken.findings == (Finding(Where(NAME, 1, "favourite colour"), "not-a-column-we-know"),)
    assert len(taken.records) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Name\r\nWalk", "no column Organisation"),
        ("Organisation\r\nWalkers", "no column Name"),
        ("Name,Service,Organisation\r\na,b,c", "two columns for Name"),
        ("", "no headings"),
    ],
)
def test_what_is_no_sheet_of_services_is_refused_whole(body: str, words: str) -> None:
    with pytest.raises(FeedRefused, match=words):
        read_sheet(body.encode(), SOURCE)


def test_an_empty_row_is_no_service() -> None:
    taken = read_sheet((sheet() + ",,\r\n\r\n" + "Tea,Walkers,Hackney\r\n").encode(), SOURCE)

    names = [read_service_record(raw.values).service.name for raw in taken.records]
    assert names == ["Canal walk", "Tea"]
    assert [raw.where.line for raw in taken.records] == [2, 5]


def test_a_service_is_active_unless_the_sheet_says_otherwise() -> None:
    assert read_one(sheet()).service.status == "active"
    assert read_one(sheet(Status="Inactive")).service.status == "inactive"
