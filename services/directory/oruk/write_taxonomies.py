"""Taxonomies and their terms → Open Referral UK records: ours, and those of others that feeds have named."""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

from services.directory.domain.listing import ForeignTerm
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.write_details import JsonObject, without_empty

DESCRIPTIONS: Mapping[str, str] = {
    ours.NEEDS: "What a service helps with",
    ours.GROUPS: "Whom a service suits",
    ours.DOES_NOT_SUIT: "Whom a service does not suit",
    ours.ACCESS: "What makes a service easier to get into or to follow",
    ours.DELIVERY: "How a service meets people",
    ours.WORKER_SEX: "Whether you can ask for a woman or a man as your worker",
    ours.WORKER_LANGUAGE: "Languages that workers speak",
    ours.JOIN: "How people join a service",
    ours.ASSURER: "Who says that an entry is right",
    ours.HOME_AREA: "The borough whose scheme a service belongs to",
    ours.POOLS: "What of a service can be full",
    ours.SAFETY: "What must not be shown of a service",
}


@cache
def our_taxonomy_records() -> Mapping[UUID, JsonObject]:
    """By id, in the order in which they are listed."""
    return {
        ours.taxonomy_id(name): {
            "id": str(ours.taxonomy_id(name)),
            "name": name,
            "description": description,
        }
        for name, description in DESCRIPTIONS.items()
    }


@cache
def our_term_records() -> Mapping[UUID, JsonObject]:
    """By id, in the order in which they are listed."""
    return {term.id: our_term_record(term) for name in DESCRIPTIONS for term in ours.our_terms(name).values()}


def our_term_record(term: ours.OurTerm) -> JsonObject:
    return {
        "id": str(term.id),
        "name": term.name,
        "description": term.description,
        "taxonomy": term.taxonomy,
        "taxonomy_id": str(ours.taxonomy_id(term.taxonomy)),
        "term": term.code,
    }


def foreign_taxonomy_record(taxonomy_id: UUID, name: str | None) -> JsonObject:
    """The standard wants a name and words: where its feed gives none, we say so."""
    return {
        "id": str(taxonomy_id),
        "name": name or "A taxonomy without a name",
        "description": "A taxonomy of others, as far as feeds have named its terms",
    }


def foreign_term_record(term: ForeignTerm) -> JsonObject:
    return without_empty(
        {
            "id": str(term.id),
            "name": term.name,
            "description": term.description or term.name,
            "parent_id": str(term.parent_id) if term.parent_id else None,
            "taxonomy": term.taxonomy,
            "taxonomy_id": str(term.taxonomy_id),
            "term_uri": term.uri,
            "term": term.term,
        }
    )


def our_terms_that(taxonomy_id: UUID | None, words: str | None) -> Sequence[JsonObject]:
    """Those of one taxonomy, with all of the words in name or description."""
    wanted = (words or "").casefold().split()
    return [
        record
        for record in our_term_records().values()
        if (taxonomy_id is None or record["taxonomy_id"] == str(taxonomy_id))
        and all(word in f"{record['name']} {record['description']}".casefold() for word in wanted)
    ]
