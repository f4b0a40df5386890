"""An Excel workbook → the rows of the first sheet that people see, each with its line and its cells as people would type them."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from services.directory.domain.errors import FeedRefused
from services.directory.feeds.workbook_bounds import (
    MOST_COLUMNS,
    MOST_ROWS,
    NOT_ONE,
    OLDER_BEGINS,
    TOO_FAR,
    fit_workbook,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEGINS = b"PK\x03\x04"  # a zip file
MOST_SHEETS = 20
NO_SHEET = "The workbook has no sheet that can be seen."
MANY_SHEETS = f"The workbook has more than {MOST_SHEETS} sheets. Save the sheet alone, and send that."
MIDNIGHT = time()
MINUTES_OF_A_DAY = 24 * 60


def is_workbook(body: bytes) -> bool:
    return body.startswith((BEGINS, OLDER_BEGINS))


def workbook_lines(body: bytes) -> Iterator[tuple[int, list[str]]]:
    """Those that say something. Raises FeedRefused."""
    for line, row in enumerate(_rows(fit_workbook(body)), start=1):
        cells = [as_typed(value) for value in row]
        if any(cells):
            yield line, cells


def _rows(body: bytes) -> Sequence[Sequence[object]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(body)) as workbook:
            return _first(workbook).to_python(skip_empty_area=False)
    except (FeedRefused, KeyboardInterrupt, SystemExit):
        raise
    # Whatever is wrong with a workbook, it ends its own reading alone: a panic in the library is no Exception.
    except BaseException as error:
        raise FeedRefused(NOT_ONE) from error


def _first(workbook: CalamineWorkbook) -> CalamineSheet:
    sheets = workbook.sheets_metadata
    if len(sheets) > MOST_SHEETS:
        raise FeedRefused(MANY_SHEETS)
    seen = (
        index
        for index, sheet in enumerate(sheets)
        if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible
    )
    first = next(seen, None)
    if first is None:
        raise FeedRefused(NO_SHEET)
    sheet = workbook.get_sheet_by_index(first)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise FeedRefused(TOO_FAR)
    return sheet


def as_typed(value: object) -> str:
    """A day as 2026-12-31, a time as 18:30, a whole number without a point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == MIDNIGHT else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return _clock(value) if isinstance(value, timedelta) else str(value)


def _clock(value: timedelta) -> str:
    """Some programs keep a time of day as how long after midnight it is."""
    minutes = round(value.total_seconds() / 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" if 0 <= minutes < MINUTES_OF_A_DAY else str(value)
