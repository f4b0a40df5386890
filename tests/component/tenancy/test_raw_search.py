"""The search in the raw misses nothing that was written, wherever in a file it lies."""

from pathlib import Path

from tests.component.tenancy.raw_search import found_in_files

FAR = 10 * 2**20


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
