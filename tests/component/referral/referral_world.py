"""What a test of referral does and sees: people referred, events heard, events said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.audit_keys import WrappingKeys
from services.referral.domain.leg import Leg
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.storage.legs import find_leg
from services.referral.storage.people import PersonDetails, PersonVault
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.copy_services import copy_services
from services.referral.use_cases.copy_signals import copy_signals
from services.referral.use_cases.receive_place_answers import receive_place_answers
from services.referral.use_cases.refer_person import ReferPerson, Referred, refer_person
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.postgres.pool import Pool, transaction
from shared.security.sealing import key_ring_of
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import AREA, service, signal
from tests.support.reaching import EVERYWHERE

Data = TypeVar("Data", bound=EventData)

AMINA = PersonDetails(
    "Amina", "Oyelaran", date(1950, 5, 17), language="so", nhs_number="9990000018",
    email="amina.oyelaran@example.org", phone="07700 900123",
)  # fmt: skip


class StoppedClock:
    """Time passes only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(
            2026, 11, 23, 7, tzinfo=UTC
        )  # a Monday: three days are working days; past, as rows are stamped by the database too

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, passed: timedelta) -> None:
        self.now += passed


@dataclass
class ReferralWorld:
    settings: ReferralSettings
    pool: Pool
    clock: StoppedClock
    answer_time: timedelta
    vault: PersonVault = field(init=False)
    said: list[EventData] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    by: Acting = field(init=False)

    def __post_init__(self) -> None:
        trail = AuditTrail(WrappingKeys(key_bytes(self.settings.audit_wrapping_keys)))
        self.by = Acting(trail, Actor(ActorKind.SERVICE, "referral"), AuditPurpose.ALLOCATION)
        self.vault = PersonVault(key_ring_of(self.settings.key_encryption_keys))

    async def service(self, *spaces: tuple[str, int | None], **changes: Any) -> list[UUID]:
        """Publishes a service with a pool for each space, and the signal of each. Gives the pools."""
        pools = tuple(uuid4() for _ in spaces)
        await self.hear_services(service(pools=pools, **changes))
        await self.hear_signals(
            *(signal(pool, status, free) for pool, (status, free) in zip(pools, spaces, strict=True))
        )
        return list(pools)

    async def refer(self, *needs: str, **changes: Any) -> Referred:
        """Somebody is referred, a second after the one before."""
        self.clock.pass_time(timedelta(seconds=1))
        person = PersonDetails("Amina", "Example", date(1950, 5, 17), email="amina@example.org")
        command = ReferPerson(
            **{"door": "gp", "area": AREA, "person": person, "needs": needs or ("loneliness",), **changes}
        )
        async with transaction(self.pool, EVERYWHERE) as connection:
            return await refer_person(connection, command, self.clock(), self.vault, self.by)

    async def hear_services(self, *events: Event[Any]) -> None:
        async with transaction(self.pool, EVERYWHERE) as connection:
            await copy_services(connection, events, self.clock(), self.by)

    async def hear_signals(self, *events: Event[Any]) -> None:
        async with transaction(self.pool, EVERYWHERE) as connection:
            await copy_signals(connection, events, self.clock(), self.by)

    async def hear_answers(self, *events: Event[Any]) -> None:
        async with transaction(self.pool, EVERYWHERE) as connection:
            await receive_place_answers(
                connection, events, now=self.clock(), answer_time=self.answer_time, by=self.by,
                hold_lost=self.lost.append,
            )  # fmt: skip

    async def leg(self, leg: Leg | UUID) -> Leg:
        async with self.pool.acquire() as connection:
            found = await find_leg(connection, leg if isinstance(leg, UUID) else leg.leg_id)
            assert found is not None
            return found

    async def outbox(self) -> Sequence[EventData]:
        """All that was said so far, in order."""
        rows = await self.pool.fetch(
            "SELECT headers, payload FROM outbox_events WHERE payload IS NOT NULL ORDER BY seq"
        )
        return [
            CLASS_OF_TYPE[json.loads(row["headers"])["ce_type"]].model_validate_json(row["payload"])
            for row in rows
        ]

    def my_link(self, referral_id: UUID) -> str:
        """The path of the person's own page."""
        expires = self.clock() + timedelta(days=1)
        token = mint(self.settings.link_signing_key, Purpose.MY_REFERRAL, referral_id, expires, AREA)
        return PATHS[Purpose.MY_REFERRAL].format(token=token)

    async def heard_of(self, model: type[Data], **wanted: Any) -> list[Data]:
        """What was said of one type, where its fields are as wanted."""
        return [
            event
            for event in await self.outbox()
            if isinstance(event, model) and all(getattr(event, k) == v for k, v in wanted.items())
        ]

    async def last(self, model: type[Data], **wanted: Any) -> Data:
        found = await self.heard_of(model, **wanted)
        assert found, f"no {model.event_type} was said"
        return found[-1]
