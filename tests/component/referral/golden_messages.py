"""What other services say, made from the golden examples that their own tests hold."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from shared.events import capacity, directory
from shared.events.envelope import Event, new_event
from shared.events.event_data import EventData

EXAMPLES = Path(__file__).parents[3] / "shared" / "events" / "examples"
AREA = "E09000009"

Data = TypeVar("Data", bound=EventData)


def golden(model: type[Data], case: str = "full", **changes: Any) -> Event[Data]:
    """The example of a type, with the ids and values of this test."""
    example = json.loads((EXAMPLES / model.event_type / f"{case}.json").read_text())
    return new_event(model.model_validate(example | changes), area=AREA)


def service(
    *, pools: tuple[UUID, ...], version: int = 1, kind: str = "session", **changes: Any
) -> Event[directory.ServicePublishedV1]:
    """A service in Ealing that takes every adult who is lonely, unless the test says otherwise."""
    plain: Mapping[str, Any] = {
        "service_id": uuid4(),
        "organisation_id": uuid4(),
        "version": version,
        "catchment": {"everywhere": False, "areas": [AREA]},
        "needs": ["loneliness"],
        "languages": ["en"],
        "minimum_age": None,
        "maximum_age": None,
        "suits": [],
        "does_not_suit": [],
        "access": [],
        "delivery": ["at-a-place"],
        "worker_sexes": [],
        "pools": [{"pool_id": pool, "kind": kind} for pool in pools],
    }
    return golden(directory.ServicePublishedV1, **{**plain, **changes})


def signal(
    pool_id: UUID,
    status: str,
    free: int | None,
    *,
    version: int = 1,
    word: int | None = None,
    said_at: datetime | None = None,
) -> Event[capacity.SignalChangedV1]:
    """What a provider says, a minute after what it said before; or a version that is nobody's word, after that `word`."""
    minutes = timedelta(minutes=version if word is None else word)
    return golden(
        capacity.SignalChangedV1, "minimal", pool_id=pool_id, status=status, free=free, version=version,
        confirmed_at=said_at or datetime(2026, 11, 22, 9, 30, tzinfo=UTC) + minutes,
    )  # fmt: skip


def held(request: EventData, *, version: int = 1) -> Event[capacity.PlaceHeldV1]:
    """Capacity's answer to a place request that referral said."""
    return golden(capacity.PlaceHeldV1, signal_version=version, **_request(request))


def refused(request: EventData, reason: str, *, version: int = 1) -> Event[capacity.PlaceRefusedV1]:
    return golden(capacity.PlaceRefusedV1, reason=reason, signal_version=version, **_request(request))


def taken(request: EventData) -> Event[capacity.PlaceTakenV1]:
    return golden(capacity.PlaceTakenV1, **_request(request))


def freed(
    request: EventData, *, free: int | None, reason: str = "given-up", reopened: bool = True, version: int = 1
) -> Event[capacity.PlaceFreedV1]:
    ids = _request(request)
    return golden(
        capacity.PlaceFreedV1, pool_id=ids["pool_id"], request_id=ids["request_id"], free=free,
        reason=reason, reopened=reopened, signal_version=version,
    )  # fmt: skip


def of_another(request: EventData) -> EventData:
    """The request of somebody else for a place in the same pool."""
    return request.model_copy(update={"request_id": uuid4()})


def _request(request: EventData) -> dict[str, Any]:
    named = ("pool_id", "request_id", "referral_id", "leg_id")
    return {name: getattr(request, name) for name in named}
