"""How many matches a second the router makes of 20,000 services, over a scan of columns by numpy in the same run.

Before the clock counts, 50,000 random queries must be decided as the readable rule decides them, and the scan must find
what the index finds.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any

from services.referral.domain.listed_pool import ListedPool, Signal, SignalStatus
from services.referral.domain.policy import RoutingPolicy
from services.referral.domain.pool_index import Match, PoolIndex
from services.referral.domain.router import decide
from services.referral.domain.wants import Sex, Wants
from services.referral.use_cases.route_legs import home_of
from shared.vocabulary import vocabulary
from tests.bench.match_by_numpy import ColumnScan
from tests.bench.wrong_result import WrongResult
from tests.support.generated_menu import LANGUAGES, MadeService, generated_menu
from tests.unit.referral.any_routing import HOMES, a_pool, some, some_wants

SERVICES = 20_000
QUERIES = 50_000  # decided by the rule as well
OF_THESE_OVER_ALL = (
    1_000  # over the 20,000; the others over few pools that are much alike, where ties are common
)
POOLS_OF_A_FEW, ASKED_OF_A_FEW = 40, 250
MATCHES = 10_000
SCANS = 2_000
ROUNDS = 5
PLAIN = RoutingPolicy()  # what the scan knows of
SIGNALS: tuple[SignalStatus, ...] = ("open", "open", "open", "limited", "full", "unknown")
SEXES: tuple[Sex, Sex] = ("female", "male")
BOROUGHS = tuple(vocabulary.boroughs())
NEEDS = tuple(vocabulary.needs())
GROUPS = tuple(vocabulary.groups())
ACCESS = tuple(vocabulary.access_terms())


def measure() -> dict[str, Any]:
    chance = Random(1)  # noqa: S311 - made-up services
    pools = [_listed(chance, made) for made in generated_menu(SERVICES)]
    began = time.thread_time()
    index = PoolIndex(pools)
    put = time.thread_time() - began
    _check_over_few(Random(2))  # noqa: S311
    _check_over_all(index, pools, Random(3))  # noqa: S311
    asked = [_likely_wants(chance) for _ in range(MATCHES)]
    homes = {area: home for area in BOROUGHS if (home := home_of(area))}
    scan = ColumnScan(pools, homes, PLAIN)
    reach = [_same(index, scan, wants) for wants in asked[:SCANS]]
    rates = _in_turns(
        {
            "matches": partial(_each, index_match(index), asked),
            "numpy_scans": partial(_each, lambda wants: scan.match(wants, ()), asked[:SCANS]),
            "ranked": partial(_each, lambda wants: list(_matched(index, wants).places()), asked),
            "whole_decisions": partial(_each, lambda wants: _matched(index, wants).decision(), asked),
        }
    )
    return {
        "services": SERVICES,
        "queries_checked": QUERIES,
        "differences": 0,
        "pools_for_need_and_area": round(statistics.mean(len(each.shelf.pools) for each in reach)),
        "that_suit": round(statistics.mean(each.left.bit_count() for each in reach)),
        "put_all_s": round(put, 2),
        **{f"{name}_per_s": round(rate) for name, rate in rates.items()},
        "match_vs_numpy": round(rates["matches"] / rates["numpy_scans"], 2),
    }


def index_match(index: PoolIndex) -> Callable[[Wants], Match]:
    return partial(_matched, index)


def _matched(index: PoolIndex, wants: Wants) -> Match:
    return index.match(wants, home=home_of(wants.area), policy=PLAIN)


def _each(act: Callable[[Wants], object], asked: Sequence[Wants]) -> float:
    """How many a second of the processor: on shared cores the wall tells more of the others."""
    began = time.thread_time()
    for wants in asked:
        act(wants)
    return len(asked) / (time.thread_time() - began)


def _in_turns(acts: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median of some rounds in which all have their turn, so that all meet the same machine."""
    rounds = [{name: act() for name, act in acts.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(each[name] for each in rounds) for name in acts}


def _check_over_few(chance: Random) -> None:
    for query in range(QUERIES - OF_THESE_OVER_ALL):
        if query % ASKED_OF_A_FEW == 0:
            pools = [a_pool(chance, number) for number in range(1, POOLS_OF_A_FEW)]
            index = PoolIndex(pools)
        _check(index, pools, some_wants(chance), chance)


def _check_over_all(index: PoolIndex, pools: Sequence[ListedPool], chance: Random) -> None:
    for _ in range(OF_THESE_OVER_ALL):
        _check(index, pools, _likely_wants(chance), chance)


def _check(index: PoolIndex, pools: Sequence[ListedPool], wants: Wants, chance: Random) -> None:
    there = [each for each in pools if wants.need in each.needs and each.takes_from(wants.area)]
    ids = [each.pool_id for each in there]
    tried, kept = chance.sample(ids, len(ids) // 8), chance.sample(ids, len(ids) // 6)
    home = chance.choice((*HOMES, home_of(wants.area)))
    by_rule = decide(wants, there, tried=tried, kept_for_earlier=kept, home=home)
    found = index.match(wants, tried=tried, kept_for_earlier=kept, home=home)
    if found.decision() != by_rule:
        raise WrongResult(f"the index and the rule differ for {wants}")


def _same(index: PoolIndex, scan: ColumnScan, wants: Wants) -> Match:
    found, scanned = _matched(index, wants), scan.match(wants, ())
    scanned_ids = [scan.pools[place].pool_id for place in scanned.ranked()]
    ids = [found.pool(place).pool_id for place in found.places()]
    chosen = scan.pools[scanned.chosen] if scanned.chosen is not None else None
    if ids != scanned_ids or found.chosen != chosen or len(found.shelf.pools) - len(ids) != scanned.shut:
        raise WrongResult(f"the index and the scan differ for {wants}")
    return found


def _listed(chance: Random, made: MadeService) -> ListedPool:
    service, suitability = made.service, made.service.suitability
    place = service.places[0] if service.places else None
    status = chance.choice(SIGNALS)
    free = chance.choice((None, 1, 3, 8)) if status in {"open", "limited"} else 0
    return ListedPool(
        service.pools[0].id, service.id, service.organisation_id, frozenset(suitability.needs),
        everywhere=service.catchment.everywhere, areas=frozenset(service.catchment.areas),
        languages=frozenset(suitability.languages), minimum_age=suitability.minimum_age,
        maximum_age=suitability.maximum_age, suits=frozenset(suitability.suits),
        does_not_suit=frozenset(suitability.does_not_suit), access=frozenset(suitability.access),
        delivery=frozenset(suitability.delivery), worker_sexes=frozenset(suitability.worker_sexes),
        evenings=chance.random() < 0.3, weekends=chance.random() < 0.2,
        latitude=place.latitude if place else None, longitude=place.longitude if place else None,
        signal=Signal(status, free, 1, 1), given_today=chance.choice((0, 0, 0, 1, 2)),
    )  # fmt: skip


def _likely_wants(chance: Random) -> Wants:
    return Wants(
        need=chance.choice(NEEDS),
        area=chance.choice(BOROUGHS),
        age=chance.randint(18, 95),
        language=chance.choice(("en", "en", "en", chance.choice(LANGUAGES))),
        groups=some(chance, GROUPS, 2),
        access=some(chance, ACCESS, 1) if chance.random() < 0.3 else frozenset(),
        can_travel=chance.random() < 0.85,
        worker_sex=chance.choice((None, None, None, None, *SEXES)),
        only_evenings_or_weekends=chance.random() < 0.1,
    )
