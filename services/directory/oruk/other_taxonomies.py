"""The terms of other people's taxonomies that mean a need or a group of ours: known when they come, added when we write."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from uuid import UUID, uuid5

from services.directory.domain.listing import OtherTerm
from services.directory.domain.service import Service
from services.directory.oruk import our_taxonomies as ours
from shared.vocabulary.other_terms import Kind, MappedTerm, by_code, mapped_terms

# Scheme → the name that its terms have in feeds.
TAXONOMY_NAMES: Mapping[str, str] = {
    "esd-needs": "esdNeeds",
    "esd-services": "esdServiceTypes",
    "esd-circumstances": "esdCircumstances",
    "snomed": "SNOMED CT",
    "sdoh-categories": "SDOHCC",
}
OURS: Mapping[Kind, str] = {"need": ours.NEEDS, "group": ours.GROUPS}


def terms_besides(service: Service) -> Iterator[OtherTerm]:
    """What the service's own codes are called elsewhere, unless its source says so itself."""
    said = {(term.taxonomy, term.term) for term in service.other_terms}
    suitability = service.suitability
    codes: list[tuple[Kind, str]] = [("need", code) for code in suitability.needs]
    codes += [("group", code) for code in suitability.suits]
    for kind, code in codes:
        for term in by_code().get((kind, code), ()):
            taxonomy = TAXONOMY_NAMES[term.scheme]
            if (taxonomy, term.id) not in said:
                yield _other_term(service.id, taxonomy, term)


def is_added_by_us(service_id: UUID | None, attribute_id: UUID) -> bool:
    """Whether an attribute is one that we put beside our own when we wrote the service."""
    return service_id is not None and any(
        attribute_id == _attribute_id(service_id, term) for term in mapped_terms()
    )


def meaning_of(term: OtherTerm) -> tuple[str, str] | None:
    """Taxonomy and code of ours, for a term that has a meaning here."""
    found = _by_uri().get(_plain(term.term_uri or ""))
    if found is None and term.taxonomy and term.term:
        found = _by_name().get((term.taxonomy.casefold(), term.term.rpartition(":")[2].casefold()))
    return None if found is None else (OURS[found.kind], found.code)


def _other_term(service_id: UUID, taxonomy: str, term: MappedTerm) -> OtherTerm:
    return OtherTerm(
        id=_attribute_id(service_id, term),
        term_id=ours.term_id(taxonomy, term.id),
        name=term.name,
        description=term.name,
        taxonomy=taxonomy,
        taxonomy_id=ours.taxonomy_id(taxonomy),
        term=term.id,
        term_uri=term.uri,
    )


def _attribute_id(service_id: UUID, term: MappedTerm) -> UUID:
    return uuid5(service_id, f"{term.scheme}/{term.id}")


@cache
def _by_uri() -> Mapping[str, MappedTerm]:
    return MappingProxyType({_plain(term.uri): term for term in mapped_terms()})


@cache
def _by_name() -> Mapping[tuple[str, str], MappedTerm]:
    return MappingProxyType(
        {(TAXONOMY_NAMES[term.scheme].casefold(), term.id.casefold()): term for term in mapped_terms()}
    )


def _plain(uri: str) -> str:
    return uri.casefold().removeprefix("https://").removeprefix("http://").rstrip("/")
