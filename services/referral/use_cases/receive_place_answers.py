"""What capacity says of places: held, refused, taken, freed. Many at once, in order, in few round trips."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from services.referral.domain.answer_clock import answer_due
from services.referral.domain.leg import Leg, LegState, Step
from services.referral.domain.listed_pool import Signal, Space
from services.referral.domain.london_days import day_in_london
from services.referral.domain.place_answers import (
    Unwanted,
    answer_freed,
    answer_held,
    answer_refused,
    answer_taken,
)
from services.referral.published_events import place_ended, place_given_up
from services.referral.storage.copied_services import find_event_days
from services.referral.storage.copied_signals import correct_guesses, find_signals, lock_signals
from services.referral.storage.legs import lock_legs
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Cause, Changes
from services.referral.use_cases.drain_waiting_list import drain_waiting_list
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import route_legs
from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, PlaceTakenV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection
from shared.postgres.reach import acting_as_rounds

log = structlog.get_logger(__name__)

HOLD_GONE, HOLD_FREED = "gone", "freed"

PlaceAnswer = PlaceHeldV1 | PlaceRefusedV1 | PlaceTakenV1 | PlaceFreedV1


async def receive_place_answers(
    connection: Connection,
    events: Sequence[Event[PlaceAnswer]],
    *,
    now: datetime,
    answer_time: timedelta,
    by: Acting,
    known_pools: KnownPools | None = None,
    hold_lost: Callable[[str], None] | None = None,
) -> None:
    """Handles the answers in order, then routes on whoever lost a place and drains what came free.

    `hold_lost` hears, once all is written, how each place was lost that a leg still wanted.
    """
    reading = _Reading(
        legs=await _lock_legs(connection, events),
        signals=await find_signals(connection, {event.data.pool_id for event in events}),
        event_days=await find_event_days(
            connection, {event.data.pool_id for event in events if isinstance(event.data, PlaceHeldV1)}
        ),
        changes=Changes(now, by),
        answer_time=answer_time,
    )
    for event in events:
        reading.take(event)
    changes = reading.changes
    kept_pools = await route_legs(
        connection, reading.legs_to_route(), changes, causes=reading.causes, spaces=reading.spaces,
        known_pools=known_pools,
    )  # fmt: skip
    to_drain = reading.freed_pools | kept_pools
    await lock_signals(connection, {*reading.spaces, *to_drain, *changes.requested_pools})
    await correct_guesses(connection, reading.spaces)
    await changes.keep(connection)
    if to_drain:
        async with acting_as_rounds(connection, "referral"):
            await drain_waiting_list(connection, to_drain, changes, causes=reading.freed_by)
            await changes.keep(connection)
    if hold_lost is not None:
        for how in reading.lost:
            hold_lost(how)


async def _lock_legs(connection: Connection, events: Sequence[Event[PlaceAnswer]]) -> dict[UUID, Leg]:
    """The legs of the answers; of freed places only those that still ask for them."""
    leg_ids = {event.data.leg_id for event in events if not isinstance(event.data, PlaceFreedV1)}
    freed = {event.data.request_id for event in events if isinstance(event.data, PlaceFreedV1)}
    return await lock_legs(connection, leg_ids, freed)


class _Reading:
    """One batch of answers on its way: the legs as they become, what was learnt of pools."""

    def __init__(
        self,
        *,
        legs: dict[UUID, Leg],
        signals: Mapping[UUID, Signal],
        event_days: Mapping[UUID, date],
        changes: Changes,
        answer_time: timedelta,
    ) -> None:
        self._legs = legs
        self._asking = {leg.placement.request_id: leg for leg in legs.values() if leg.placement}
        self._signals = signals
        self._event_days, self._answer_time = event_days, answer_time
        self.changes = changes
        self.causes: dict[UUID, Cause] = {}
        self.spaces: dict[UUID, Space] = {}
        self.freed_by: dict[UUID, Cause] = {}
        self.lost: list[str] = []

    @property
    def freed_pools(self) -> frozenset[UUID]:
        return frozenset(self.freed_by)

    def legs_to_route(self) -> list[Leg]:
        return [
            leg for leg in self._legs.values() if leg.state is LegState.MATCHING and leg.leg_id in self.causes
        ]

    def take(self, event: Event[Any]) -> None:
        handlers: Mapping[type, Callable[[Event[Any]], None]] = {
            PlaceHeldV1: self._held,
            PlaceRefusedV1: self._refused,
            PlaceTakenV1: self._taken,
            PlaceFreedV1: self._freed,
        }
        handlers[type(event.data)](event)

    def _held(self, event: Event[PlaceHeldV1]) -> None:
        held, leg, now = event.data, self._legs.get(event.data.leg_id), self.changes.now
        event_day = self._event_days.get(held.pool_id)
        is_over = event_day is not None and event_day < day_in_london(now)
        answer = answer_held(
            leg, held.request_id, now=now, answer_by=answer_due(now, self._answer_time, event_day),
            provider_is_full=is_over or self._closed_since(held.pool_id, held.signal_version),
        )  # fmt: skip
        if isinstance(answer, Unwanted):
            word = place_given_up(
                pool_id=held.pool_id, request_id=held.request_id, referral_id=held.referral_id,
                leg_id=held.leg_id, reason=answer.reason,
            )  # fmt: skip
            self.changes.tell(word, area=event.area, cause=event)
        else:
            self._step(answer, event)

    def _taken(self, event: Event[PlaceTakenV1]) -> None:
        taken = event.data
        answer = answer_taken(self._legs.get(taken.leg_id), taken.request_id)
        if isinstance(answer, Unwanted):
            word = place_ended(
                pool_id=taken.pool_id, request_id=taken.request_id, referral_id=taken.referral_id,
                leg_id=taken.leg_id,
            )  # fmt: skip
            self.changes.tell(word, area=event.area, cause=event)
        else:
            self._step(answer, event)

    def _refused(self, event: Event[PlaceRefusedV1]) -> None:
        refused, leg = event.data, self._legs.get(event.data.leg_id)
        step = answer_refused(leg, refused.request_id, refused.reason)
        # The answer to a request that was said again may be an old one: places may have come free since.
        first_answer = step is not None and leg is not None and not leg.asked_again
        if first_answer and refused.reason not in {"hold-gone", "no-such-pool"}:
            self._learn(refused.pool_id, Space(0, refused.signal_version))
        if step and refused.reason == "hold-gone":
            self.lost.append(HOLD_GONE)
            log.error("leg.hold_gone", leg_id=str(refused.leg_id), request_id=str(refused.request_id))
        self._step(step, event)

    def _freed(self, event: Event[PlaceFreedV1]) -> None:
        freed = event.data
        self._learn(freed.pool_id, Space(freed.free if freed.reopened else 0, freed.signal_version))
        if freed.reopened:
            self.freed_by[freed.pool_id] = event
        step = answer_freed(self._asking.get(freed.request_id), freed.request_id, freed.reason)
        if step:
            self.lost.append(HOLD_FREED)
            log.error("leg.hold_freed", request_id=str(freed.request_id), reason=freed.reason)
        self._step(step, event)

    def _step(self, step: Step | None, event: Event[Any]) -> None:
        if step is None:
            return
        leg = self.changes.step(step, event)
        self._legs[leg.leg_id] = leg
        self._asking[event.data.request_id] = leg
        self.causes[leg.leg_id] = event

    def _learn(self, pool_id: UUID, space: Space) -> None:
        known = self.spaces.get(pool_id)
        if known is None or known.signal_version <= space.signal_version:
            self.spaces[pool_id] = space

    def _closed_since(self, pool_id: UUID, granted_under: int) -> bool:
        """Whether the provider has said full since the place was granted, as far as we have heard."""
        signal = self._signals.get(pool_id)
        return signal is not None and signal.version > granted_under and signal.is_closed
