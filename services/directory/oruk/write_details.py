"""The nested parts of an Open Referral UK service record: places, languages, telephone numbers, attributes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID, uuid5

from services.directory.domain.listing import OtherTerm
from services.directory.domain.place import Place
from services.directory.domain.service import Pool, Service
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.language_tags import language_name
from services.directory.oruk.other_taxonomies import terms_besides
from services.directory.oruk.read_attributes import SCHEDULE

JsonObject = dict[str, object]


def without_empty(values: Mapping[str, object]) -> JsonObject:
    """Open Referral UK: an optional field that has nothing to say is omitted, neither null nor empty."""
    return {name: value for name, value in values.items() if value or value == 0}


def timestamp(at: datetime) -> str:
    """In UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place_record(place: Place) -> JsonObject:
    location = without_empty(
        {
            "id": str(place.id),
            "location_type": place.kind,
            "name": place.name,
            "description": place.description,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "external_identifier": place.external_identifier,
            "external_identifier_type": place.external_identifier_type,
            "addresses": _addresses(place),
            "accessibility": _access_notes(place),
        }
    )
    return {"id": str(place.link_id), "location": location}


def language_records(service: Service) -> list[JsonObject]:
    return [
        {
            "id": str(uuid5(service.id, f"language/{code}")),
            "code": code,
            "name": language_name(code),
        }
        for code in service.suitability.languages
    ]


def phone_records(service: Service) -> list[JsonObject]:
    return [
        without_empty(
            {
                "id": str(phone.id),
                "number": phone.number,
                "extension": phone.extension,
                "type": phone.kind,
                "description": phone.description,
            }
        )
        for phone in service.phones
    ]


def our_codes(service: Service) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the service says in each of our taxonomies; its pools are told apart, by their own ids."""
    suitability = service.suitability
    return (
        (ours.NEEDS, suitability.needs),
        (ours.GROUPS, suitability.suits),
        (ours.DOES_NOT_SUIT, suitability.does_not_suit),
        (ours.ACCESS, suitability.access),
        (ours.DELIVERY, suitability.delivery),
        (ours.WORKER_SEX, suitability.worker_sexes),
        (ours.WORKER_LANGUAGE, suitability.worker_languages),
        (ours.JOIN, service.how_to_join.ways if service.how_to_join else ()),
        (ours.ASSURER, _assurer(service)),
        (ours.HOME_AREA, (service.home_area,) if service.home_area else ()),
        (ours.SAFETY, (ours.HIDDEN_ADDRESS,) if service.sensitive else ()),
    )


def _assurer(service: Service) -> tuple[str, ...]:
    """Left out for the source itself: who gives a day and no name means itself."""
    by = service.assurance.by if service.assurance else "source"
    return () if by == "source" else (by,)


def attribute_records(service: Service) -> list[JsonObject]:
    terms = [
        _attribute(service.id, taxonomy, code) for taxonomy, codes in our_codes(service) for code in codes
    ]
    pools = [_pool_attribute(pool) for pool in service.pools]
    others = (*service.other_terms, *terms_besides(service))
    return terms + pools + [_other_attribute(term) for term in others]


def _attribute(service_id: UUID, taxonomy: str, code: str) -> JsonObject:
    return {"id": str(uuid5(service_id, f"{taxonomy}/{code}")), "taxonomy_term": _our_term(taxonomy, code)}


def _pool_attribute(pool: Pool) -> JsonObject:
    link: JsonObject = {"link_type": SCHEDULE, "link_id": str(pool.opening_id)} if pool.opening_id else {}
    return {
        "id": str(pool.id),
        "value": pool.name,
        "taxonomy_term": _our_term(ours.POOLS, pool.kind),
    } | link


@lru_cache(maxsize=1_000)
def _our_term(taxonomy: str, code: str) -> JsonObject:
    """The same object in every record that says it: it is read only."""
    term = ours.our_term(taxonomy, code)
    return {
        "id": str(term.id),
        "name": term.name,
        "description": term.description,
        "taxonomy": term.taxonomy,
        "term": term.code,
    }


def _other_attribute(term: OtherTerm) -> JsonObject:
    record = without_empty(
        {
            "id": str(term.term_id),
            "name": term.name,
            "description": term.description,
            "parent_id": str(term.parent_id) if term.parent_id else None,
            "taxonomy": term.taxonomy,
            "taxonomy_id": str(term.taxonomy_id) if term.taxonomy_id else None,
            "term_uri": term.term_uri,
            "term": term.term,
        }
    )
    return without_empty({"id": str(term.id), "link_type": term.link_type, "taxonomy_term": record})


def _addresses(place: Place) -> list[JsonObject]:
    return [
        without_empty(
            {
                "id": str(address.id),
                "address_1": address.address_1,
                "city": address.city,
                "region": address.region,
                "state_province": address.county,
                "postal_code": address.postal_code,
                "country": address.country,
                "address_type": address.kind,
            }
        )
        for address in place.addresses
    ]


def _access_notes(place: Place) -> list[JsonObject]:
    return [
        without_empty(
            {
                "id": str(note.id),
                "description": note.description,
                "details": note.details,
                "url": note.url,
                "accessibility": note.accessibility,
            }
        )
        for note in place.access_notes
    ]
