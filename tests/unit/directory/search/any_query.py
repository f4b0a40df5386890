"""Any search that somebody can make, from a seed."""

from random import Random
from typing import cast, get_args

from services.directory.search.query import Query, Sex, Sort, When
from shared.vocabulary import vocabulary
from tests.support.generated_menu import a_home

PHRASES = (
    "", "", "lonely", "benefits advice", "conselling", "choir", "somali women", "evening yoga", "food bank",
    "i need someone to talk to about my debts", "walking group for older people", "ealing", "xyzzy",
    "xyzzy lonely", "hackney library quiet", "weekend club for men", "haween", "walkign", "refuge tablet",
    "oak tree", "interpreters", "diabetes course for bengali speakers", "choir open now", "benefits today no waiting list", "female counsellor",
)  # fmt: skip


def any_query(random: Random) -> Query:
    def some(codes: tuple[str, ...], most: int = 2) -> frozenset[str]:
        return frozenset(random.choices(codes, k=random.choices((0, 1, most, 6), (24, 3, 1, 1))[0]))

    return Query(
        words=random.choice(PHRASES),
        home=a_home(random) if random.random() < 0.4 else None,
        also_from=tuple(a_home(random) for _ in range(random.choice((0, 0, 0, 3)))),
        km=random.choice((None, None, 2, 5, 10)),
        needs=some(tuple(vocabulary.needs())),
        groups=some(tuple(vocabulary.groups())),
        languages=some(("so", "pl", "bn", "cy", "en")),
        access=some(tuple(vocabulary.access_terms())),
        age=random.choice((None, None, None, None, 17, 40, 70)),
        when=cast("frozenset[When]", some(get_args(When))),
        delivery=some(tuple(vocabulary.delivery_modes())),
        worker_sex=random.choice((None, None, None, None, None, None, *get_args(Sex))),
        has_space=random.random() < 0.1,
        sort=random.choice(("best", "best", *get_args(Sort))),
        page=random.choice((1, 1, 2, 5)),
        per_page=random.choice((3, 20)),
        as_written=random.random() < 0.2,
        speaks=random.choice(("en", "so", "pl")),
    )
