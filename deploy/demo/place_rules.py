"""Were more places given than were offered, or any after a provider had said full?

Works from what was said alone: signals (how many may be given from here on) against places held and freed. Within
a pool the places stand in the log in the order in which they were decided; each names the signal it stood under.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deploy.demo.log_records import Fault, LogRecord, moment, of_type

SIGNAL = "capacity.signal-changed.v1"
HELD = "capacity.place-held.v1"
FREED = "capacity.place-freed.v1"
OFFERED = "referral.offered.v1"

GIVES_PLACES = {"open", "limited"}
Signals = Mapping[str, Mapping[int, LogRecord]]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A provider heard back that full (or paused) now holds: nobody new will be shown to it."""

    pool_id: str
    version: int
    at: datetime


def signals_by_pool(records: Iterable[LogRecord]) -> Signals:
    found: dict[str, dict[int, LogRecord]] = defaultdict(dict)
    for record in of_type(records, SIGNAL):
        found[record["pool_id"]][record["version"]] = record
    return found


def over_allocated(records: Sequence[LogRecord]) -> list[Fault]:
    """Each place held beyond what its signal still offered, or that no signal had offered at all."""
    signals = signals_by_pool(records)
    by_pool: dict[str, list[LogRecord]] = defaultdict(list)
    for record in of_type(records, HELD, FREED):
        by_pool[record["pool_id"]].append(record)
    return [
        fault
        for pool_id, events in by_pool.items()
        for fault in _over_allocated_in_pool(signals.get(pool_id, {}), events)
    ]


def _over_allocated_in_pool(signals: Mapping[int, LogRecord], events: Sequence[LogRecord]) -> list[Fault]:
    faults = []
    left: dict[int, int | None] = {version: signal["free"] for version, signal in signals.items()}
    holders: set[str] = set()
    for event in events:
        version, request = event["signal_version"], event["request_id"]
        if event.type == FREED:
            still = left.get(version)
            if request in holders and event["reopened"] and still is not None:
                left[version] = still + 1
            holders.discard(request)
            continue
        if request in holders:  # the answer was said again: no other place
            continue
        holders.add(request)
        if version not in left:
            faults.append(Fault("held-under-no-signal", request))
            continue
        still = left[version]
        if still is not None:
            left[version] = still - 1
            if still <= 0:
                faults.append(Fault("held-beyond-offer", request))
    return faults


def after_full(records: Sequence[LogRecord], acknowledged: Iterable[Acknowledged] = ()) -> list[Fault]:
    """Each place held, or first shown to its provider, after that provider's full was in force."""
    signals = signals_by_pool(records)
    found: dict[str, Fault] = {}
    versions: dict[str, int] = {}
    for held in of_type(records, HELD):
        if held["request_id"] in versions:  # the answer was said again: no other place
            continue
        versions[held["request_id"]] = held["signal_version"]
        kind = _held_after_full(held, signals.get(held["pool_id"], {}))
        if kind:
            found.setdefault(held["request_id"], Fault(kind, held["request_id"]))
    first_shown: dict[str, LogRecord] = {}
    for offer in of_type(records, OFFERED):
        first_shown.setdefault(offer["request_id"], offer)
    for answer in acknowledged:
        for request, offer in first_shown.items():
            older = versions.get(request, 0) < answer.version
            if offer["pool_id"] == answer.pool_id and older and moment(offer["offered_at"]) > answer.at:
                found.setdefault(request, Fault("shown-after-full", request))
    return list(found.values())


def _held_after_full(held: LogRecord, signals: Mapping[int, LogRecord]) -> str | None:
    stood_under = signals.get(held["signal_version"])
    if stood_under is not None and stood_under["status"] not in GIVES_PLACES:
        return "held-under-full"
    for version, signal in signals.items():
        closed = signal["status"] not in GIVES_PLACES
        if closed and version > held["signal_version"] and held.time > signal.time:
            return "held-after-full"
    return None
