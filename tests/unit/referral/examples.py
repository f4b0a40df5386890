"""Pools, wants and legs for tests, plain unless a test says otherwise."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.referral.domain.leg import Leg
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.wants import Wants

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEWHAM, EALING = "E09000025", "E09000009"


def wants(**changes: Any) -> Wants:
    return Wants(**{"need": "loneliness", "area": NEWHAM, "age": 70, **changes})


def pool(number: int = 1, **changes: Any) -> ListedPool:
    plain: dict[str, Any] = {
        "pool_id": UUID(int=number),
        "service_id": UUID(int=1000 + number),
        "organisation_id": UUID(int=2000 + number),
        "needs": frozenset({"loneliness"}),
        "languages": frozenset({"en"}),
        "signal": Signal("open", 1, 1, 1),
    }
    return ListedPool(**{**plain, **changes})


def leg(seconds: int = 0, **changes: Any) -> Leg:
    """A leg that came so many seconds after noon."""
    plain: dict[str, Any] = {
        "leg_id": uuid4(),
        "referral_id": uuid4(),
        "person_id": uuid4(),
        "wants": wants(),
        "received_at": NOON + timedelta(seconds=seconds),
    }
    return Leg(**{**plain, **changes})


def in_line(seconds: int = 0, **changes: Any) -> InLine:
    """Somebody who waits and came so many seconds after noon."""
    plain: dict[str, Any] = {
        "leg_id": uuid4(),
        "wants": wants(),
        "received_at": NOON + timedelta(seconds=seconds),
    }
    return InLine(**{**plain, **changes})
