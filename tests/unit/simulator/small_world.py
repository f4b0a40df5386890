"""A few streets of Newham, simulated for some weeks: small enough for a test, large enough for a line."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from shared.places.place import Area
from shared.places.places import open_places
from simulator.people import neighbourhoods
from simulator.scenario import Scenario, scenario_from

NEWHAM, EALING = "E09000025", "E09000009"


@cache
def homes(borough: str = NEWHAM, most: int = 1000) -> Sequence[Area]:
    return neighbourhoods(open_places(), borough)[:most]


def scenario(name: str = "small", **changes: Any) -> Scenario:
    """Two needs, so that there is a line for each."""
    plain: dict[str, Any] = {
        "scale": 0.1,
        "days": 90,
        "warm_up_days": 60,
        "arrivals": {"by_need": {"loneliness": 2, "housing": 1}, **changes.pop("arrivals", {})},
    }
    return scenario_from({**plain, **changes}, name=name)
