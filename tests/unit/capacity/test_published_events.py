"""Facts become events that hold every rule of the contract, and lose nothing on the wire."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.capacity.domain.ledger import apply_signal
from services.capacity.domain.places import (
    Fact,
    Freeing,
    Hold,
    HoldState,
    PlaceFreed,
    PlaceHeld,
    PlaceRefused,
    PlaceTaken,
    Refusal,
)
from services.capacity.domain.pool import Pool, Said
from services.capacity.domain.status import Source, Status, ToldBy
from services.capacity.published_events import area_of, place_outcome, signal_changed
from shared.events.envelope import new_event
from tests.unit.capacity.ledgers import AREA, NOW, POOL_ID, a_ledger, a_request

REQUEST = a_request()
FACTS: list[Fact] = [
    PlaceHeld(Hold(REQUEST, HoldState.HELD, 1, NOW, NOW), NOW),
    PlaceTaken(REQUEST),
    *(PlaceRefused(REQUEST, reason, 0) for reason in Refusal),
    *(PlaceFreed(REQUEST, reason, reopened=True, free=None, signal_version=3) for reason in Freeing),
]


@pytest.mark.parametrize(
    "fact", FACTS, ids=lambda fact: f"{type(fact).__name__} {getattr(fact, 'reason', '')}"
)
def test_every_outcome_has_an_event_that_reads_back_as_it_was(fact: Fact) -> None:
    event = new_event(place_outcome(fact), area=area_of(fact))

    assert event.subject == str(POOL_ID)
    assert event.area == AREA
    assert type(event.data).model_validate_json(event.body()) == event.data


@given(
    status=st.sampled_from([Status.OPEN, Status.LIMITED, Status.FULL, Status.PAUSED, Status.UNKNOWN]),
    free=st.none() | st.integers(1, 1000),
)
def test_a_signal_says_how_many_may_be_given(status: Status, free: int | None) -> None:
    said = Said(Source.API, NOW, NOW)
    ledger = apply_signal(a_ledger(), status, free)
    pool = Pool(POOL_ID, uuid4(), "Art for all", AREA, 1, ledger, said)

    data = signal_changed(pool, said)

    wanted = (free if free is not None or status is Status.OPEN else 0) if status.gives_places else 0
    assert (data.status, data.free, data.version) == (status.value, wanted, 2)
    assert type(data).model_validate_json(new_event(data, area=None).body()) == data


@pytest.mark.parametrize(
    ("source", "nearest"),
    [
        (Source.LINK, "link"),
        (Source.BOARD, "link"),
        (Source.PHONED, "link"),
        (Source.API, "api"),
        (Source.CSV, "api"),
        (Source.DECAY, "decay"),
    ],
)
def test_every_way_to_speak_is_told_and_the_nearest_that_early_readers_know(
    source: Source, nearest: str
) -> None:
    said = Said(source, NOW, NOW, note="Ask for Sue", told_by=ToldBy.MANAGER)
    data = signal_changed(Pool(POOL_ID, uuid4(), "Art for all", AREA, 1, a_ledger(), said), said)

    assert (data.source, data.way) == (nearest, source.value)
    assert "Sue" not in data.model_dump_json()
