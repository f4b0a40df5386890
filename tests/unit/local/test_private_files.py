"""What holds people's words or links that work is for its owner alone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.json_lines import JsonLines


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_json_lines_and_their_folder_are_private(tmp_path: Path) -> None:
    lines = JsonLines(tmp_path / "data" / "mailbox" / "messages.jsonl")
    lines.append([{"n": 1}])
    assert (mode(lines.file.parent), mode(lines.file)) == (0o700, 0o600)

    lines.replace([{"n": 2}])
    assert mode(lines.file) == 0o600


def test_what_an_earlier_start_left_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "spans"
    folder.mkdir(mode=0o755)
    (folder / "spans.jsonl").touch(mode=0o644)

    lines = JsonLines(folder / "spans.jsonl")
    lines.append([{"n": 1}])

    assert (mode(folder), mode(lines.file)) == (0o700, 0o600)
