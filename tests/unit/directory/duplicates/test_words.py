"""What a person is shown of two services."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.duplicates.likeness import the_weights
from services.directory.entrypoints.duplicates.duplicate_words import SIGNS, Row, pair_view
from services.directory.oruk.read_service import read_service_record
from services.directory.storage.duplicate_rows import FoundPair, PairKept, Side
from tests.unit.directory.records import a_record

READ = read_service_record(a_record())
KEPT = PairKept(FoundPair(UUID(int=1), UUID(int=2), 62, (("name-same", 32),)), "likely", None, None)


def side(number: int, *, routable: bool = True, listed: bool = True, **changes: object) -> Side:
    service: Service = replace(READ.service, id=UUID(int=number), **changes)  # type: ignore[arg-type]
    organisation: Organisation = READ.organisation
    return Side(service, organisation, version=number, listed=listed, routable=routable)


def test_every_sign_has_words() -> None:
    assert set(SIGNS) == set(the_weights().points)


@pytest.mark.parametrize(
    ("left", "right", "differs"),
    [("a b", "a  b", False), ("a", "b", True), ("a", "", False), ("", "", False)],
)
def test_only_what_both_say_otherwise_is_marked(left: str, right: str, *, differs: bool) -> None:
    assert Row("What", left, right).differs is differs


def test_facts_that_neither_says_are_left_out_and_others_are_compared() -> None:
    view = pair_view(KEPT, side(1, fees=None), side(2, fees=None, name="Something else"))

    assert "Cost" not in [row.name for row in view.rows]
    assert [row.name for row in view.rows if row.differs] == ["Name"]
    assert view.can_be_decided
    assert view.warnings == ()


def test_nobody_merges_a_hidden_address_or_the_way_in_for_referrals_without_a_warning() -> None:
    hidden = side(2, sensitive=True, places=(), routable=False)

    view = pair_view(KEPT, side(1), hidden)

    assert len(view.warnings) == 2
    assert [row.right for row in view.rows if row.name == "Where"] == ["The address is private"]


def test_a_merge_into_a_service_that_has_ended_is_pointed_out() -> None:
    merged = replace(KEPT, state="merged", kept_id=UUID(int=2))

    assert pair_view(merged, side(1, listed=False), side(2)).warnings == ()
    ended = pair_view(merged, side(1, listed=False), side(2, status="inactive"))
    assert "not shown any more" in ended.warnings[0]
    assert not ended.can_be_decided
