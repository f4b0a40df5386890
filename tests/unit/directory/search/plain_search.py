"""Search as it is meant, service by service and without columns: what the index is held against."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.directory.domain.catchment import metres_between
from services.directory.domain.occurrences import LONDON
from services.directory.search.entry import FACETS, SearchEntry
from services.directory.search.query import Query
from services.directory.search.ranking_policy import POLICY
from services.directory.search.reading import KnownWords, Part, Reading, read_words
from services.directory.search.words import stem

NO_WORDS, SOME_WORDS = "no words", "some words"


@dataclass(frozen=True, slots=True)
class PlainFound:
    ids: list[UUID]
    points: list[int]
    facets: Mapping[str, Mapping[str, int]]
    has_all_words: bool
    outside_catchment: int


def plain_search(entries: Sequence[SearchEntry], query: Query, now: datetime) -> PlainFound:
    reading = read_words(query.words, known_words(entries), as_written=query.as_written)
    failed = [(each, _failed(each, query, reading, now)) for each in entries]
    has_all_words = len(reading.parts) < 2 or any(not names for _, names in failed)
    if not has_all_words:
        failed = [(each, names - {SOME_WORDS}) for each, names in failed]
    met = [each for each, names in failed if not names]
    facets = {}
    for facet in FACETS:
        left_out = set() if facet == "access" else {facet}
        among = [each for each, names in failed if names <= left_out]
        facets[facet] = Counter(code for each in among for code in _codes(each, facet, now))
    wider = [each for each, names in failed if names <= {"catchment"}]
    met.sort(key=lambda each: _order(each, query, reading, now))
    first = (query.page - 1) * query.per_page
    page = met[first : first + query.per_page]
    return PlainFound(
        [each.id for each in page],
        [_points(each, query, reading, now) for each in page],
        facets,
        has_all_words,
        len(wider) - len(met),
    )


def known_words(entries: Sequence[SearchEntry]) -> KnownWords:
    counts = Counter(word for each in entries for word in each.words)
    letters: dict[str, dict[str, None]] = {}
    for word in counts:
        letters.setdefault(word[0], {})[word] = None
    return KnownWords(counts, letters, {stem(word) for word in counts})


_stems_of: dict[UUID, tuple[SearchEntry, dict[str, int]]] = {}


def _stems(entry: SearchEntry) -> dict[str, int]:
    kept = _stems_of.get(entry.id)
    if kept is not None and kept[0] is entry:
        return kept[1]
    found: dict[str, int] = {}
    for word, weight in entry.words.items():
        found[stem(word)] = max(weight, found.get(stem(word), 0))
    _stems_of[entry.id] = (entry, found)
    return found


def _part_met(entry: SearchEntry, part: Part, now: datetime) -> bool:
    return any(code in _codes(entry, facet, now) for facet, code in part.codes) or set(part.stems) <= set(
        _stems(entry)
    )


def _kilometres(entry: SearchEntry, query: Query) -> float | None:
    if query.home is None or query.home.point is None or not entry.points:
        return None
    return min(metres_between(query.home.point, point) for point in entry.points) / 1000


def _open(entry: SearchEntry, now: datetime, until: datetime) -> bool:
    since, before = (int(moment.timestamp()) // 60 for moment in (now, until))
    return not entry.is_closed and any(begin < before and end > since for begin, end in entry.hours)


def _codes(entry: SearchEntry, facet: str, now: datetime) -> set[str]:
    found = set(entry.codes[facet])
    if facet == "when":
        midnight = (now.astimezone(LONDON) + timedelta(days=1)).replace(hour=0, minute=0)
        found |= {"now"} if _open(entry, now, now + timedelta(minutes=1)) else set()
        found |= {"today"} if _open(entry, now, midnight) else set()
    return found


def _failed(entry: SearchEntry, query: Query, reading: Reading, now: datetime) -> frozenset[str]:
    """The filters that the service does not meet; `SOME_WORDS` where it has some of the words and not all."""
    parts = [_part_met(entry, part, now) for part in reading.parts]
    holds = {
        NO_WORDS: any(parts) or not (reading.parts or reading.unknown),
        SOME_WORDS: all(parts),
        "age": query.age is None or entry.ages[0] <= query.age <= entry.ages[1],
        "km": _is_near(entry, query),
        "catchment": query.home is None
        or not entry.catchment.is_known
        or any(entry.catchment.holds(home) for home in (query.home, *query.also_from)),
        "groups": not query.groups
        or bool(query.groups & entry.codes["groups"] and not query.groups & entry.does_not_suit),
        "access": query.access <= entry.codes["access"],
        "worker_sex": query.worker_sex is None or query.worker_sex in entry.codes["worker_sex"],
        "space": not query.has_space or bool(entry.codes["space"]),
        "when": not query.when or bool(query.when & _codes(entry, "when", now)),
        "needs": not query.needs or bool(query.needs & entry.codes["needs"]),
        "languages": not query.languages or bool(query.languages & entry.codes["languages"]),
        "delivery": not query.delivery or bool(query.delivery & entry.codes["delivery"]),
    }
    return frozenset(name for name, is_met in holds.items() if not is_met)


def _is_near(entry: SearchEntry, query: Query) -> bool:
    kilometres = _kilometres(entry, query)
    return query.km is None or kilometres is None or kilometres <= query.km or entry.comes_to_you


def _points(entry: SearchEntry, query: Query, reading: Reading, now: datetime) -> int:
    stems = _stems(entry)
    points = sum(stems.get(each, 0) for each in {each for part in reading.parts for each in part.stems})
    meant = {code for part in reading.parts for code in part.codes} | {
        ("needs", code) for code in query.needs
    }
    points += POLICY.for_each_thing_meant * sum(code in _codes(entry, facet, now) for facet, code in meant)
    points += POLICY.for_each_group_that_fits * len(query.groups & entry.codes["groups"])
    points += POLICY.for_own_language * (query.speaks != "en" and query.speaks in entry.codes["languages"])
    points += POLICY.for_being_open_when_asked * len(query.when & _codes(entry, "when", now))
    points += POLICY.for_space_now * len(entry.codes["space"]) + POLICY.for_being_full * (
        entry.band == "full"
    )
    return points + _far(entry, query) + _fresh(entry, now)


def _far(entry: SearchEntry, query: Query) -> int:
    if query.home is None or query.home.point is None or entry.comes_to_you:
        return 0
    kilometres = _kilometres(entry, query)
    if kilometres is None:
        return POLICY.for_each_kilometre * POLICY.kilometres_where_no_place_is_known
    return POLICY.for_each_kilometre * round(min(POLICY.farthest_counted_kilometres, kilometres))


def _fresh(entry: SearchEntry, now: datetime) -> int:
    if entry.confirmed_on is None:
        return POLICY.for_being_stale
    days = (now.astimezone(LONDON).date() - entry.confirmed_on).days
    if days >= POLICY.days_until_old:
        return POLICY.for_being_old
    if days >= POLICY.days_until_stale:
        return POLICY.for_being_stale
    return POLICY.for_being_confirmed_lately if days <= POLICY.days_lately else 0


def _order(entry: SearchEntry, query: Query, reading: Reading, now: datetime) -> tuple[object, ...]:
    kilometres = _kilometres(entry, query)
    first = {
        "best": -_points(entry, query, reading, now),
        "nearest": round((1e5 if kilometres is None else kilometres) * 1000),
        "name": 0,
    }[query.sort]
    return (entry.is_closed, first, entry.name.casefold(), str(entry.id))
