"""The search in the raw misses nothing that was written, wherever in a file it lies."""

import os
from pathlib import Path
from threading import Event, Thread

from tests.component.tenancy.raw_search import found_in_files, written_in

FAR = 10 * 2**20
READS = 20_000


def test_what_lies_behind_a_hole_is_found_and_a_hole_holds_nothing(tmp_path: Path) -> None:
    with (tmp_path / "index").open("wb") as laid_out:
        laid_out.write(b"first")
        laid_out.seek(FAR)
        laid_out.write(b"in the middle")
        laid_out.seek(2 * FAR)
        laid_out.write(b"Last")
        laid_out.truncate(3 * FAR)
    (tmp_path / "empty").touch()
    (tmp_path / "whole").write_bytes(bytes(FAR) + b"whole")

    found = found_in_files(tmp_path, [b"first", b"middle", b"last", b"whole", b"away"], in_any_case=[b"last"])

    assert found == ["index: b'first'", "index: b'middle'", "index: b'last'", "whole: b'whole'"]


def test_a_file_that_is_cut_while_it_is_read_ends_where_it_was_cut(tmp_path: Path) -> None:
    """So a server does with an index of which it keeps what it wrote."""
    file, all_is_read = tmp_path / "index", Event()
    file.write_bytes(b"first")

    def cuts() -> None:
        with file.open("rb+", buffering=0) as cut:
            while not all_is_read.is_set():
                os.pwrite(cut.fileno(), b"in the middle", FAR)
                cut.truncate(len(b"first"))

    server = Thread(target=cuts)
    server.start()
    try:
        assert all(written_in(file).startswith(b"first") for _ in range(READS))
    finally:
        all_is_read.set()
        server.join()
