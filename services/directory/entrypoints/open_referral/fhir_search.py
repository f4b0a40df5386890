"""The parameters of a FHIR search of services: read strictly, since to pass one over answers another question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from services.directory.fhir.healthcare_service import RESOURCE, code_system
from services.directory.oruk import our_taxonomies as ours
from services.directory.storage.service_list import ServiceFilter

MOST = 100
USUALLY = 50
LAST_PAGE = 1_000_000
MOST_IDS = 100
FORMATS = frozenset({"json", "application/json", "application/fhir+json", "fhir+json"})
NOBODY = UUID(int=0)


class BadSearch(ValueError):
    """A parameter that cannot be read. Its value is not repeated."""


@dataclass(frozen=True, slots=True)
class FhirSearch:
    services: ServiceFilter
    given: tuple[tuple[str, str], ...] = ()
    page: int = 1
    count: int = USUALLY


def search_of(query: QueryParams) -> FhirSearch:
    """Raises BadSearch."""
    given = query.multi_items()
    names = [name for name, _ in given]
    unknown = sorted(set(names) - set(READERS))
    if unknown:
        raise BadSearch(f"This server does not know {', '.join(name[:50] for name in unknown)}")
    if len(set(names)) < len(names):
        raise BadSearch("Each parameter can be given once")
    kept = tuple((name, value) for name, value in given if name != "page")
    search = FhirSearch(ServiceFilter(), kept)
    for name, value in given:
        if "\x00" in value or not value.strip():
            raise BadSearch(f"{name} says nothing that can be searched")
        search = READERS[name](search, value.strip())
    return search


def page_links(search: FhirSearch, total: int, base: str) -> dict[str, str]:
    """The page itself, and those before and after it where there are such."""
    numbers = {"self": search.page}
    if search.page > 1:
        numbers["previous"] = search.page - 1
    if search.page * search.count < total:
        numbers["next"] = search.page + 1
    return {
        relation: f"{base}/{RESOURCE}?{urlencode([*search.given, ('page', number)])}"
        for relation, number in numbers.items()
    }


def _ids(search: FhirSearch, value: str) -> FhirSearch:
    """An id that is no UUID names no service."""
    given = value.split(",")
    if len(given) > MOST_IDS:
        raise BadSearch(f"_id takes up to {MOST_IDS} ids")
    return _with(search, ids=tuple(_id_or_nobody(each) for each in given))


def _name(search: FhirSearch, value: str) -> FhirSearch:
    return _with(search, name_begins=value)


def _category(search: FhirSearch, value: str) -> FhirSearch:
    """A code system that is not ours, or a code that it does not have, is a fault: nothing could ever be found."""
    system, bar, code = value.rpartition("|")
    if (bar and system != code_system(ours.NEEDS)) or not ours.has_term(ours.NEEDS, code):
        raise BadSearch("service-category takes a need of this directory, as /taxonomy_terms lists them")
    return _with(search, taxonomy_term_id=ours.term_id(ours.NEEDS, code))


def _organisation(search: FhirSearch, value: str) -> FhirSearch:
    return _with(search, organisation_ids=(_id_or_nobody(value.removeprefix("Organization/")),))


def _count(search: FhirSearch, value: str) -> FhirSearch:
    return replace(search, count=min(_number(value, "_count"), MOST))


def _page(search: FhirSearch, value: str) -> FhirSearch:
    return replace(search, page=_number(value, "page"))


def _format(search: FhirSearch, value: str) -> FhirSearch:
    if value.replace(" ", "+") not in FORMATS:
        raise BadSearch("This server writes JSON alone")
    return search


READERS: Mapping[str, Callable[[FhirSearch, str], FhirSearch]] = {
    "_id": _ids,
    "name": _name,
    "service-category": _category,
    "organization": _organisation,
    "_count": _count,
    "page": _page,
    "_format": _format,
}


def _with(search: FhirSearch, **changes: object) -> FhirSearch:
    return replace(search, services=replace(search.services, **changes))  # type: ignore[arg-type]


def _number(value: str, name: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= LAST_PAGE:
        raise BadSearch(f"{name} is a whole number from 1")
    return int(value[:9])


def _id_or_nobody(value: str) -> UUID:
    try:
        return UUID(value.strip())
    except ValueError:
        return NOBODY
