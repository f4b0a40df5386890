"""What the pages about services show, in the words that people use."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from services.directory.domain.opening import Opening
from services.directory.domain.service import Service
from services.directory.storage.service_list import ServiceFilter, ServicePage
from services.directory.storage.service_rows import ListedService
from shared.vocabulary import vocabulary

DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}


@dataclass(frozen=True, slots=True)
class ServiceCard:
    id: UUID
    name: str
    organisation: str
    description: str
    closed_for_now: bool


@dataclass(frozen=True, slots=True)
class ListView:
    cards: tuple[ServiceCard, ...]
    total: int
    search: str
    earlier: str | None
    later: str | None


@dataclass(frozen=True, slots=True)
class ServiceView:
    card: ServiceCard
    facts: tuple[tuple[str, str], ...]
    website: str | None
    email: str | None
    alert: str | None
    withdrawn: bool


def list_view(found: ServicePage, wanted: ServiceFilter, *, page: int, per_page: int) -> ListView:
    more = page * per_page < found.total
    return ListView(
        cards=tuple(_card(each) for each in found.services),
        total=found.total,
        search=wanted.search or "",
        earlier=_page_link(wanted, page - 1, per_page) if page > 1 else None,
        later=_page_link(wanted, page + 1, per_page) if more else None,
    )


def service_view(found: ListedService) -> ServiceView:
    service = found.service
    facts = (
        ("Helps with", _labels(vocabulary.needs(), service.suitability.needs)),
        ("Good for", _labels(vocabulary.groups(), service.suitability.suits)),
        ("Not right for", _labels(vocabulary.groups(), service.suitability.does_not_suit)),
        ("For people in", _catchment(service)),
        ("Ages", _ages(service)),
        ("Where", _where(service)),
        ("How", _labels(vocabulary.delivery_modes(), service.suitability.delivery)),
        ("When", "; ".join(_opening(opening) for opening in service.opening)),
        ("Languages", _languages(service)),
        ("Access", _labels(vocabulary.access_terms(), service.suitability.access)),
        ("Cost", service.fees or ""),
    )
    return ServiceView(
        card=_card(found),
        facts=tuple((name, text) for name, text in facts if text),
        website=service.url or found.organisation.website,
        email=service.email or found.organisation.email,
        alert=service.alert,
        withdrawn=service.status in {"inactive", "defunct"},
    )


def _card(each: ListedService) -> ServiceCard:
    return ServiceCard(
        each.service.id,
        each.service.name,
        each.organisation.name,
        each.service.description or "",
        each.service.status == "temporarily closed",
    )


def _page_link(wanted: ServiceFilter, page: int, per_page: int) -> str:
    given = {
        "search": wanted.search,
        "taxonomy_term_id": wanted.taxonomy_term_id,
        "minimum_age": wanted.minimum_age,
        "maximum_age": wanted.maximum_age,
        "page": page,
        "per_page": per_page,
    }
    return "/services?" + urlencode({name: value for name, value in given.items() if value is not None})


def _labels(terms: Mapping[str, vocabulary.Term], codes: tuple[str, ...]) -> str:
    return ", ".join(terms[code].label if code in terms else code for code in codes)


def _catchment(service: Service) -> str:
    if service.catchment.everywhere:
        return "All of London"
    return ", ".join(vocabulary.boroughs()[code].name for code in service.catchment.areas)


def _ages(service: Service) -> str:
    low, high = service.suitability.minimum_age, service.suitability.maximum_age
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} and over"
    return f"Up to {high}" if high is not None else ""


def _where(service: Service) -> str:
    if service.sensitive:
        return "We keep the address private, to keep people safe"
    lines = [
        ", ".join(filter(None, (place.name, *(f"{a.address_1}, {a.postal_code}" for a in place.addresses))))
        for place in service.places
    ]
    return "; ".join(filter(None, lines))


def _languages(service: Service) -> str:
    known = vocabulary.languages()
    return ", ".join(known[code].label if code in known else code for code in service.suitability.languages)


def _opening(opening: Opening) -> str:
    days = ", ".join(DAYS.get(day, day) for day in opening.days)
    if opening.opens_at is None or opening.closes_at is None:
        return days or opening.description or ""
    hours = f"{opening.opens_at:%H:%M} to {opening.closes_at:%H:%M}"
    return f"{days} {hours}".strip()
