"""Facts of the directory → events. The only mapping: addresses, contacts and free text stay behind."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from uuid import UUID

from services.directory.domain.digest import Digest
from services.directory.domain.membership import Member
from services.directory.domain.opening import ICALENDAR_DAYS, Opening
from services.directory.domain.prescription import Prescription
from services.directory.domain.service import ACCOMPANYING, Service, whole_service_pool
from services.directory.domain.service import Pool as EntryPool
from services.directory.storage.client_rows import Client
from services.directory.storage.list_email_rows import NewListEmail
from services.directory.storage.organisation_names import NO_NAMES, ToldNames
from services.directory.storage.reminder_rows import DueEntry
from shared.access.caller import Grant
from shared.events.directory import (
    AssuranceDueV1,
    Catchment,
    Circle,
    CompanionPool,
    DigestDueV1,
    ListEmailAskedV1,
    MembershipChangedV1,
    MembershipGrant,
    Pool,
    PoolDay,
    PoolTimes,
    PrescriptionGivenV1,
    ServicePublishedV1,
    ServiceWithdrawnV1,
)

NEUTRAL_NAME = "A confidential support service"
LONGEST_NAME = 200  # characters
MOST_ENTRIES = 100


def service_published(
    service: Service, version: int, *, routable: bool = True, names: ToldNames = NO_NAMES
) -> ServicePublishedV1:
    """A service that nobody is sent to goes out without its pools: nothing of it can be full.

    By its times a sensitive one could be found among those that are on public pages.
    """
    tells_when = routable and not service.sensitive
    suitability = service.suitability
    told = NO_NAMES if service.sensitive else names
    latitude, longitude = service.coordinates or (None, None)
    return ServicePublishedV1(
        service_id=service.id,
        version=version,
        name=NEUTRAL_NAME if service.sensitive else service.name[:LONGEST_NAME],
        organisation_id=service.organisation_id,
        area=service.area,
        catchment=_catchment(service),
        needs=suitability.needs,
        languages=suitability.languages,
        minimum_age=suitability.minimum_age,
        maximum_age=suitability.maximum_age,
        suits=suitability.suits,
        does_not_suit=suitability.does_not_suit,
        access=suitability.access,
        delivery=suitability.delivery,
        worker_sexes=suitability.worker_sexes,
        evenings=service.open_in_evenings,
        weekends=service.open_at_weekends,
        latitude=latitude,
        longitude=longitude,
        sensitive=service.sensitive,
        pools=_pools(service) if routable else (),
        companions=_companions(service) if routable else (),
        days=_days(service) if routable else (),
        first_days=_first_days(service) if tells_when else (),
        times=_times(service) if tells_when else (),
        whole_service_pool=_whole_service(service) if routable else None,
        organisation_name=_name(told.name),
        lead_organisation_id=told.lead_id,
        lead_organisation_name=_name(told.lead_name),
    )


def service_withdrawn(service: Service, version: int, *, closed: bool = False) -> ServiceWithdrawnV1:
    return ServiceWithdrawnV1(service_id=service.id, version=version, pools=_pools(service), closed=closed)


def membership_changed(member: Member, grants: Iterable[Grant]) -> MembershipChangedV1:
    return MembershipChangedV1(
        member_id=member.id,
        version=member.version,
        kind="staff",
        active=member.active,
        grants=tuple(
            MembershipGrant(
                role=str(grant.role),
                areas=tuple(sorted(grant.areas)),
                organisation_ids=tuple(sorted(grant.organisations)),
            )
            for grant in grants
        ),
    )


def client_changed(client: Client) -> MembershipChangedV1:
    return MembershipChangedV1(
        member_id=client.id,
        version=client.version,
        kind="system",
        active=client.active,
        scopes=tuple(sorted(client.scopes)) if client.active else (),
    )


def prescription_given(given: Prescription) -> PrescriptionGivenV1:
    """Who gave it stays behind; who was given it was never known."""
    return PrescriptionGivenV1(
        prescription_id=given.id,
        area=given.area,
        role=given.role,
        how=given.how,
        service_ids=given.service_ids,
        given_at=given.given_at,
    )


def list_email_asked(wanted: NewListEmail) -> ListEmailAskedV1:
    """Where it is to go stays behind."""
    return ListEmailAskedV1(email_id=wanted.id, prescription_id=wanted.prescription_id)


def digest_due(due: Digest) -> DigestDueV1:
    return DigestDueV1(digest_id=due.id, period=due.next_on.isoformat())


def assurance_due(entries: Sequence[DueEntry]) -> AssuranceDueV1:
    """Entries of one organisation; of very many the first, since the link that it gets shows all."""
    return AssuranceDueV1(
        organisation_id=entries[0].organisation_id,
        service_ids=tuple(each.id for each in entries[:MOST_ENTRIES]),
        reminder=1 + min(each.step for each in entries),
    )


def _name(name: str | None) -> str | None:
    return name[:LONGEST_NAME] if name else None


def _catchment(service: Service) -> Catchment:
    """Who reads boroughs alone sends nobody to a service of wards or of a circle. Outlines stay behind: too long."""
    said = service.catchment
    circle = said.circle and Circle(
        latitude=said.circle.latitude, longitude=said.circle.longitude, metres=said.circle.metres
    )
    return Catchment(everywhere=said.everywhere, areas=said.areas, wards=said.wards, circle=circle)


def _pools(service: Service) -> tuple[Pool, ...]:
    return tuple(
        Pool.model_validate({"pool_id": pool.id, "kind": pool.kind})
        for pool in service.pools
        if pool.kind not in ACCOMPANYING
    )


def _companions(service: Service) -> tuple[CompanionPool, ...]:
    return tuple(
        CompanionPool.model_validate({"pool_id": pool.id, "kind": pool.kind})
        for pool in service.pools
        if pool.kind in ACCOMPANYING
    )


def _days(service: Service) -> tuple[PoolDay, ...]:
    """After its day an event is over: what comes again, or lasts for days, has no such day."""
    return _pool_days(
        (pool, opening)
        for pool, opening in _openings(service)
        if pool.kind == "cohort" or (pool.kind == "event" and _is_of_one_day(opening))
    )


def _first_days(service: Service) -> tuple[PoolDay, ...]:
    return _pool_days(
        (pool, opening)
        for pool, opening in _openings(service)
        if pool.kind == "event" and not _is_of_one_day(opening)
    )


def _pool_days(known: Iterable[tuple[EntryPool, Opening]]) -> tuple[PoolDay, ...]:
    days = ((pool.id, _first_day(opening)) for pool, opening in known)
    return tuple(PoolDay(pool_id=pool_id, starts_on=day) for pool_id, day in days if day is not None)


def _openings(service: Service) -> Iterator[tuple[EntryPool, Opening]]:
    known = ((pool, service.opening_of(pool)) for pool in service.pools)
    return ((pool, opening) for pool, opening in known if opening is not None)


def _times(service: Service) -> tuple[PoolTimes, ...]:
    """Codes and times alone: what a session is called stays behind."""
    told = (_when(pool.id, opening) for pool, opening in _openings(service))
    return tuple(each for each in told if each.days or each.on or each.opens_at)


def _when(pool_id: UUID, opening: Opening) -> PoolTimes:
    """Days of the month by their numbers are not told: they are as their source wrote them."""
    days, every = _told_days(opening), opening.interval or 1
    return PoolTimes(
        pool_id=pool_id,
        days=tuple(dict.fromkeys(each.removeprefix("+") for each in days)),
        every_weeks=every if days and every > 1 else None,
        on=_day(opening.starts_on) if _is_once(opening) else None,
        opens_at=_clock(opening.opens_at),
        closes_at=_clock(opening.closes_at),
    )


def _told_days(opening: Opening) -> tuple[str, ...]:
    """None where they would say too much: of every third month, or of Fridays that are the 13th alone."""
    of_months = opening.frequency == "MONTHLY" or any(len(day) > len("MO") for day in opening.days)
    if opening.month_days or (of_months and (opening.interval or 1) > 1):
        return ()
    first = _day_of_first(opening) if opening.frequency == "WEEKLY" else None
    return opening.days or ((first,) if first else ())


def _is_once(opening: Opening) -> bool:
    return opening.frequency is None and not opening.days and not opening.month_days


def _is_of_one_day(opening: Opening) -> bool:
    first, last = _first_day(opening), _day(opening.valid_to)
    ends_with_it = opening.starts_on is not None if last is None else first is not None and last <= first
    return _is_once(opening) and not opening.also_on and ends_with_it


def _day_of_first(opening: Opening) -> str | None:
    """Every week from a day on means the day of the week that it is."""
    first = _day(opening.starts_on)
    return ICALENDAR_DAYS[first.weekday()] if first else None


def _clock(at: time | None) -> str | None:
    return f"{at:%H:%M}" if at else None


def _whole_service(service: Service) -> UUID | None:
    whole = whole_service_pool(service.id)
    return next((pool.id for pool in service.pools if pool.id == whole), None)


def _first_day(opening: Opening) -> date | None:
    return _day(opening.starts_on or opening.valid_from)


def _day(said: str | None) -> date | None:
    """Of a list that writes no day that there is, none is told."""
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        return None
