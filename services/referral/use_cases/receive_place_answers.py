"""What capacity says of places: held, refused, taken, freed. Many at once, in order, in few round trips."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from services.referral.domain.leg import (
    Leg,
    LegState,
    Step,
    leave_full_provider,
    lose_hold,
    offer,
    refuse,
    take_place,
)
from services.referral.domain.listed_pool import Signal, Space
from services.referral.published_events import place_ended, place_given_up
from services.referral.storage.copied_signals import correct_guesses, find_signals, lock_signals
from services.referral.storage.legs import lock_legs
from services.referral.use_cases.changes import Cause, Changes
from services.referral.use_cases.drain_waiting_list import drain_waiting_list
from services.referral.use_cases.route_legs import route_legs
from shared.events.capacity import PlaceFreedV1, PlaceHeldV1, PlaceRefusedV1, PlaceTakenV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection

log = structlog.get_logger(__name__)

PlaceAnswer = PlaceHeldV1 | PlaceRefusedV1 | PlaceTakenV1 | PlaceFreedV1

WITH_THIS_PLACE = frozenset(
    {LegState.OFFERED, LegState.ACCEPTING, LegState.ACCEPTED, LegState.STARTED, LegState.COMPLETED}
)


async def receive_place_answers(
    connection: Connection, events: Sequence[Event[PlaceAnswer]], *, now: datetime, answer_time: timedelta
) -> None:
    """Handles the answers in order, then routes on whoever lost a place and drains what came free."""
    reading = _Reading(
        legs=await _lock_legs(connection, events),
        signals=await find_signals(connection, {event.data.pool_id for event in events}),
        changes=Changes(now),
        answer_time=answer_time,
    )
    for event in events:
        reading.take(event)
    changes = reading.changes
    kept_pools = await route_legs(
        connection, reading.legs_to_route(), changes, causes=reading.causes, spaces=reading.spaces
    )
    to_drain = reading.freed_pools | kept_pools
    await lock_signals(connection, {*reading.spaces, *to_drain, *changes.requested_pools})
    await correct_guesses(connection, reading.spaces)
    await changes.keep(connection)
    if to_drain:
        await drain_waiting_list(connection, to_drain, changes, causes=reading.freed_by)
        await changes.keep(connection)


async def _lock_legs(connection: Connection, events: Sequence[Event[PlaceAnswer]]) -> dict[UUID, Leg]:
    """The legs of the answers; of freed places only those whose hold ran out under them."""
    leg_ids = {event.data.leg_id for event in events if not isinstance(event.data, PlaceFreedV1)}
    expired = {
        event.data.request_id
        for event in events
        if isinstance(event.data, PlaceFreedV1) and event.data.reason == "expired"
    }
    return await lock_legs(connection, leg_ids, expired) if leg_ids or expired else {}


class _Reading:
    """One batch of answers on its way: the legs as they become, what was learnt of pools."""

    def __init__(
        self,
        *,
        legs: dict[UUID, Leg],
        signals: Mapping[UUID, Signal],
        changes: Changes,
        answer_time: timedelta,
    ) -> None:
        self._legs = legs
        self._signals = signals
        self._answer_by = changes.now + answer_time
        self.changes = changes
        self.causes: dict[UUID, Cause] = {}
        self.spaces: dict[UUID, Space] = {}
        self.freed_by: dict[UUID, Cause] = {}

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
        held, leg = event.data, self._legs.get(event.data.leg_id)
        if leg is not None and leg.asks_for(held.request_id):
            if leg.state is LegState.REQUESTED:
                closed = self._closed_since(held.pool_id, held.signal_version)
                step = leave_full_provider(leg) if closed else offer(leg, self.changes.now, self._answer_by)
                self._step(step, event)
                return
            if leg.state in WITH_THIS_PLACE:
                return
        withdrawn = leg is not None and leg.state is LegState.WITHDRAWN
        word = place_given_up(
            pool_id=held.pool_id, request_id=held.request_id, referral_id=held.referral_id,
            leg_id=held.leg_id, reason="withdrawn" if withdrawn else "not-wanted",
        )  # fmt: skip
        self.changes.tell(word, area=event.area, cause=event)

    def _refused(self, event: Event[PlaceRefusedV1]) -> None:
        refused, leg = event.data, self._legs.get(event.data.leg_id)
        if refused.reason not in {"hold-gone", "no-such-pool"}:
            self._learn(refused.pool_id, Space(0, refused.signal_version))
        if leg is None or not leg.asks_for(refused.request_id):
            return
        if refused.reason == "hold-gone":
            if leg.state is LegState.ACCEPTING:
                log.error("leg.hold_gone", leg_id=str(leg.leg_id), request_id=str(refused.request_id))
                self._step(lose_hold(leg, "hold-gone"), event)
        elif leg.state is LegState.REQUESTED:
            self._step(refuse(leg, refused.reason, never_again=refused.reason == "no-such-pool"), event)

    def _taken(self, event: Event[PlaceTakenV1]) -> None:
        taken, leg = event.data, self._legs.get(event.data.leg_id)
        if leg is not None and leg.asks_for(taken.request_id):
            if leg.state is LegState.ACCEPTING:
                self._step(take_place(leg), event)
                return
            if leg.state in WITH_THIS_PLACE:
                return
        word = place_ended(
            pool_id=taken.pool_id, request_id=taken.request_id, referral_id=taken.referral_id,
            leg_id=taken.leg_id,
        )  # fmt: skip
        self.changes.tell(word, area=event.area, cause=event)

    def _freed(self, event: Event[PlaceFreedV1]) -> None:
        freed = event.data
        self._learn(freed.pool_id, Space(freed.free if freed.reopened else 0, freed.signal_version))
        if freed.reopened:
            self.freed_by[freed.pool_id] = event
        for leg in list(self._legs.values()):
            lost = freed.reason == "expired" and leg.asks_for(freed.request_id)
            if lost and leg.state in {LegState.OFFERED, LegState.ACCEPTING}:
                log.error("leg.hold_expired", leg_id=str(leg.leg_id), request_id=str(freed.request_id))
                self._step(lose_hold(leg, "hold-expired"), event)

    def _step(self, step: Step, event: Event[Any]) -> None:
        leg = self.changes.step(step, event)
        self._legs[leg.leg_id] = leg
        self.causes[leg.leg_id] = event

    def _learn(self, pool_id: UUID, space: Space) -> None:
        known = self.spaces.get(pool_id)
        if known is None or known.signal_version <= space.signal_version:
            self.spaces[pool_id] = space

    def _closed_since(self, pool_id: UUID, granted_under: int) -> bool:
        """Whether the provider has said full since the place was granted, as far as we have heard."""
        signal = self._signals.get(pool_id)
        return signal is not None and signal.version > granted_under and signal.is_closed
