"""Tables as files of comma-separated values, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - as wide as they come

BLANK = " \u00a0\u200b\ufeff"  # that some spreadsheets take off before they look


def sheet(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """What a spreadsheet would take for a formula is made text; a number stays one. None is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(headings)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return written.getvalue()


def sheet_answer(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    text = str(value)
    is_one = text.startswith(BEGINS_A_FORMULA) or text.lstrip(BLANK).startswith(BEGINS_A_FORMULA)
    return f"'{text}" if is_one else text
