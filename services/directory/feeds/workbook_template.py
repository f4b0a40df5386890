"""The simple sheet to fill in, as an Excel workbook: the headings, one service to write over, and what to write where."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from services.directory.feeds.sheet_columns import COLUMNS, NEEDED
from services.directory.feeds.sheet_row import TAXONOMIES
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.our_taxonomies import our_terms
from shared.vocabulary import vocabulary

SHEETS: Final = ("Services", "What to write")
AS_TEXT, AS_HEADING = 0, 1  # styles; as text a phone number keeps its nought, and a date stays as it is typed
WIDE = 24  # characters
WHEN: Final = (1980, 1, 1, 0, 0, 0)  # so that equal templates are equal bytes
WORDS: Mapping[str, str] = {
    "reference": "A name of your own that stays the same when others change. It can be left out.",
    "name": "What the service is called.",
    "organisation": "The group that runs it.",
    "description": "What people do there, in a few plain sentences.",
    "status": "active, inactive or temporarily closed. Leave it out for active.",
    "areas": "Boroughs, or: all of London.",
    "secret": "yes where nobody may learn the address, as of a refuge.",
    "days": "Monday; Thursday. Leave it out for something that is on once.",
    "opens": "6pm or 18:00.",
    "closes": "8pm or 20:00.",
    "first_day": "31/12/2026. For something that is on once: its day.",
    "last_day": "31/12/2026.",
    "not_on": "Days on which it is closed: 25/12/2026; 1/1/2027.",
    "also_on": "More days on which it is on.",
    "cost": "Free, or what it costs.",
    "phone": "The number that people may call.",
    "email": "The address that people may write to.",
    "assured": "The day on which somebody last checked this row.",
}
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def workbook_template() -> bytes:
    services = [
        [column.heading for column in COLUMNS.values()],
        [column.example for column in COLUMNS.values()],
    ]
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": _workbook(),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                ("worksheet", "worksheets/sheet1.xml"),
                ("worksheet", "worksheets/sheet2.xml"),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _styles(),
        "xl/worksheets/sheet1.xml": _sheet(services, [WIDE] * len(COLUMNS)),
        "xl/worksheets/sheet2.xml": _sheet(_what_to_write(), [WIDE, 120]),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(zipfile.ZipInfo(name, WHEN), _XML + text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _what_to_write() -> list[list[str]]:
    lines = [["Column", "What to write. Several things in one cell go with ; between them."]]
    for name, column in COLUMNS.items():
        told = [WORDS.get(name, ""), _choices(name), "This one is needed." if name in NEEDED else ""]
        lines.append([column.heading, " ".join(filter(None, told))])
    return lines


def _choices(name: str) -> str:
    if name == "languages":
        return f"Any of: {'; '.join(each.label for each in vocabulary.languages().values())}."
    taxonomy = TAXONOMIES.get(name)
    if taxonomy is None or taxonomy == ours.WORKER_LANGUAGE:
        return "The same words as under Languages." if taxonomy else ""
    names = (
        term.name.removeprefix("Not for: ").removesuffix(" worker") for term in our_terms(taxonomy).values()
    )
    return f"Any of: {'; '.join(names)}."


def _sheet(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> str:
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" style="{AS_TEXT}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    written = "".join(
        f'<row r="{line}">{_cells(line, cells)}</row>' for line, cells in enumerate(rows, start=1)
    )
    top = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet xmlns="{_NAMESPACE}"><sheetViews><sheetView workbookViewId="0">{top}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{written}</sheetData></worksheet>"
    )


def _cells(line: int, cells: Iterable[str]) -> str:
    style = AS_HEADING if line == 1 else AS_TEXT
    return "".join(
        f'<c r="{_letters(number)}{line}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        for number, cell in enumerate(cells)
        if cell
    )


def _letters(number: int) -> str:
    """A, B … Z, AA, AB …"""
    tens, ones = divmod(number, 26)
    return (_letters(tens - 1) if tens else "") + chr(ord("A") + ones)


def _workbook() -> str:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>'
        for number, name in enumerate(SHEETS, start=1)
    )
    return f'<workbook xmlns="{_NAMESPACE}" xmlns:r="{_KIND}"><sheets>{sheets}</sheets></workbook>'


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    written = "".join(
        f'<Relationship Id="r{number}" Type="{_KIND}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_RELATIONS}">{written}</Relationships>'


def _content_types() -> str:
    parts = {
        "/xl/workbook.xml": "sheet.main",
        "/xl/styles.xml": "styles",
        "/xl/worksheets/sheet1.xml": "worksheet",
        "/xl/worksheets/sheet2.xml": "worksheet",
    }
    written = "".join(
        f'<Override PartName="{name}" ContentType="{_TYPE}.{kind}+xml"/>' for name, kind in parts.items()
    )
    of_relations = "application/vnd.openxmlformats-package.relationships+xml"
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{of_relations}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{written}</Types>'
    )


def _styles() -> str:
    """Number format 49 is text."""
    cells = "".join(
        f'<xf numFmtId="49" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
        for font in (AS_TEXT, AS_HEADING)
    )
    return (
        f'<styleSheet xmlns="{_NAMESPACE}">'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="2">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
