"""Tables as people and programs write them → rows by heading, each with its line. What is no table is refused whole."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.directory.domain.errors import FeedRefused
from services.directory.feeds.raw_record import Finding, Where

DELIMITERS = (",", ";", "\t")
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000  # that say something: each takes far more memory than its text
MOST_FINDINGS = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by heading, empty ones left out."""

    cells: dict[str, str]
    where: Where


@dataclass(frozen=True, slots=True)
class Table:
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    heading_line: int = 1

    @property
    def cell_count(self) -> int:
        return sum(len(row.cells) for row in self.rows)


def read_table(file: str, body: bytes) -> Table:
    """Raises FeedRefused. Headings are compared in small letters and without spaces around them."""
    return table_of(file, _lines(file, _text(file, body)))


def table_of(file: str, lines: Iterator[tuple[int, list[str]]]) -> Table:
    """Rows with their lines, from wherever they come."""
    heading_line, first = next(lines, (1, []))
    headings = _headings(file, first)
    rows, findings, said = [], [], 0
    for line, cells in lines:
        if len(cells) > len(headings) and any(cell.strip() for cell in cells[len(headings) :]):
            findings.append(Finding(Where(file, line), "more-cells-than-headings"))
        elif found := _cells(headings, cells):
            rows.append(Row(found, Where(file, line)))
            said += len(found)
        if len(rows) > MOST_ROWS or said > MOST_CELLS:
            raise FeedRefused(f"{file} has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells.")
        if len(findings) > MOST_FINDINGS:
            raise FeedRefused(f"{file} has more than {MOST_FINDINGS:,} rows longer than its headings.")
    return Table(headings, tuple(rows), tuple(findings), heading_line)


def _headings(file: str, first: Sequence[str]) -> tuple[str, ...]:
    headings = tuple(heading.strip().casefold() for heading in first)
    if not any(headings):
        raise FeedRefused(f"{file} has no headings in its first line.")
    if len(headings) > MOST_COLUMNS:
        raise FeedRefused(f"{file} has more than {MOST_COLUMNS} columns.")
    if repeated := {heading for heading in headings if heading and headings.count(heading) > 1}:
        raise FeedRefused(f"{file} has a heading twice: {min(repeated)[:60]}.")
    return headings


def number_in(cell: str) -> object:
    """A number where the cell is one; otherwise the text, for the reader of records to refuse by its name."""
    if "_" in cell:
        return cell
    for read in (int, float):
        try:
            return read(cell)
        except ValueError:
            continue
    return cell


def _cells(headings: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    pairs = zip(headings, cells, strict=False)
    return {heading: cell.strip() for heading, cell in pairs if heading and cell.strip()}


def _text(file: str, body: bytes) -> str:
    """UTF-8, else what spreadsheets in this country write where nobody chose."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FeedRefused(f"{file} is not text in UTF-8 or Windows-1252.")


def _lines(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins: a cell may hold line breaks."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise FeedRefused(f"{file} is not CSV: line {line}.") from error


def _delimiter(text: str) -> str:
    """The one that stands most often in the first line."""
    first = text.partition("\n")[0]
    return max(DELIMITERS, key=first.count)
