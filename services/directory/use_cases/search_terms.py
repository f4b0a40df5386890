"""The words and the taxonomy terms by which people and programs find a service."""

from uuid import UUID

from services.directory.domain.service import Service
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.write_details import our_codes


def term_ids_of(service: Service) -> tuple[UUID, ...]:
    """The ids that `taxonomy_term_id` can name."""
    our_ids = tuple(ours.term_id(taxonomy, code) for taxonomy, codes in our_codes(service) for code in codes)
    return our_ids + tuple(term.term_id for term in service.other_terms)


def keywords_of(service: Service) -> str:
    """Name, description and the labels of what it helps with and whom it suits."""
    labels = [
        text
        for taxonomy, codes in our_codes(service)
        if taxonomy in {ours.NEEDS, ours.GROUPS}
        for code in codes
        for text in (ours.our_terms(taxonomy)[code].name, ours.our_terms(taxonomy)[code].description)
    ]
    other = [term.name for term in service.other_terms]
    return " \n".join([service.name, service.description or "", *labels, *other])
