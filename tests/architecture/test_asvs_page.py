"""The page about the security standard says what the list and the tests say, and nothing that neither does."""

from collections import Counter
from pathlib import Path

from tests.support.asvs_page import PAGE, ROOT, not_applying, page, requirements, tags

OF_LEVEL = {1: 70, 2: 183}  # in the standard, version 5.0.0


def test_the_committed_page_is_what_the_list_and_the_tests_say() -> None:
    assert PAGE.read_text() == page(), "run python -m tests.support.asvs_page"


def test_every_requirement_of_levels_one_and_two_is_listed_once() -> None:
    applying = {each.number: each.level for each in requirements()}
    apart = [(number, level) for each in not_applying() for number, level in each.levels.items()]

    assert Counter([*applying.values(), *(level for _, level in apart)]) == OF_LEVEL
    assert len(applying.keys() | {number for number, _ in apart}) == sum(OF_LEVEL.values())


def test_every_tag_is_of_a_requirement_that_applies() -> None:
    assert sorted(tags().keys() - {each.number for each in requirements()}) == []


def test_what_is_shown_is_not_said_to_be_missing_and_what_is_written_down_is_there() -> None:
    shown = tags().keys()

    assert [each.number for each in requirements() if each.short and each.number in shown] == []
    assert [
        each.document for each in requirements() if each.document and not (ROOT / each.document).is_file()
    ] == []


def test_tags_are_found_where_they_stand_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_one.py").write_text(
        '@pytest.mark.asvs("V1.1.1", "V1.1.2")\nasync def test_a() -> None: ...\n'
        '@pytest.mark.asvs("V9.9.9")\ndef helper() -> None: ...\n'
    )

    assert tags(folder) == {"V1.1.1": ["tests/test_one.py::test_a"], "V1.1.2": ["tests/test_one.py::test_a"]}
