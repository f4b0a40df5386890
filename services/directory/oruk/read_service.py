"""One full service record of Open Referral UK 3.0 → service and organisation, or a refusal that names the field."""

from dataclasses import dataclass, replace

from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Place
from services.directory.domain.service import (
    DeliveryMode,
    Pool,
    Service,
    ServiceStatus,
    Suitability,
    whole_service_pool,
)
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.field_reader import FieldReader, Remark
from services.directory.oruk.read_areas import read_areas
from services.directory.oruk.read_attributes import Attributes, read_attributes
from services.directory.oruk.read_capacities import remark_on_capacities
from services.directory.oruk.read_details import (
    read_assurance,
    read_cost_options,
    read_funding,
    read_how_to_join,
    read_languages,
    read_phones,
)
from services.directory.oruk.read_locations import read_places
from services.directory.oruk.read_organisation import Known, read_organisation
from services.directory.oruk.read_schedules import read_schedules

STATUSES: tuple[ServiceStatus, ...] = ("active", "inactive", "defunct", "temporarily closed")
NOTHING_KNOWN: Known = {}


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What one record says, and what was left out of it."""

    service: Service
    organisation: Organisation
    remarks: tuple[Remark, ...]


def read_service_record(
    values: dict[str, object], *, routable: bool = True, known: Known = NOTHING_KNOWN
) -> ServiceRecord:
    """Raises RecordRefused. A service that nobody may be sent to is given no pool that its source does not name."""
    record = FieldReader(values, [])
    organisation = read_organisation(record, known)
    attributes = read_attributes(record)
    places = _places(record, sensitive=attributes.sensitive)
    catchment, other_areas = read_areas(record, sensitive=attributes.sensitive)
    opening = read_schedules(record)
    service_id = record.uuid("id")
    name = record.text("name")
    own_pool = (Pool(whole_service_pool(service_id), "caseload", name),)
    service = Service(
        id=service_id,
        organisation_id=organisation.id,
        name=name,
        status=record.choice("status", STATUSES),
        pools=_pools(record, attributes, opening) or (own_pool if routable else ()),
        catchment=catchment,
        suitability=_suitability(record, attributes, places),
        home_area=next(iter(attributes.codes_of(ours.HOME_AREA)), None),
        sensitive=attributes.sensitive,
        description=record.optional_text("description"),
        url=record.optional_url("url"),
        email=record.optional_email("email"),
        fees=record.optional_text("fees_description") or record.optional_text("fees"),
        accreditations=record.optional_text("accreditations"),
        assurance=read_assurance(record, attributes.assurer),
        alert=record.optional_text("alert"),
        eligibility=record.optional_text("eligibility_description"),
        how_to_join=read_how_to_join(record, attributes.ways_to_join),
        phones=read_phones(record),
        evidence_note=record.optional_text("evidence_note"),
        opening=opening,
        places=places,
        other_areas=other_areas,
        other_terms=tuple(attributes.other_terms),
        funding=read_funding(record),
        cost_options=read_cost_options(record),
    )
    remark_on_capacities(record)
    return ServiceRecord(service, organisation, tuple(record.remarks))


def _places(record: FieldReader, *, sensitive: bool) -> tuple[Place, ...]:
    """Where a sensitive service is, is not even stored: what is not there cannot be shown."""
    places = read_places(record)
    if sensitive and places:
        record.remark("service_at_locations", "hidden-address-not-kept")
        return ()
    return places


def _pools(record: FieldReader, attributes: Attributes, opening: tuple[Opening, ...]) -> tuple[Pool, ...]:
    known = {None, *(each.id for each in opening)}
    if all(pool.opening_id in known for pool in attributes.pools):
        return tuple(attributes.pools)
    record.remark("attributes", "pool-of-no-schedule")
    return tuple(
        pool if pool.opening_id in known else replace(pool, opening_id=None) for pool in attributes.pools
    )


def _suitability(record: FieldReader, attributes: Attributes, places: tuple[Place, ...]) -> Suitability:
    minimum_age = record.optional_age("minimum_age")
    maximum_age = record.optional_age("maximum_age")
    if minimum_age is not None and maximum_age is not None and minimum_age > maximum_age:
        raise record.refuse("minimum_age", "above-maximum-age")
    return Suitability(
        needs=attributes.codes_of(ours.NEEDS),
        suits=attributes.codes_of(ours.GROUPS),
        does_not_suit=attributes.codes_of(ours.DOES_NOT_SUIT),
        access=attributes.codes_of(ours.ACCESS),
        delivery=attributes.delivery or _delivery_at(places),
        worker_sexes=attributes.worker_sexes,
        languages=read_languages(record),
        worker_languages=attributes.codes_of(ours.WORKER_LANGUAGE),
        minimum_age=minimum_age,
        maximum_age=maximum_age,
    )


def _delivery_at(places: tuple[Place, ...]) -> tuple[DeliveryMode, ...]:
    kinds = {place.kind for place in places}
    at_a_place: tuple[DeliveryMode, ...] = ("at-a-place",) if "physical" in kinds else ()
    return (*at_a_place, "online") if "virtual" in kinds else at_a_place
