"""The simple sheet as an Excel workbook: the same services by the same rules, and no workbook that takes more than it may."""

import io
import zipfile
from collections.abc import Callable
from datetime import time
from pathlib import Path
from uuid import UUID

import pytest

from services.directory.domain.errors import FeedRefused, RecordRefused
from services.directory.feeds import workbook_bounds, workbook_rows
from services.directory.feeds.raw_record import Finding, Where
from services.directory.feeds.sheet_columns import template
from services.directory.feeds.simple_sheet import WORKBOOK, read_sheet
from services.directory.feeds.workbook_template import workbook_template
from services.directory.oruk.read_service import read_service_record

SOURCE = UUID(int=7)
WORKBOOKS = Path(__file__).parent / "workbooks"  # written by the programs that they are named after
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REFUSED = 30  # seconds within which nothing is read any more


def test_the_template_says_the_same_as_the_one_of_commas() -> None:
    workbook, sheet = workbook_template(), template().encode()
    of_workbook, of_sheet = read_sheet(workbook, SOURCE), read_sheet(sheet, SOURCE)

    assert [raw.values for raw in of_workbook.records] == [raw.values for raw in of_sheet.records]
    assert of_workbook.findings == ()
    assert workbook == workbook_template()


def test_days_times_and_numbers_are_read_as_the_program_keeps_them() -> None:
    taken = read_sheet((WORKBOOKS / "openpyxl.xlsx").read_bytes(), SOURCE)
    walk, tea, singing = taken.records
    service = read_service_record(walk.values, routable=False).service
    [opening] = service.opening

    assert (opening.days, opening.opens_at, opening.closes_at) == (("TU",), time(18, 30), time(20))
    assert (opening.valid_from, service.suitability.minimum_age) == ("2026-01-06", 18)
    assert (walk.values["assured_date"], service.sensitive) == ("2026-10-01", False)
    assert walk.values["phones"] == [
        {"id": walk.values["phones"][0]["id"], "number": "020 7946 0123"}  # type: ignore[index]
    ]
    assert tea.values["name"] == "Tea \u2013 caf\u00e9"
    assert [raw.where for raw in (walk, tea, singing)] == [Where(WORKBOOK, line) for line in (4, 6, 7)]
    assert taken.findings == (Finding(Where(WORKBOOK, 3, "colour"), "not-a-column-we-know"),)


def test_a_bad_cell_is_named_by_its_line_and_its_heading() -> None:
    tea = read_sheet((WORKBOOKS / "openpyxl.xlsx").read_bytes(), SOURCE).records[1]

    with pytest.raises(RecordRefused) as refused:
        read_service_record(tea.values)

    assert (refused.value.rule, tea.cell(refused.value.field)) == ("not-a-day", Where(WORKBOOK, 6, "days"))


def test_a_workbook_of_another_program_with_formulas_and_a_chart_is_read() -> None:
    [walk] = read_sheet((WORKBOOKS / "xlsxwriter.xlsx").read_bytes(), SOURCE).records
    service = read_service_record(walk.values, routable=False).service

    assert service.suitability.minimum_age == 18
    assert service.opening[0].opens_at == time(18, 30)
    assert service.opening[0].valid_from == "2026-01-06"


def changed(**parts: str | bytes) -> bytes:
    """The template with other parts; `sheet` and `strings` stand for theirs."""
    names = {"sheet": SHEET, "strings": STRINGS, "book": "xl/workbook.xml"}
    new = {names.get(name, name): body for name, body in parts.items()}
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook_template())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in old.namelist():
            packed.writestr(name, new.pop(name, old.read(name)))
        for name, body in new.items():
            packed.writestr(name, body)
    return made.getvalue()


def rows(*written: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(written)}</sheetData></worksheet>'


def cell(at: str, text: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def far_apart() -> bytes:
    """Two cells, and seventeen thousand million between them."""
    return changed(
        sheet=rows(
            f'<row r="1">{cell("A1", "Name")}</row>', f'<row r="1048576">{cell("XFD1048576", "far")}</row>'
        )
    )


def one_long_word_in_each_cell() -> bytes:
    """A word of a million letters, said once, and forty thousand cells that say it."""
    letters = "x" * 1_000_000
    cells = "".join(
        f'<row r="{n}">{"".join(f"<c r={chr(34)}{c}{n}{chr(34)} t={chr(34)}s{chr(34)}><v>0</v></c>" for c in "ABCD")}</row>'
        for n in range(1, 10_001)
    )
    strings = f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{letters}</t></si></sst>'
    types = _read("[Content_Types].xml").replace(
        "</Types>",
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.sharedStrings+xml"/></Types>',
    )
    relations = _read("xl/_rels/workbook.xml.rels").replace(
        "</Relationships>",
        '<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )
    return changed(
        sheet=rows(cells),
        strings=strings,
        **{"[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": relations},
    )


def _read(part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook_template())) as packed:
        return packed.read(part).decode()


def bomb() -> bytes:
    """Sixty million noughts."""
    return changed(**{"xl/media/picture.bin": b"\0" * 60_000_000})


def with_sheets(number: int) -> bytes:
    """All of them the same part."""
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, number + 1))
    book = _read("xl/workbook.xml")
    before, after = book[: book.index("<sheet ")], book[book.index("</sheets>") :]
    return changed(book=before + sheets + after)


def of_many_parts() -> bytes:
    return changed(**{f"xl/part{number}.xml": "" for number in range(600)})


def too_wide() -> bytes:
    return changed(sheet=rows(f'<row r="1">{cell("A1", "Name")}{cell("ZZ1", "far")}</row>'))


def too_tall() -> bytes:
    return changed(
        sheet=rows(f'<row r="1">{cell("A1", "Name")}</row>', f'<row r="30000">{cell("A30000", "far")}</row>')
    )


def unplaced_and_wide() -> bytes:
    """Cells that say nothing of where they are, in the first row, and as many empty rows."""
    return changed(sheet=rows("<row>" + "<c/>" * 2_000 + "</row>", "<row/>" * 2_000))


def unplaced_and_tall() -> bytes:
    return changed(sheet=rows("<x:row/>" * 50_000, f"<row>{cell('A50001', 'far')}</row>"))


def of_entities() -> bytes:
    """A thousand million laughs."""
    entities = '<!ENTITY l0 "ha">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return changed(
        sheet=f"<!DOCTYPE worksheet [{entities}]>" + rows(f'<row r="1">{cell("A1", "&l9;")}</row>')
    )


def larger_than_any_sheet() -> bytes:
    return workbook_rows.BEGINS + bytes(workbook_bounds.LARGEST_BYTES)


HOSTILE: dict[Callable[[], bytes], str] = {
    far_apart: workbook_bounds.TOO_FAR,
    one_long_word_in_each_cell: workbook_bounds.TOO_MUCH,
    bomb: workbook_bounds.TOO_MUCH,
    of_many_parts: workbook_bounds.TOO_MUCH,
    larger_than_any_sheet: workbook_bounds.TOO_MUCH,
    lambda: with_sheets(21): workbook_rows.MANY_SHEETS,
    too_wide: workbook_bounds.TOO_FAR,
    too_tall: workbook_bounds.TOO_FAR,
    of_entities: workbook_bounds.NOT_ONE,
    lambda: b"PK\x03\x04 not really": workbook_bounds.NOT_ONE,
    lambda: changed(sheet="<worksheet"): "",
    unplaced_and_wide: workbook_bounds.TOO_FAR,
    unplaced_and_tall: workbook_bounds.TOO_FAR,
    lambda: bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512): workbook_bounds.OLDER,
}


@pytest.mark.asvs("V5.2.3")
@pytest.mark.parametrize("made", HOSTILE, ids=lambda made: made.__name__)
@pytest.mark.timeout(REFUSED)
def test_what_is_no_sheet_or_would_take_too_much_is_refused_whole(made: Callable[[], bytes]) -> None:
    with pytest.raises(FeedRefused) as refused:
        read_sheet(made(), SOURCE)

    assert HOSTILE[made] in str(refused.value)


def test_a_workbook_of_as_many_sheets_as_it_may_have_is_read() -> None:
    assert len(read_sheet(with_sheets(20), SOURCE).records) == 1


def test_a_zip_file_that_is_no_workbook_says_so() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("services.csv", "Name,Organisation\r\n")

    with pytest.raises(FeedRefused, match="not an Excel workbook"):
        read_sheet(made.getvalue(), SOURCE)
