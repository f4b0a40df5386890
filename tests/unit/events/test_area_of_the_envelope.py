"""The area of an envelope is a code or is poison: it decides which rows a consumer reaches."""

import pytest

from shared.events.envelope import MalformedEvent, event_from_record, new_event
from shared.events.referral import PersonErasedV1
from shared.postgres.reach import NOWHERE, Reach, areas_reach

DATA = PersonErasedV1.model_validate(
    {"referral_id": "0" * 32, "person_id": "0" * 32, "leg_ids": [], "request_ids": []}
)


@pytest.mark.parametrize(
    "area", ["everywhere", "E0900002", "E09000025,E09000001", "E09000025'; --", "e09000025"]
)
def test_what_is_no_area_code_is_refused_by_the_reader_and_by_the_reach(area: str) -> None:
    event = new_event(DATA, area=area)
    headers = {name: value.encode() for name, value in event.headers().items()}

    with pytest.raises(MalformedEvent, match="ce_area"):
        event_from_record(headers, event.body(), PersonErasedV1)
    with pytest.raises(ValueError, match="area"):
        areas_reach([area])


def test_a_reach_says_nothing_but_what_it_was_given() -> None:
    assert "kith.areas = '{}'" in NOWHERE.as_sql
    assert "ROLE" not in NOWHERE.as_sql
    assert "'{E09000001,E09000025}'" in areas_reach(["E09000025", None, "E09000001"]).as_sql
    with pytest.raises(ValueError, match="name"):
        Reach(rounds_of="referral; --")
