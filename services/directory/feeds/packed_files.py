"""A zip file of tables → its files by name, within bounds. Names are looked at and never used as paths."""

import io
import lzma
import zipfile
import zlib
from pathlib import PurePosixPath

from services.directory.domain.errors import FeedRefused

MOST_FILES = 60
LARGEST_BYTES = 50_000_000  # all files together
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,  # a way of packing that nobody needs
    EOFError,
    OSError,
    ValueError,
    RuntimeError,  # a password
)
LARGEST_RATIO = 200  # of a file to its packed form


def unpacked(body: bytes) -> dict[str, bytes]:
    """The CSV files by their names in small letters. Raises FeedRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return _tables(packed)
    except BROKEN as error:
        raise FeedRefused("The file is not a zip file that can be read.") from error


def _tables(packed: zipfile.ZipFile) -> dict[str, bytes]:
    entries = packed.infolist()
    if len(entries) > MOST_FILES:
        raise FeedRefused(f"The zip file holds more than {MOST_FILES} files.")
    files: dict[str, bytes] = {}
    left = LARGEST_BYTES
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/")).name.casefold()
        if entry.is_dir() or not name.endswith(".csv"):
            continue
        if name in files:
            raise FeedRefused("The zip file holds a table twice.")
        files[name] = _read(packed, entry, left)
        left -= len(files[name])
    return files


def _read(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What the entry says of its size is not believed: no more is unpacked than there is room for."""
    room = min(left, max(1_000_000, entry.compress_size * LARGEST_RATIO))
    with packed.open(entry) as file:
        body = file.read(room + 1)
    if len(body) > room:
        raise FeedRefused("The zip file unpacks to more than a feed needs.")
    return body
