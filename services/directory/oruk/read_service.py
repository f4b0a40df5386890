"""One full service record of Open Referral UK 3.0 → service and organisation, or a refusal that names the field."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import uuid5

from services.directory.domain.assurance import Assurance
from services.directory.domain.listing import CostOption, Funding
from services.directory.domain.organisation import Identifier, Organisation
from services.directory.domain.place import Place
from services.directory.domain.service import (
    DeliveryMode,
    Pool,
    Service,
    ServiceStatus,
    Suitability,
)
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.field_reader import FieldReader, Remark
from services.directory.oruk.read_attributes import Attributes, read_attributes
from services.directory.oruk.read_locations import read_areas, read_places
from services.directory.oruk.read_schedules import read_schedules
from shared.vocabulary import vocabulary

STATUSES: tuple[ServiceStatus, ...] = ("active", "inactive", "defunct", "temporarily closed")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
LONGEST_LANGUAGE_TAG = 20
HIGHEST_PRICE = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """What one record says, and what was left out of it."""

    service: Service
    organisation: Organisation
    remarks: tuple[Remark, ...]


def read_service_record(values: dict[str, object]) -> ServiceRecord:
    """Raises RecordRefused."""
    record = FieldReader(values, [])
    organisation = _organisation(record)
    attributes = read_attributes(record)
    places = _places(record, sensitive=attributes.sensitive)
    catchment, other_areas = read_areas(record)
    service_id = record.uuid("id")
    name = record.text("name")
    service = Service(
        id=service_id,
        organisation_id=organisation.id,
        name=name,
        status=record.choice("status", STATUSES),
        pools=tuple(attributes.pools) or (Pool(uuid5(service_id, ours.POOLS), "caseload", name),),
        catchment=catchment,
        suitability=_suitability(record, attributes, places),
        home_area=next(iter(attributes.codes_of(ours.HOME_AREA)), None),
        sensitive=attributes.sensitive,
        description=record.optional_text("description"),
        url=record.optional_url("url"),
        email=record.optional_email("email"),
        fees=record.optional_text("fees"),
        accreditations=record.optional_text("accreditations"),
        assurance=_assurance(record),
        alert=record.optional_text("alert"),
        opening=read_schedules(record),
        places=places,
        other_areas=other_areas,
        other_terms=tuple(attributes.other_terms),
        funding=_funding(record),
        cost_options=tuple(_cost_option(each) for each in record.objects("cost_options")),
    )
    return ServiceRecord(service, organisation, tuple(record.remarks))


def _places(record: FieldReader, *, sensitive: bool) -> tuple[Place, ...]:
    """Where a sensitive service is, is not even stored: what is not there cannot be shown."""
    places = read_places(record)
    if sensitive and places:
        record.remark("service_at_locations", "hidden-address-not-kept")
        return ()
    return places


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
        languages=_languages(record),
        minimum_age=minimum_age,
        maximum_age=maximum_age,
    )


def _assurance(record: FieldReader) -> Assurance | None:
    said = record.optional_date("assured_date")
    return None if said is None else Assurance(date.fromisoformat(said))


def _delivery_at(places: tuple[Place, ...]) -> tuple[DeliveryMode, ...]:
    kinds = {place.kind for place in places}
    at_a_place: tuple[DeliveryMode, ...] = ("at-a-place",) if "physical" in kinds else ()
    return (*at_a_place, "online") if "virtual" in kinds else at_a_place


def _languages(record: FieldReader) -> tuple[str, ...]:
    by_name = {language.label.casefold(): language.code for language in vocabulary.languages().values()}
    codes = []
    for language in record.objects("languages"):
        code = language.optional_text("code")
        name = language.optional_text("name")
        if code is not None:
            if not LANGUAGE_TAG.fullmatch(code) or len(code) > LONGEST_LANGUAGE_TAG:
                raise language.refuse("code", "not-a-language-tag")
            codes.append(code)
        elif name is not None and name.casefold() in by_name:
            codes.append(by_name[name.casefold()])
        else:
            language.remark("code", "no-language-known")
    if not codes:
        record.remark("languages", "none-known-so-english")
    return tuple(dict.fromkeys(codes)) or ("en",)


def _funding(record: FieldReader) -> tuple[Funding, ...]:
    return tuple(Funding(each.uuid("id"), each.optional_text("source")) for each in record.objects("funding"))


def _cost_option(option: FieldReader) -> CostOption:
    amount = option.optional_number("amount", Decimal(0), HIGHEST_PRICE)
    return CostOption(
        id=option.uuid("id"),
        valid_from=option.optional_date("valid_from"),
        valid_to=option.optional_date("valid_to"),
        option=option.optional_text("option"),
        amount=None if amount is None else f"{amount.quantize(Decimal('0.01')):f}",
        amount_description=option.optional_text("amount_description"),
    )


def _organisation(record: FieldReader) -> Organisation:
    found = record.optional_object("organization")
    if found is None:
        raise record.refuse("organization", "missing")
    return Organisation(
        id=found.uuid("id"),
        name=found.text("name"),
        description=found.text("description"),
        email=found.optional_email("email"),
        website=found.optional_url("website"),
        logo=found.optional_url("logo"),
        uri=found.optional_url("uri"),
        parent_id=found.optional_uuid("parent_organization_id"),
        identifiers=tuple(
            Identifier(
                each.uuid("id"),
                each.text("identifier_type"),
                each.text("identifier"),
                each.optional_text("identifier_scheme"),
            )
            for each in found.objects("organization_identifiers")
        ),
        referrals_email=_referrals_email(record),
    )


def _referrals_email(record: FieldReader) -> str | None:
    """The first address among the private contacts. Names of contacts are not kept."""
    for contact in record.objects("contacts"):
        found = contact.optional_email("email")
        if found is not None and contact.optional_text("visibility") == "private":
            return found
    return None
