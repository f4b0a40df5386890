"""How much space there is → the capacities of HSDS 3.1: bands in place of counts, nothing where it must not show."""

from collections.abc import Iterable
from datetime import datetime
from uuid import NAMESPACE_DNS, uuid5
from zoneinfo import ZoneInfo

from services.directory.domain.service import Pool, Service
from services.directory.domain.space import STEPS, Signal
from services.directory.oruk.write_details import JsonObject, timestamp

LONDON = ZoneInfo("Europe/London")
UNIT: JsonObject = {"id": str(uuid5(NAMESPACE_DNS, "units.kith.example/person")), "name": "person"}


def capacity_records(service: Service, signals: Iterable[Signal], now: datetime) -> list[JsonObject]:
    """One a pool of which something is known. `available` is the least that there is: the standard wants a number."""
    if service.sensitive or not service.takes_people:
        return []
    known = {signal.pool_id: signal for signal in signals if signal.band(now) != "not-known"}
    return [_record(pool, known[pool.id]) for pool in service.pools if pool.id in known]


def _record(pool: Pool, signal: Signal) -> JsonObject:
    least = signal.at_least
    return {
        "id": str(uuid5(pool.id, "capacity")),
        "unit": UNIT,
        "available": STEPS[0] if least is None else least,
        "description": f"{pool.name}: {words_of(signal)}",
        "updated": timestamp(signal.confirmed_at),
    }


def words_of(signal: Signal) -> str:
    """The band in English, for programs that show what they are given."""
    if signal.status == "paused":
        until = signal.paused_until or signal.expires_at
        day = until.astimezone(LONDON)
        return f"closed until {day.day} {day:%B %Y}"
    least, most = signal.at_least, signal.at_most
    if least is None:
        return "space for all who come"
    if least == 0:
        wait = signal.expected_wait_days
        return "full" if wait is None else f"full, a wait of about {wait} days"
    return f"{least} places or more" if most is None else f"{least} to {most} places"
