"""Any service and organisation that the directory can hold, for property tests."""

from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import get_args

from hypothesis import strategies as st

from services.directory.domain.assurance import Assurance, Assurer
from services.directory.domain.catchment import Catchment, Circle, Outline, Polygon
from services.directory.domain.joining import JoinBy, Phone
from services.directory.domain.listing import CostOption, Funding, OtherArea, OtherTerm
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Identifier, Organisation
from services.directory.domain.place import AccessNote, Address, Place
from services.directory.domain.service import Pool, Service, Suitability
from shared.vocabulary import vocabulary

KINDS = st.sampled_from(["physical", "postal", "virtual"])


def some(codes: st.SearchStrategy[str], at_least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(codes, min_size=at_least, max_size=4, unique=True).map(tuple)


words = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40)
    .map(str.strip)
    .filter(bool)
)
maybe_words = st.none() | words
links = st.sampled_from(["https://example.org", "http://example.org/a?b=c#d"])
emails = st.sampled_from(["hello@example.org", "first.last+tag@sub.example.org"])
dates = st.dates().map(lambda day: day.isoformat())
clock_times = st.times().map(lambda at: time(at.hour, at.minute, at.second))
days = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU", "2TU", "-1FR"])
few_days = st.lists(st.dates(), max_size=3, unique=True).map(tuple)
prices = st.decimals(Decimal(0), Decimal(1_000), places=2).map(lambda price: f"{price:f}")

openings = st.builds(
    Opening,
    id=st.uuids(),
    frequency=st.none() | st.sampled_from(["WEEKLY", "MONTHLY"]),
    interval=st.none() | st.integers(1, 52),
    days=some(days),
    month_days=st.none() | st.just("2,3,4"),
    opens_at=st.none() | clock_times,
    closes_at=st.none() | clock_times,
    valid_from=st.none() | dates,
    valid_to=st.none() | dates,
    starts_on=st.none() | dates,
    description=maybe_words,
    schedule_link=st.none() | links,
    attending_type=maybe_words,
    notes=maybe_words,
    not_on=few_days,
    also_on=few_days,
)
addresses = st.builds(
    Address,
    id=st.uuids(),
    kind=KINDS,
    address_1=words,
    city=words,
    county=words,
    postal_code=words,
    country=words,
    region=maybe_words,
)
access_notes = st.builds(
    AccessNote,
    id=st.uuids(),
    description=maybe_words,
    details=maybe_words,
    url=st.none() | links,
    accessibility=maybe_words,
)


@st.composite
def places(draw: st.DrawFn) -> Place:
    located = draw(st.booleans())
    return Place(
        link_id=draw(st.uuids()),
        id=draw(st.uuids()),
        kind=draw(KINDS),  # type: ignore[arg-type]
        name=draw(maybe_words),
        description=draw(maybe_words),
        latitude=draw(st.floats(-90, 90)) if located else None,
        longitude=draw(st.floats(-180, 180)) if located else None,
        external_identifier=draw(maybe_words),
        external_identifier_type=draw(maybe_words),
        addresses=tuple(draw(st.lists(addresses, max_size=2))),
        access_notes=tuple(draw(st.lists(access_notes, max_size=2))),
    )


other_terms = st.builds(
    OtherTerm,
    id=st.uuids(),
    term_id=st.uuids(),
    name=words,
    description=words,
    taxonomy=maybe_words.filter(lambda name: not (name or "").startswith("kith-")),
    taxonomy_id=st.none() | st.uuids(),
    term=maybe_words,
    term_uri=st.none() | links,
    parent_id=st.none() | st.uuids(),
    link_type=maybe_words,
)
other_areas = st.builds(
    OtherArea,
    id=st.uuids(),
    name=maybe_words,
    extent=maybe_words,
    extent_type=st.none() | st.sampled_from(["geojson", "text"]),
    uri=st.none() | links,
    service_area=maybe_words,
)
other_area_lists = st.lists(other_areas, max_size=2)
cost_options = st.builds(
    CostOption,
    id=st.uuids(),
    valid_from=st.none() | dates,
    valid_to=st.none() | dates,
    option=maybe_words,
    amount=st.none() | prices,
    amount_description=maybe_words,
)
phones = st.builds(
    Phone,
    id=st.uuids(),
    number=words,
    extension=maybe_words,
    kind=maybe_words,
    description=maybe_words,
)
latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
circles = st.builds(Circle, latitudes, longitudes, st.integers(1, 100_000), maybe_words)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """One to two rings, each closed."""
    positions = st.lists(st.tuples(longitudes, latitudes), min_size=3, max_size=6)
    rings = draw(st.lists(positions, min_size=1, max_size=2))
    return tuple((*ring, ring[0]) for ring in rings)


outlines = st.builds(Outline, st.lists(polygons(), min_size=1, max_size=3).map(tuple), maybe_words)
pools = st.builds(
    Pool, id=st.uuids(), kind=st.sampled_from(["session", "cohort", "event", "caseload"]), name=words
)


# Made once: a strategy made anew for each example is checked anew, which took longer than the tests themselves.
groups = some(st.sampled_from(list(vocabulary.groups())))
needs = some(st.sampled_from(list(vocabulary.needs())))
access_terms = some(st.sampled_from(list(vocabulary.access_terms())))
delivery_modes = some(st.sampled_from(list(vocabulary.delivery_modes())), 1)
worker_sexes = some(st.sampled_from(["female", "male"]))
worker_languages = some(st.sampled_from([*vocabulary.languages(), "cy", "pt-BR"]))
languages = some(st.sampled_from([*vocabulary.languages(), "cy", "pt-BR"]), 1)
age_pairs = st.lists(st.integers(0, 130), min_size=2, max_size=2).map(sorted)


@st.composite
def suitabilities(draw: st.DrawFn) -> Suitability:
    youngest, oldest = draw(age_pairs)
    return Suitability(
        needs=draw(needs),
        suits=draw(groups),
        does_not_suit=draw(groups),
        access=draw(access_terms),
        delivery=draw(delivery_modes),  # type: ignore[arg-type]
        worker_sexes=draw(worker_sexes),  # type: ignore[arg-type]
        languages=draw(languages),
        worker_languages=draw(worker_languages),
        minimum_age=youngest if draw(st.booleans()) else None,
        maximum_age=oldest if draw(st.booleans()) else None,
    )


boroughs = st.sampled_from(list(vocabulary.boroughs()))
some_boroughs = some(boroughs)
maybe_borough = st.none() | boroughs
maybe_link = st.none() | links
maybe_email = st.none() | emails
assurers = st.sampled_from(get_args(Assurer))
maybe_assurance = st.none() | st.builds(Assurance, st.dates(), assurers)
maybe_id = st.none() | st.uuids()
pool_lists = st.lists(pools, min_size=1, max_size=3, unique_by=lambda pool: pool.id).map(tuple)
some_wards = some(st.sampled_from(["E05009321", "E05013999", "E05000001"]))
maybe_circle = st.none() | circles
maybe_outline = st.none() | outlines
ways_to_join = some(st.sampled_from(["just-come", "book", "ask-us", "referral-only"]))
maybe_join = st.builds(
    lambda ways, said: JoinBy(ways, said) if ways or said else None, ways_to_join, maybe_words
)
phone_lists = st.lists(phones, max_size=2).map(tuple)
opening_lists = st.lists(openings, max_size=2, unique_by=lambda opening: opening.id).map(tuple)
fundings = st.builds(Funding, id=st.uuids(), source=maybe_words)


@st.composite
def catchments(draw: st.DrawFn, *, sensitive: bool) -> Catchment:
    return Catchment(
        everywhere=draw(st.booleans()),
        areas=draw(some_boroughs),
        wards=draw(some_wards),
        circle=None if sensitive else draw(maybe_circle),
        outline=None if sensitive else draw(maybe_outline),
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    sensitive = draw(st.booleans())
    opening = draw(opening_lists)
    maybe_opening = st.sampled_from([None, *(each.id for each in opening)])
    places_elsewhere = draw(other_area_lists)
    if sensitive:
        named = [each for each in places_elsewhere if each.name or each.service_area]
        places_elsewhere = [replace(each, extent=None, extent_type=None, uri=None) for each in named]
    return Service(
        id=draw(st.uuids()),
        organisation_id=draw(st.uuids()),
        name=draw(words),
        status=draw(st.sampled_from(["active", "inactive", "defunct", "temporarily closed"])),
        pools=tuple(replace(pool, opening_id=draw(maybe_opening)) for pool in draw(pool_lists)),
        catchment=draw(catchments(sensitive=sensitive)),
        suitability=draw(suitabilities()),
        home_area=draw(maybe_borough),
        sensitive=sensitive,
        description=draw(maybe_words),
        url=draw(maybe_link),
        email=draw(maybe_email),
        fees=draw(maybe_words),
        accreditations=draw(maybe_words),
        assurance=draw(maybe_assurance),
        alert=draw(maybe_words),
        eligibility=draw(maybe_words),
        how_to_join=draw(maybe_join),
        phones=draw(phone_lists),
        evidence_note=draw(maybe_words),
        opening=opening,
        places=() if sensitive else tuple(draw(st.lists(places(), max_size=2))),
        other_areas=tuple(places_elsewhere),
        other_terms=tuple(draw(st.lists(other_terms, max_size=2))),
        funding=tuple(draw(st.lists(fundings, max_size=2))),
        cost_options=tuple(draw(st.lists(cost_options, max_size=2))),
    )


identifiers = st.builds(
    Identifier, id=st.uuids(), identifier_type=words, identifier=words, identifier_scheme=maybe_words
)
maybe_inbox = st.none() | st.just("secret-inbox@example.org")


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    return Organisation(
        id=draw(st.uuids()),
        name=draw(words),
        description=draw(words),
        email=draw(maybe_email),
        website=draw(maybe_link),
        logo=draw(maybe_link),
        uri=draw(maybe_link),
        parent_id=draw(maybe_id),
        identifiers=tuple(draw(st.lists(identifiers, max_size=2))),
        referrals_email=draw(maybe_inbox),
    )
