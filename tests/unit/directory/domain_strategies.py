"""Any service and organisation that the directory can hold, for property tests."""

from datetime import time
from decimal import Decimal

from hypothesis import strategies as st

from services.directory.domain.listing import CostOption, Funding, OtherArea, OtherTerm
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Identifier, Organisation
from services.directory.domain.place import AccessNote, Address, Place
from services.directory.domain.service import Catchment, Pool, Service, Suitability
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
cost_options = st.builds(
    CostOption,
    id=st.uuids(),
    valid_from=st.none() | dates,
    valid_to=st.none() | dates,
    option=maybe_words,
    amount=st.none() | prices,
    amount_description=maybe_words,
)
pools = st.builds(
    Pool, id=st.uuids(), kind=st.sampled_from(["session", "cohort", "event", "caseload"]), name=words
)


@st.composite
def suitabilities(draw: st.DrawFn) -> Suitability:
    groups = st.sampled_from(list(vocabulary.groups()))
    ages = sorted(draw(st.lists(st.integers(0, 130), min_size=2, max_size=2)))
    return Suitability(
        needs=draw(some(st.sampled_from(list(vocabulary.needs())))),
        suits=draw(some(groups)),
        does_not_suit=draw(some(groups)),
        access=draw(some(st.sampled_from(list(vocabulary.access_terms())))),
        delivery=draw(some(st.sampled_from(list(vocabulary.delivery_modes())), 1)),  # type: ignore[arg-type]
        worker_sexes=draw(some(st.sampled_from(["female", "male"]))),  # type: ignore[arg-type]
        languages=draw(some(st.sampled_from([*vocabulary.languages(), "cy", "pt-BR"]), 1)),
        minimum_age=draw(st.none() | st.just(ages[0])),
        maximum_age=draw(st.none() | st.just(ages[1])),
    )


@st.composite
def services(draw: st.DrawFn) -> Service:
    boroughs = st.sampled_from(list(vocabulary.boroughs()))
    sensitive = draw(st.booleans())
    return Service(
        id=draw(st.uuids()),
        organisation_id=draw(st.uuids()),
        name=draw(words),
        status=draw(st.sampled_from(["active", "inactive", "defunct", "temporarily closed"])),
        pools=tuple(draw(st.lists(pools, min_size=1, max_size=3, unique_by=lambda pool: pool.id))),
        catchment=Catchment(everywhere=draw(st.booleans()), areas=draw(some(boroughs))),
        suitability=draw(suitabilities()),
        home_area=draw(st.none() | boroughs),
        sensitive=sensitive,
        description=draw(maybe_words),
        url=draw(st.none() | links),
        email=draw(st.none() | emails),
        fees=draw(maybe_words),
        accreditations=draw(maybe_words),
        assured_date=draw(st.none() | dates),
        alert=draw(maybe_words),
        opening=tuple(draw(st.lists(openings, max_size=2))),
        places=() if sensitive else tuple(draw(st.lists(places(), max_size=2))),
        other_areas=tuple(draw(st.lists(other_areas, max_size=2))),
        other_terms=tuple(draw(st.lists(other_terms, max_size=2))),
        funding=tuple(draw(st.lists(st.builds(Funding, id=st.uuids(), source=maybe_words), max_size=2))),
        cost_options=tuple(draw(st.lists(cost_options, max_size=2))),
    )


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    identifiers = st.builds(
        Identifier, id=st.uuids(), identifier_type=words, identifier=words, identifier_scheme=maybe_words
    )
    return Organisation(
        id=draw(st.uuids()),
        name=draw(words),
        description=draw(words),
        email=draw(st.none() | emails),
        website=draw(st.none() | links),
        logo=draw(st.none() | links),
        uri=draw(st.none() | links),
        parent_id=draw(st.none() | st.uuids()),
        identifiers=tuple(draw(st.lists(identifiers, max_size=2))),
        referrals_email=draw(st.none() | st.just("secret-inbox@example.org")),
    )
