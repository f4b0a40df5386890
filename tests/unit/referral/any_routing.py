"""Random pools and wishes, made so that ties, barriers and pools without space are common."""

from random import Random
from typing import TypeVar
from uuid import UUID

from services.referral.domain.listed_pool import ListedPool, Signal, SignalStatus
from services.referral.domain.wants import Sex, Wants
from tests.unit.referral.examples import EALING, NEWHAM

NEEDS = ("loneliness", "housing", "creative")
AREAS = (NEWHAM, EALING, "E09000017")
GROUPS = ("men", "women", "older-people", "carers", "severe-mental-illness")
LANGUAGES = ("en", "so", "pt", "pt-BR", "bn")
ACCESS = ("step-free", "bsl", "hearing-loop", "quiet-space")
HELP = ("interpreter", "company", "transport")
WAYS = ("at-a-place", "home-visit", "phone", "online")
SEXES: tuple[Sex, Sex] = ("female", "male")
STATUSES: tuple[SignalStatus, ...] = ("open", "open", "limited", "full", "paused", "unknown")
HOMES = (None, (51.5077, 0.0469), (51.513, -0.3089))

Code = TypeVar("Code", bound=str)


def some(chance: Random, among: tuple[Code, ...], most: int) -> frozenset[Code]:
    return frozenset(chance.choices(among, k=chance.randint(0, most)))


def a_signal(chance: Random) -> Signal:
    free = chance.choice((None, 0, 1, 3))
    wait = chance.choice((None, None, 6, 7, 30, 900))
    return Signal(chance.choice(STATUSES), free, chance.randint(1, 9), chance.randint(1, 9), wait)


def a_pool(chance: Random, number: int) -> ListedPool:
    return ListedPool(
        pool_id=UUID(int=number),
        service_id=UUID(int=1000 + number // 2),
        organisation_id=UUID(int=2000 + number // 3),
        needs=some(chance, NEEDS, 3),
        everywhere=chance.random() < 0.3,
        areas=some(chance, AREAS, 2),
        languages=some(chance, LANGUAGES, 3),
        minimum_age=chance.choice((None, None, 18, 60)),
        maximum_age=chance.choice((None, None, 25, 65)),
        suits=some(chance, GROUPS, 2),
        does_not_suit=some(chance, GROUPS, 1) if chance.random() < 0.3 else frozenset(),
        access=some(chance, ACCESS, 3),
        delivery=some(chance, WAYS, 2),
        worker_sexes=some(chance, SEXES, 2),
        evenings=chance.random() < 0.5,
        weekends=chance.random() < 0.5,
        latitude=chance.choice((None, 51.5, 51.6)),
        longitude=chance.choice((None, -0.1, 0.05)),
        home_area=chance.choice((None, *AREAS)),
        signal=a_signal(chance),
        given_today=chance.choice((0, 0, 1, 4)),
    )


def some_wants(chance: Random) -> Wants:
    return Wants(
        need=chance.choice(NEEDS),
        area=chance.choice(AREAS),
        age=chance.randint(15, 90),
        language=chance.choice(("en", "en", *LANGUAGES)),
        groups=some(chance, GROUPS, 2),
        access=some(chance, ACCESS, 2) if chance.random() < 0.4 else frozenset(),
        can_travel=chance.random() < 0.8,
        worker_sex=chance.choice((None, None, None, *SEXES)),
        only_evenings_or_weekends=chance.random() < 0.2,
        help_to_attend=some(chance, HELP, 2) if chance.random() < 0.2 else frozenset(),
    )
