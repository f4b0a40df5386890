"""A source that could not be read is not taken."""

from typing import Any
from uuid import UUID

import pytest

from services.directory.feeds.run import LONGEST_FIELD, RunFinding
from services.directory.feeds.source import FeedSource, SourceNotValid


def a_source(**changes: Any) -> FeedSource:
    described = {"address": "https://council.example.org/services", "every_hours": 24, **changes}
    return FeedSource(UUID(int=1), described.pop("name", "Council"), "oruk-json", **described)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "  "},
        {"address": "ftp://council.example.org/services"},
        {"address": "file:///etc/passwd"},
        {"address": "https://user:secret@council.example.org/services"},
        {"address": "https://"},
        {"address": "https://[/services"},
        {"address": "https://council.example.org/" + "x" * 2_000},
        {"address": None},
        {"every_hours": 0},
        {"every_hours": 745},
    ],
)
def test_what_cannot_be_read_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SourceNotValid):
        a_source(**changes)


def test_a_source_is_listed_and_nobody_is_sent_there_unless_somebody_says_so() -> None:
    source = a_source()

    assert (source.routable, source.lapses_missing) == (False, True)


def test_a_source_without_an_address_is_handed_over() -> None:
    assert a_source(address=None, every_hours=None).address is None


def test_a_finding_keeps_no_more_of_a_field_s_name_than_a_person_reads() -> None:
    assert len(RunFinding(1, 1, "remark", "x" * 10_000).field) == LONGEST_FIELD
