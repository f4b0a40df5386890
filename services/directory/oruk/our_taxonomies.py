"""Our own taxonomies in Open Referral UK: how a code becomes an attribute's term, and the ids that stay the same."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from uuid import NAMESPACE_DNS, UUID, uuid5

from shared.vocabulary import vocabulary

NEEDS = "kith-needs"
GROUPS = "kith-groups"
DOES_NOT_SUIT = "kith-does-not-suit"
ACCESS = "kith-access"
DELIVERY = "kith-delivery"
WORKER_SEX = "kith-worker-sex"
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
        HOME_AREA: lambda: map(_home, vocabulary.boroughs().values()),
        POOLS: lambda: _POOL_KINDS,
        SAFETY: lambda: _SAFETY,
    }
    return tuple(entries[taxonomy]()) if taxonomy in entries else ()


def _not_for(term: vocabulary.Term) -> vocabulary.Term:
    return vocabulary.Term(term.code, f"Not for: {term.label}", term.hint)


def _home(borough: vocabulary.Borough) -> vocabulary.Term:
    return vocabulary.Term(borough.code, borough.name, "The borough whose scheme this service belongs to")
