"""A line that cannot be kept costs itself alone, and nothing that somebody made up is said back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.capacity.domain.status import Source
from services.capacity.entrypoints.many_signals import read_line

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
LINE = {"pool_id": str(UUID(int=1)), "status": "full"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"note": "a\x00b"}, ["note"]),
        ({"note": "  =1+1"}, ["note"]),
        ({"made\x00up": "x"}, ["?"]),
    ],
)
def test_it_is_refused_by_the_name_of_the_field(more: dict[str, object], said: list[str]) -> None:
    assert read_line(LINE | more, "client", Source.API, NOW) == said
