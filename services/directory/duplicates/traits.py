"""What of a service is compared. A sensitive service has no place, so none is compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service
from services.directory.duplicates.names import meaning, place_words, split, told, without_phrase, words

MINUTES_OF_A_DAY = 24 * 60
OLDEST = 130
Hours = tuple[int, int, int]
"""A day of the week, 1 for Monday, and from which minute until which."""


@dataclass(frozen=True, slots=True)
class Traits:
    """Of one service."""

    id: UUID
    organisation_id: UUID
    whole_name: tuple[str, ...]
    name: tuple[str, ...]
    """Without the organisation, boroughs and small words; empty where the service is called as its organisation."""
    told: frozenset[tuple[str, str]]
    places_named: frozenset[str]
    whole_organisation: tuple[str, ...]
    organisation: tuple[str, ...]
    identifiers: frozenset[str]
    points: tuple[tuple[float, float], ...]
    postcodes: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    page: str | None
    host: str | None
    needs: frozenset[str]
    suits: frozenset[str]
    languages: frozenset[str]
    hours: frozenset[Hours]
    days: frozenset[int]
    ages: tuple[int, int]
    areas: frozenset[str]
    delivery: frozenset[str]
    about: frozenset[str]


def traits_of(service: Service, organisation: Organisation) -> Traits:
    name, of_whom = split(service.name), split(organisation.name)
    own_name = without_phrase(name, of_whom)
    suitability = service.suitability
    page, host = _web(service.url or organisation.website)
    low, high = suitability.minimum_age, suitability.maximum_age
    return Traits(
        id=service.id,
        organisation_id=organisation.id,
        whole_name=name,
        name=meaning(own_name),
        told=told(own_name),
        places_named=frozenset(name) & place_words(),
        whole_organisation=of_whom,
        organisation=tuple(sorted(set(of_whom) - words().legal - words().dropped)),
        identifiers=frozenset(each.identifier.strip().casefold() for each in organisation.identifiers),
        points=tuple(place.coordinates for place in service.places if place.coordinates),
        postcodes=frozenset(_postcodes(service)),
        emails=frozenset(filter(None, [_email(service.email or organisation.email)])),
        phones=frozenset(filter(None, (_number(phone.number) for phone in service.phones))),
        page=page,
        host=host,
        needs=frozenset(suitability.needs),
        suits=frozenset(suitability.suits),
        languages=frozenset(suitability.languages),
        hours=frozenset(hours for opening in service.opening for hours in _hours(opening)),
        days=frozenset(day for opening in service.opening for day in opening.weekdays),
        ages=(0 if low is None else low, OLDEST if high is None else high),
        areas=frozenset(service.catchment.areas),
        delivery=frozenset(suitability.delivery),
        about=frozenset(word for word in meaning(split_text(service.description)) if len(word) > 2),
    )


def split_text(text: str | None) -> tuple[str, ...]:
    return split(text) if text else ()


def _postcodes(service: Service) -> Iterator[str]:
    for place in service.places:
        for address in place.addresses:
            if address.kind == "physical" and address.postal_code:
                yield "".join(address.postal_code.upper().split())


def _email(text: str | None) -> str | None:
    return text.strip().casefold() if text else None


def _number(text: str) -> str | None:
    digits = re.sub(r"\D", "", text.partition("ext")[0])
    national = "0" + digits[2:].lstrip("0") if digits.startswith("44") else digits
    return national if len(national) >= 10 else None


def _web(address: str | None) -> tuple[str | None, str | None]:
    """The page, where it is a page of its own, and the host, where it is its organisation's own."""
    if not address:
        return None, None
    parts = urlsplit(address.casefold())
    host = (parts.hostname or "").removeprefix("www.")
    path = parts.path.strip("/")
    shared = any(host == each or host.endswith("." + each) for each in words().shared_hosts)
    return (f"{host}/{path}" if host and path else None), (None if shared or not host else host)


def _hours(opening: Opening) -> Iterator[Hours]:
    if opening.opens_at is None:
        return
    opens = opening.opens_at.hour * 60 + opening.opens_at.minute
    closes = MINUTES_OF_A_DAY
    if opening.closes_at is not None and opening.closes_at > opening.opens_at:
        closes = opening.closes_at.hour * 60 + opening.closes_at.minute
    for day in opening.weekdays:
        yield day, opens, closes
