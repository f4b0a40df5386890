"""Our own taxonomies in Open Referral UK: how a code becomes an attribute's term, and the ids that stay the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from uuid import NAMESPACE_DNS, UUID, uuid5

from services.directory.oruk.language_tags import is_language_tag, language_name
from shared.vocabulary import vocabulary

NEEDS = "kith-needs"
GROUPS = "kith-groups"
DOES_NOT_SUIT = "kith-does-not-suit"
ACCESS = "kith-access"
DELIVERY = "kith-delivery"
WORKER_SEX = "kith-worker-sex"
WORKER_LANGUAGE = "kith-worker-language"
JOIN = "kith-join"
ASSURER = "kith-assurer"
HOME_AREA = "kith-home-area"
POOLS = "kith-pools"
SAFETY = "kith-safety"
HIDDEN_ADDRESS = "hidden-address"

OUR_PREFIX = "kith-"
_NAMESPACE = uuid5(NAMESPACE_DNS, "taxonomies.kith.example")

_WORKER_SEXES = (
    vocabulary.Term("female", "Female worker", "A woman can be your worker"),
    vocabulary.Term("male", "Male worker", "A man can be your worker"),
)
_POOL_KINDS = (
    vocabulary.Term("session", "Session", "Places at a session that repeats"),
    vocabulary.Term("cohort", "Cohort", "Places in a group that starts together"),
    vocabulary.Term("event", "Event", "Places at one event"),
    vocabulary.Term("caseload", "Caseload", "People that workers can support at one time"),
    vocabulary.Term("interpreter", "Interpreters", "People for whom an interpreter can come along"),
    vocabulary.Term("volunteer", "Volunteers who come along", "People whom a volunteer can go with"),
)
_WAYS_TO_JOIN = (
    vocabulary.Term("just-come", "Just come", "There is no need to book"),
    vocabulary.Term("book", "Book first", "You book a place yourself"),
    vocabulary.Term("ask-us", "Ask us first", "You call or write before you come"),
    vocabulary.Term("referral-only", "By referral", "Somebody who helps you asks for a place for you"),
)
_ASSURERS = (
    vocabulary.Term(
        "source", "Said by its source", "The feed that the entry came with says that it is right"
    ),
    vocabulary.Term(
        "organisation", "Said by the organisation", "The organisation itself says that it is right"
    ),
    vocabulary.Term(
        "coordinator", "Said by a coordinator", "A coordinator of the area says that it is right"
    ),
)
_SAFETY = (vocabulary.Term(HIDDEN_ADDRESS, "Hidden address", "Where this service is must not be shown"),)


@dataclass(frozen=True, slots=True)
class OurTerm:
    id: UUID
    taxonomy: str
    code: str
    name: str
    description: str


@cache
def our_terms(taxonomy: str) -> Mapping[str, OurTerm]:
    """The terms of one of our taxonomies by code; empty for a taxonomy that we do not have."""
    return MappingProxyType(
        {
            term.code: OurTerm(term_id(taxonomy, term.code), taxonomy, term.code, term.label, term.hint)
            for term in _entries(taxonomy)
        }
    )


def our_term(taxonomy: str, code: str) -> OurTerm:
    """One term. Any language can be a worker's, also one that the project does not name."""
    known = our_terms(taxonomy).get(code)
    if known is None and taxonomy == WORKER_LANGUAGE:
        return OurTerm(term_id(taxonomy, code), taxonomy, code, *_spoken(code))
    return our_terms(taxonomy)[code]


@lru_cache(maxsize=1_000)
def taxonomy_id(name: str) -> UUID:
    """The id of a taxonomy: of ours, and of another where its source gives none."""
    return uuid5(_NAMESPACE, f"taxonomy/{name}")


def has_term(taxonomy: str, code: str) -> bool:
    if taxonomy == WORKER_LANGUAGE:
        return is_language_tag(code)
    return code in our_terms(taxonomy)


@lru_cache(maxsize=1_000)
def term_id(taxonomy: str, code: str) -> UUID:
    return uuid5(_NAMESPACE, f"{taxonomy}/{code}")


def _entries(taxonomy: str) -> tuple[vocabulary.Term, ...]:
    entries: Mapping[str, Callable[[], Iterable[vocabulary.Term]]] = {
        NEEDS: lambda: vocabulary.needs().values(),
        GROUPS: lambda: vocabulary.groups().values(),
        DOES_NOT_SUIT: lambda: map(_not_for, vocabulary.groups().values()),
        ACCESS: lambda: vocabulary.access_terms().values(),
        DELIVERY: lambda: vocabulary.delivery_modes().values(),
        WORKER_SEX: lambda: _WORKER_SEXES,
        WORKER_LANGUAGE: lambda: map(_worker_language, vocabulary.languages()),
        JOIN: lambda: _WAYS_TO_JOIN,
        ASSURER: lambda: _ASSURERS,
        HOME_AREA: lambda: map(_home, vocabulary.boroughs().values()),
        POOLS: lambda: _POOL_KINDS,
        SAFETY: lambda: _SAFETY,
    }
    return tuple(entries[taxonomy]()) if taxonomy in entries else ()


def _not_for(term: vocabulary.Term) -> vocabulary.Term:
    return vocabulary.Term(term.code, f"Not for: {term.label}", term.hint)


def _worker_language(code: str) -> vocabulary.Term:
    return vocabulary.Term(code, *_spoken(code))


def _spoken(code: str) -> tuple[str, str]:
    return language_name(code), f"A worker can speak {language_name(code)} with you"


def _home(borough: vocabulary.Borough) -> vocabulary.Term:
    return vocabulary.Term(borough.code, borough.name, "The borough whose scheme this service belongs to")
