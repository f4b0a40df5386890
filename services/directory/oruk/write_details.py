"""The nested parts of an Open Referral UK service record: places, areas, languages, attributes."""

from collections.abc import Mapping
from uuid import UUID, uuid5

from services.directory.domain.listing import OtherTerm
from services.directory.domain.place import Place
from services.directory.domain.service import Service
from services.directory.oruk import our_taxonomies as ours
from shared.vocabulary import vocabulary

JsonObject = dict[str, object]


def without_empty(values: Mapping[str, object]) -> JsonObject:
    """Open Referral UK: an optional field that has nothing to say is omitted, neither null nor empty."""
    return {name: value for name, value in values.items() if value is not None and value not in ("", [], {})}


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


def service_area_records(service: Service) -> list[JsonObject]:
    known = [(code, _area_name(code)) for code in service.catchment.areas]
    if service.catchment.everywhere:
        known.insert(0, (vocabulary.EVERYWHERE, "All of London"))
    read: list[JsonObject] = [
        {"id": str(uuid5(service.id, f"area/{code}")), "name": name, "extent_type": "gss", "extent": code}
        for code, name in known
    ]
    others = [
        without_empty(
            {
                "id": str(area.id),
                "name": area.name,
                "extent": area.extent,
                "extent_type": area.extent_type,
                "uri": area.uri,
                "service_area": area.service_area,
            }
        )
        for area in service.other_areas
    ]
    return read + others


def language_records(service: Service) -> list[JsonObject]:
    known = vocabulary.languages()
    return [
        {
            "id": str(uuid5(service.id, f"language/{code}")),
            "code": code,
            "name": known[code].label if code in known else code,
        }
        for code in service.suitability.languages
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
        (ours.HOME_AREA, (service.home_area,) if service.home_area else ()),
        (ours.SAFETY, (ours.HIDDEN_ADDRESS,) if service.sensitive else ()),
    )


def attribute_records(service: Service) -> list[JsonObject]:
    terms = [
        _attribute(service.id, taxonomy, code) for taxonomy, codes in our_codes(service) for code in codes
    ]
    pools: list[JsonObject] = [
        {"id": str(pool.id), "value": pool.name, "taxonomy_term": _our_term(ours.POOLS, pool.kind)}
        for pool in service.pools
    ]
    return terms + pools + [_other_attribute(term) for term in service.other_terms]


def _attribute(service_id: UUID, taxonomy: str, code: str) -> JsonObject:
    return {"id": str(uuid5(service_id, f"{taxonomy}/{code}")), "taxonomy_term": _our_term(taxonomy, code)}


def _our_term(taxonomy: str, code: str) -> JsonObject:
    term = ours.our_terms(taxonomy)[code]
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


def _area_name(code: str) -> str:
    borough = vocabulary.boroughs().get(code)
    return borough.name if borough else code
