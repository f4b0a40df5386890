"""A menu as large as London's: services and organisations made up by the rules below, always the same for a seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import TypeVar
from uuid import UUID

from services.directory.domain.assurance import Assurance
from services.directory.domain.catchment import Catchment, Circle, HomeArea
from services.directory.domain.occurrences import WEEK
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Address, Place
from services.directory.domain.service import DeliveryMode, Pool, Service, Suitability
from services.directory.domain.space import Band
from services.directory.search.entry import SearchEntry
from shared.places.place import Area
from shared.places.places import Places, open_places
from shared.vocabulary import vocabulary
from shared.vocabulary.vocabulary import Borough

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # a Monday
SEED = 20_261_123

KINDS_OF_WORK = {
    "loneliness": ("Coffee morning", "Befriending", "Lunch and chat", "Neighbours' circle", "Friendly calls"),
    "money-advice": ("Benefits advice", "Debt clinic", "Welfare rights", "Bills help desk", "Form filling"),
    "housing": ("Housing advice", "Tenants' desk", "Homeless support", "Repairs advocacy", "Rent help"),
    "mental-wellbeing": ("Counselling", "Talking group", "Calm minds", "Anxiety course", "Wellbeing cafe"),
    "physical-activity": ("Walking group", "Chair exercise", "Gentle yoga", "Swimming hour", "Tai chi"),
    "healthy-eating": ("Food bank", "Cooking together", "Lunch club", "Diabetes course", "Community pantry"),
    "employment": ("Job club", "English class", "Digital skills", "Volunteering desk", "Back to work"),
    "carers": ("Carers' break", "Carers' group", "Carers' assessment", "Sitting service", "Carers' line"),
    "bereavement": ("Bereavement support", "Grief group", "Walking with loss", "Widows' tea", "Loss line"),
    "domestic-abuse": ("Safe at home", "Women's refuge", "Freedom course", "Advocacy", "Safety planning"),
    "newly-arrived": (
        "Welcome desk",
        "Asylum advice",
        "Settling in",
        "Refugee mentors",
        "Immigration clinic",
    ),
    "womens-health": (
        "Menopause circle",
        "New mothers",
        "Women's health day",
        "Bump club",
        "Postnatal group",
    ),
    "mens-groups": ("Men's shed", "Barbershop talk", "Dads' Saturday", "Men's breakfast", "Walk and talk"),
    "creative": ("Choir", "Painting afternoon", "Allotment", "Writing circle", "Craft table"),
    "practical-help": (
        "Handyperson",
        "Shopping help",
        "Lift to hospital",
        "Phone and tablet help",
        "Odd jobs",
    ),
}
FOUNDERS = (
    "Saint Mary's",
    "Oak Tree",
    "Riverside",
    "Unity",
    "Bridge",
    "Sunrise",
    "Harbour",
    "Lantern",
    "Willow",
)
BODIES = ("Trust", "Centre", "Association", "Project", "Forum", "Partnership", "Network", "Settlement")
SENTENCES = (
    "A warm welcome and a cup of tea for everyone who comes.",
    "Run by trained volunteers with experience of their own.",
    "You can come with a friend, and you can leave whenever you like.",
    "We listen first and then look at what might help.",
    "Small groups in a quiet room near the library.",
    "Please call before your first visit so that we can meet you at the door.",
    "Interpreters can be booked with a week's notice.",
    "Free for residents; others pay what they can.",
    "Meets all year round except on public holidays.",
    "Our workers can visit you at home when getting out is hard.",
)
ROOMS = ("Library", "Community Hall", "Health Centre", "Church Hall", "Leisure Centre", "Children's Centre")
BANDS: tuple[Band, ...] = ("space", "space", "a-few", "full", "not-known", "not-known", "closed-until")
LANGUAGES = tuple(code for code in vocabulary.languages() if code != "en")
WAYS: tuple[DeliveryMode, ...] = ("at-a-place", "at-a-place", "home-visit", "phone", "online")
SHARE_SENSITIVE = 0.03

Code = TypeVar("Code", bound=str)


@dataclass(frozen=True, slots=True)
class MadeService:
    service: Service
    organisation: Organisation
    band: Band
    confirmed_on: date | None

    def entry(self, now: datetime = NOW) -> SearchEntry:
        return SearchEntry.of(
            self.service, self.organisation, now, band=self.band, confirmed_on=self.confirmed_on
        )


def generated_menu(number: int, seed: int = SEED) -> Iterator[MadeService]:
    """Spread evenly over London's boroughs; about four services an organisation."""
    random = Random(seed)  # noqa: S311 - made-up services
    boroughs = list(vocabulary.boroughs().values())
    organisations = [_organisation(random) for _ in range(max(1, number // 4))]
    for position in range(number):
        yield _made(random, boroughs[position % len(boroughs)], random.choice(organisations))


def a_home(random: Random) -> HomeArea:
    """The middle of one of London's neighbourhoods."""
    area = random.choice(neighbourhoods(random.choice(list(vocabulary.boroughs()))))
    return HomeArea(area.lsoa, area.ward, area.borough, area.point)


@cache
def neighbourhoods(borough: str) -> Sequence[Area]:
    """Every neighbourhood of a borough, in the order of their codes."""
    found = (_places().area(code) for code in sorted(_places().within(borough)))
    return [area for area in found if area is not None]


@cache
def wards_by_borough() -> Sequence[Sequence[Sequence[HomeArea]]]:
    """Borough by borough the neighbourhoods of each ward."""
    found = []
    for borough in vocabulary.boroughs():
        wards: dict[str, list[HomeArea]] = {}
        for area in neighbourhoods(borough):
            home = HomeArea(area.lsoa, area.ward, area.borough, area.point)
            wards.setdefault(area.ward, []).append(home)
        found.append(list(wards.values()))
    return found


@cache
def _places() -> Places:
    return open_places()


def _made(random: Random, borough: Borough, organisation: Organisation) -> MadeService:
    service = _service(random, borough, organisation)
    confirmed = service.assurance.on if service.assurance else None
    return MadeService(service, organisation, random.choice(BANDS), confirmed)


def _organisation(random: Random) -> Organisation:
    name = f"{random.choice(FOUNDERS)} {random.choice(BODIES)}"
    return Organisation(id=_uuid(random), name=name, description="A charity.", email="hello@example.org")


def _service(random: Random, borough: Borough, organisation: Organisation) -> Service:
    needs = _few(random, tuple(KINDS_OF_WORK), 1, 3)
    sensitive = random.random() < SHARE_SENSITIVE
    suitability = _suitability(random, needs)
    place = None if sensitive or "at-a-place" not in suitability.delivery else _place(random, borough)
    return Service(
        id=_uuid(random),
        organisation_id=organisation.id,
        name=f"{random.choice(KINDS_OF_WORK[needs[0]])} {random.choice(('', borough.name, 'for all'))}".strip(),
        status="temporarily closed" if random.random() < 0.02 else "active",
        pools=(Pool(_uuid(random), "session", "Places"),),
        catchment=_catchment(random, borough, sensitive=sensitive),
        suitability=suitability,
        home_area=borough.code,
        sensitive=sensitive,
        description=" ".join(random.sample(SENTENCES, random.randint(2, 5))),
        assurance=_assurance(random),
        opening=tuple(_opening(random) for _ in range(random.choice((0, 1, 1, 2)))),
        places=(place,) if place else (),
    )


def _suitability(random: Random, needs: tuple[str, ...]) -> Suitability:
    groups = tuple(vocabulary.groups())
    suits = _few(random, groups, 0, 3)
    youngest = random.choice((None, None, 0, 16, 18, 50, 60))
    oldest = random.choice((None, None, None, 18, 25, 99)) if (youngest or 0) < 18 else None
    return Suitability(
        needs=needs,
        suits=suits,
        does_not_suit=tuple(group for group in _few(random, groups, 0, 1) if group not in suits),
        access=_few(random, tuple(vocabulary.access_terms()), 0, 3),
        delivery=_few(random, WAYS, 1, 2),
        worker_sexes=random.choice(((), (), ("female",), ("male",), ("female", "male"))),
        languages=("en", *_few(random, LANGUAGES, 0, 3)),
        worker_languages=_few(random, LANGUAGES, 0, 1),
        minimum_age=youngest,
        maximum_age=oldest,
    )


def _catchment(random: Random, borough: Borough, *, sensitive: bool) -> Catchment:
    kind = random.random()
    if kind < 0.05:
        return Catchment(everywhere=True)
    if kind < 0.15:
        return Catchment(wards=tuple(sorted({_ward(random, borough) for _ in range(3)})))
    if kind < 0.20 and not sensitive:
        latitude, longitude = _near(random, borough)
        return Catchment(circle=Circle(latitude, longitude, random.choice((1_000, 3_000, 5_000))))
    if kind < 0.21:
        return Catchment()
    others = random.choices(list(vocabulary.boroughs()), k=random.choice((0, 0, 0, 1, 2)))
    return Catchment(areas=tuple(dict.fromkeys((borough.code, *others))))


def _opening(random: Random) -> Opening:
    opens = time(random.choice((9, 9, 10, 10, 12, 14, 17, 18)), random.choice((0, 0, 30)))
    closes = time(min(23, opens.hour + random.choice((1, 2, 2, 4, 7))), opens.minute)
    monthly = random.random() < 0.1
    days = (
        (f"{random.choice((1, 2, 3, -1))}{random.choice(WEEK)}",)
        if monthly
        else random.choice((WEEK[:5], (random.choice(WEEK),), tuple(random.sample(WEEK, 2))))
    )
    return Opening(
        _uuid(random),
        "MONTHLY" if monthly else "WEEKLY",
        days=days,
        opens_at=opens,
        closes_at=closes,
        not_on=(date(2026, 12, 25),) if random.random() < 0.3 else (),
    )


def _place(random: Random, borough: Borough) -> Place:
    latitude, longitude = _near(random, borough)
    room = f"{borough.name} {random.choice(ROOMS)}"
    street = f"{random.randint(1, 200)} High Street"
    address = Address(_uuid(random), "physical", street, "London", "Greater London", "SW1A 1AA", "GB")
    return Place(
        _uuid(random),
        _uuid(random),
        "physical",
        room,
        latitude=latitude,
        longitude=longitude,
        addresses=(address,),
    )


def _assurance(random: Random) -> Assurance | None:
    if random.random() < 0.1:
        return None
    return Assurance(NOW.date() - timedelta(days=int(random.triangular(0, 500, 60))))


def _near(random: Random, borough: Borough) -> tuple[float, float]:
    """A few streets from the middle of a neighbourhood."""
    latitude, longitude = random.choice(neighbourhoods(borough.code)).point
    return round(latitude + random.gauss(0, 0.002), 5), round(longitude + random.gauss(0, 0.003), 5)


def _ward(random: Random, borough: Borough) -> str:
    return random.choice(neighbourhoods(borough.code)).ward


def _few(random: Random, among: tuple[Code, ...], least: int, most: int) -> tuple[Code, ...]:
    return tuple(dict.fromkeys(random.choices(among, k=random.randint(least, most))))


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
