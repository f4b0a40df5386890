"""The committed page says what the table says."""

from pathlib import Path

import pytest

from shared.access.access_docs import differs, page
from shared.access.roles import LABELS


@pytest.mark.asvs("V8.1.1")
def test_the_committed_page_is_what_the_table_says() -> None:
    assert not differs()


def test_a_page_that_differs_or_is_missing_is_found(tmp_path: Path) -> None:
    assert differs(tmp_path / "access.md")
    (tmp_path / "access.md").write_text(page() + "more")
    assert differs(tmp_path / "access.md")


def test_every_role_is_on_the_page() -> None:
    assert [label for label in LABELS.values() if f"| {label} " not in page()] == []
