"""The words and the taxonomy terms by which people and programs find a service."""

from services.directory.domain.service import Service
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.other_taxonomies import terms_besides
from services.directory.oruk.write_details import our_codes
from services.directory.storage.expanded_rows import ServiceTerm


def terms_of(service: Service) -> tuple[ServiceTerm, ...]:
    """The terms that `taxonomy_term_id` and `taxonomy_id` can name."""
    our_terms = tuple(
        ServiceTerm(ours.term_id(taxonomy, code), ours.taxonomy_id(taxonomy))
        for taxonomy, codes in our_codes(service)
        for code in codes
    )
    return our_terms + tuple(
        ServiceTerm(term.term_id, term.taxonomy_id or ours.taxonomy_id(term.taxonomy or ""), term)
        for term in (*service.other_terms, *terms_besides(service))
    )


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
