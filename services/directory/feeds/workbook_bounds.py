"""The parts of an Excel workbook, unpacked and looked through before anything reads them: small enough, or refused.

A reader lays a sheet out from its first cell to its last one and copies a shared text into each cell that names it, so a file of
a few bytes can fill all memory. What is looked for is looked for in every part, since any may be said to be a sheet.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

from services.directory.domain.errors import FeedRefused
from services.directory.feeds.packed_files import BROKEN

LARGEST_BYTES = 10_000_000
LARGEST_UNPACKED = 50_000_000  # all parts together
MOST_PARTS = 500
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_SHARED = 50_000_000  # characters, were every cell of shared text as long as the longest
OLDER_BEGINS = bytes.fromhex("D0CF11E0A1B11AE1")  # .xls, and .xlsx with a password
SHEET = b"sheetData"  # only below this element are there cells
CONTENTS = "[Content_Types].xml"
OLDER = (
    "The file is an older Excel workbook, or has a password. Save it as .xlsx without a password, or as CSV."
)
NOT_ONE = "The file is not an Excel workbook that can be read. Save it as .xlsx or CSV, and send it again."
TOO_MUCH = (
    "The workbook holds more than a sheet of services needs. Save the sheet alone as CSV, and send that."
)
TOO_FAR = f"A sheet of the workbook has more than {MOST_ROWS:,} rows or {MOST_COLUMNS} columns."

_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s/>])")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])")
_AT = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]*)([0-9]+)[\"']")
_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"']")
_TEXT = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")


def fit_workbook(body: bytes) -> bytes:
    """The workbook anew, of the parts that were looked at: no two programs read a zip file alike. Raises FeedRefused."""
    if body.startswith(OLDER_BEGINS):
        raise FeedRefused(OLDER)
    if len(body) > LARGEST_BYTES:
        raise FeedRefused(TOO_MUCH)
    try:
        parts = dict(_unpacked(body))
    except BROKEN as error:
        raise FeedRefused(NOT_ONE) from error
    if CONTENTS not in parts:
        raise FeedRefused(NOT_ONE)
    _refuse_far_cells(parts)
    _refuse_long_texts(parts)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return made.getvalue()


def _unpacked(body: bytes) -> Iterator[tuple[str, bytes]]:
    """What a part says of its size is not believed: no more is unpacked than there is room for."""
    left = LARGEST_UNPACKED
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        entries = packed.infolist()
        if len(entries) > MOST_PARTS or len({entry.filename for entry in entries}) < len(entries):
            raise FeedRefused(TOO_MUCH)
        for entry in entries:
            with packed.open(entry) as file:
                part = file.read(left + 1)
            left -= len(part)
            if left < 0:
                raise FeedRefused(TOO_MUCH)
            yield entry.filename, part


def _refuse_far_cells(parts: Mapping[str, bytes]) -> None:
    """A row or a cell that does not say where it is stands one on from the one before."""
    for part in parts.values():
        if SHEET not in part:
            continue
        before, *rows = _ROW.split(part)
        height = len(rows)
        for row in (before, *rows):
            places = _AT.findall(row)
            width = max((_column(letters) for letters, _ in places), default=0) + len(_CELL.findall(row))
            height = max(height, *(_number(line) + len(rows) for _, line in places), 0)
            # Cells that say their place were counted twice.
            if width > 2 * MOST_COLUMNS or height > 2 * MOST_ROWS:
                raise FeedRefused(TOO_FAR)


def _refuse_long_texts(parts: Mapping[str, bytes]) -> None:
    longest = max(len(text) for part in parts.values() for text in _TEXT.split(part)[1:] or [b""])
    cells = sum(len(_SHARED.findall(part)) for part in parts.values())
    if longest * cells > MOST_SHARED:
        raise FeedRefused(TOO_MUCH)


def _column(letters: bytes) -> int:
    """A is 1, Z is 26, AA is 27. Four letters are further than any sheet goes."""
    if len(letters) > 3:
        return MOST_COLUMNS * MOST_COLUMNS
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _number(digits: bytes) -> int:
    return int(digits) if len(digits) <= 9 else MOST_ROWS * MOST_ROWS
