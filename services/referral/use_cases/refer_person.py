"""A person is referred, or refers themselves: written and routed in one transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.domain.described import coarse_age_band
from services.referral.domain.fit_rate import BRAKE, sender_of
from services.referral.domain.leg import Leg, receive
from services.referral.domain.london_days import day_in_london
from services.referral.domain.wants import Sex, Wants, groups_of
from services.referral.storage.event_consents import give_event_consent
from services.referral.storage.fit_counts import find_fits_since
from services.referral.storage.people import PersonDetails, PersonVault
from services.referral.storage.referrals import (
    ReferralRow,
    ReferrerDetails,
    add_referral,
    find_or_add_referrer,
)
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.new_ids import new_id, new_reference
from services.referral.use_cases.route_legs import route_legs
from shared.access.vocabulary import Verb
from shared.events.referral import Door, PersonDescribedV1, ReferralReceivedV1
from shared.postgres.pool import Connection

Risks = Literal["none-known", "yes-contact-referrer"]


@dataclass(frozen=True, slots=True)
class ReferPerson:
    """What a door hands in, whichever door it is."""

    door: Door
    area: str
    person: PersonDetails
    needs: tuple[str, ...]
    groups: frozenset[str] = frozenset()
    access: frozenset[str] = frozenset()
    can_travel: bool = True
    worker_sex: Sex | None = None
    only_evenings_or_weekends: bool = False
    deprivation: int | None = None
    help_to_attend: frozenset[str] = frozenset()
    risks: Risks = "none-known"
    referrer: ReferrerDetails | None = None
    referring_organisation_id: UUID | None = None
    may_invite: bool = False
    """Whether they said that they may be invited to events."""


@dataclass(frozen=True, slots=True)
class Referred:
    referral_id: UUID
    reference: str
    legs: tuple[Leg, ...]
    kept_pools: frozenset[UUID]
    """Pools with space that others in the line come first for: they should be drained soon."""


async def refer_person(
    connection: Connection,
    command: ReferPerson,
    now: datetime,
    vault: PersonVault,
    by: Acting,
    known_pools: KnownPools | None = None,
) -> Referred:
    referral = ReferralRow(
        new_id(),
        new_reference(),
        new_id(),
        command.area,
        command.door,
        now,
        command.referring_organisation_id,
    )
    referrer_id = (
        await find_or_add_referrer(connection, command.referrer, new_id()) if command.referrer else None
    )
    sealed = vault.seal_new(referral.person_id, command.person, command.area)
    await add_referral(
        connection, referral, command.person, sealed, referrer_id=referrer_id, risks=command.risks
    )
    if command.may_invite:
        said_by = "person" if command.door == "self" else "referrer"
        await give_event_consent(connection, referral.person_id, by=said_by, now=now)
    changes = Changes(now, by)
    changes.note(
        by.act(
            Verb.CREATE,
            RecordKind.REFERRAL,
            referral.referral_id,
            area=command.area,
            person_id=referral.person_id,
            referral_id=referral.referral_id,
            person_is_new=True,
        )
    )
    changes.tell(
        ReferralReceivedV1(
            referral_id=referral.referral_id,
            person_id=referral.person_id,
            door=command.door,
            needs=command.needs,
            received_at=now,
            referrer_id=referrer_id,
            referring_organisation_id=command.referring_organisation_id,
        ),
        area=command.area,
    )
    changes.tell(_described(command, referral.person_id, now), area=command.area)
    legs = [changes.step(receive(leg)) for leg in _legs(command, referral, referrer_id)]
    slowed = await _is_slowed(connection, legs[0], now)
    kept_pools = await route_legs(
        connection, legs, changes,
        looked_at_first=BRAKE.time_to_look if slowed else None, known_pools=known_pools,
    )  # fmt: skip
    routed = changes.legs
    await changes.keep(connection)
    return Referred(referral.referral_id, referral.reference, routed, kept_pools)


async def _is_slowed(connection: Connection, leg: Leg, now: datetime) -> bool:
    """Whether too few of those whom this referrer sent of late were right for where they went."""
    sender = sender_of(leg)
    if sender is None:
        return False
    found = await find_fits_since(connection, [sender], BRAKE.since(day_in_london(now)))
    return sender in found and BRAKE.slows(found[sender])


def _described(command: ReferPerson, person_id: UUID, now: datetime) -> PersonDescribedV1:
    return PersonDescribedV1.model_validate(
        {
            "person_id": person_id,
            "version": 1,
            "age_band": coarse_age_band(age_on(day_in_london(now), command.person.date_of_birth)),
            "language": command.person.language,
            "sex": command.person.sex,
            "groups": sorted(command.groups),
        }
    )


def _legs(command: ReferPerson, referral: ReferralRow, referrer_id: UUID | None) -> list[Leg]:
    return [
        Leg(new_id(), referral.referral_id, referral.person_id, _wants(command, need, referral.received_at),
            referral.received_at, referrer_id=referrer_id,
            referring_organisation_id=command.referring_organisation_id)
        for need in command.needs
    ]  # fmt: skip


def _wants(command: ReferPerson, need: str, now: datetime) -> Wants:
    return Wants(
        need=need,
        area=command.area,
        age=age_on(day_in_london(now), command.person.date_of_birth),
        language=command.person.language,
        groups=groups_of(command.groups, command.person.sex),
        access=command.access,
        can_travel=command.can_travel,
        worker_sex=command.worker_sex,
        only_evenings_or_weekends=command.only_evenings_or_weekends,
        deprivation=command.deprivation,
        help_to_attend=command.help_to_attend,
    )


def age_on(day: date, born: date) -> int:
    """Full years; who was born on 29 February turns older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
