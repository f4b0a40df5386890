"""The extension for capacity of the Gravity project's implementation guide, on a HealthcareService."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from services.directory.domain.space import Space
from services.directory.fhir.codes import CAPACITY, CAPACITY_CODES

JsonObject = dict[str, object]

LONDON = ZoneInfo("Europe/London")
DISPLAYS: Mapping[str, str] = {
    "capacity": "Has Capacity",
    "no-capacity": "No Capacity",
    "waitlist": "No Capacity - Has Waitlist",
}


def capacity_extensions(space: Space) -> list[JsonObject]:
    """None where nothing is known: no extension says neither that there is space nor that there is none."""
    code = _code(space)
    if code is None:
        return []
    concept = {"coding": [{"system": CAPACITY_CODES, "code": code, "display": DISPLAYS[code]}]}
    parts: list[JsonObject] = [{"url": "capacityStatus", "valueCodeableConcept": concept}]
    notes = _notes(space)
    if notes:
        parts.append({"url": "capacityNotes", "valueString": notes})
    return [{"url": CAPACITY, "extension": parts}]


def _code(space: Space) -> str | None:
    if space.band in {"space", "a-few"}:
        return "capacity"
    if space.band == "full" and space.wait_days is not None:
        return "waitlist"
    return None if space.band == "not-known" else "no-capacity"


def _notes(space: Space) -> str:
    said = []
    if space.band == "a-few":
        said.append("A few places.")
    if space.band == "closed-until" and space.closed_until is not None:
        day = space.closed_until.astimezone(LONDON)
        said.append(f"Closed until {day.day} {day:%B %Y}.")
    if space.band == "full" and space.wait_days is not None:
        said.append(f"The wait is about {space.wait_days} days.")
    if space.said_at is not None:
        day = space.said_at.astimezone(LONDON)
        said.append(f"Said on {day.day} {day:%B %Y}.")
    return " ".join(said)
