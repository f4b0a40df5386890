"""How likely two services are one: what speaks for it and what against it, each in whole points."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.directory.domain.catchment import metres_between
from services.directory.duplicates.names import likeness_of, meaning, without_phrase
from services.directory.duplicates.traits import Hours, Traits

SAME_PLACE, NEAR, FAR, VERY_FAR = 60, 600, 2_000, 12_000  # metres
EQUAL, CLOSE, ALIKE, UNLIKE = 0.97, 0.8, 0.55, 0.25  # of names
LONGEST_SESSION, SLIP = 240, 30  # minutes
SHORTEST_DESCRIPTION = 5  # words; fewer say too little to compare


@dataclass(frozen=True, slots=True)
class Weights:
    """Points of each sign, and from how many points on two services are shown to a person."""

    likely_from: int
    points: Mapping[str, int]

    @property
    def most_of_words(self) -> int:
        """What names, organisations and descriptions can add at most."""
        return sum(
            max(points for sign, points in self.points.items() if sign.startswith(kind))
            for kind in ("name-", "organisation-", "description-")
        )


@dataclass(frozen=True, slots=True)
class Reason:
    """A sign that was found, and what it counts."""

    sign: str
    points: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """The sum, and what it is made of, the weightiest first."""

    points: int
    reasons: tuple[Reason, ...]


@cache
def the_weights() -> Weights:
    read = json.loads((Path(__file__).parent / "weights.json").read_text(encoding="utf-8"))
    return Weights(read["likely_from"], MappingProxyType(read["points"]))


def likeness(one: Traits, other: Traits, weights: Weights | None = None) -> Likeness:
    points = (weights or the_weights()).points
    return _summed(
        [*_counted(quick_signs(one, other), points), *_counted(signs_of_words(one, other), points)]
    )


def likely(one: Traits, other: Traits, weights: Weights, most_of_words: int) -> Likeness | None:
    """As `likeness`, for those that reach the points; words are only compared where they could still matter."""
    quick = _counted(quick_signs(one, other), weights.points)
    if sum(each.points for each in quick) + most_of_words < weights.likely_from:
        return None
    found = _summed([*quick, *_counted(signs_of_words(one, other), weights.points)])
    return found if found.points >= weights.likely_from else None


def _counted(found: Iterator[str], points: Mapping[str, int]) -> list[Reason]:
    return [Reason(sign, points[sign]) for sign in found]


def _summed(found: list[Reason]) -> Likeness:
    weightiest = sorted(
        (each for each in found if each.points), key=lambda each: (-abs(each.points), each.sign)
    )
    return Likeness(sum(each.points for each in found), tuple(weightiest))


def signs(one: Traits, other: Traits) -> Iterator[str]:
    """What can be seen of the two, the same whichever comes first."""
    yield from quick_signs(one, other)
    yield from signs_of_words(one, other)


def quick_signs(one: Traits, other: Traits) -> Iterator[str]:
    yield from _of_places(one, other)
    yield from _of_contacts(one, other)
    yield from _of_hours(one, other)
    yield from _of_people(one, other)


def signs_of_words(one: Traits, other: Traits) -> Iterator[str]:
    yield from _of_names(one, other)
    yield from _of_organisations(one, other)
    yield from _of_descriptions(one.about, other.about)


def _of_names(one: Traits, other: Traits) -> Iterator[str]:
    left, right = _own_name(one, other), _own_name(other, one)
    if left and right:
        yield from _by_share(
            likeness_of(left, right),
            ((EQUAL, "name-same"), (CLOSE, "name-close"), (ALIKE, "name-alike"), (UNLIKE, None)),
            "name-unlike",
        )
    if _apart(one.places_named, other.places_named):
        yield "another-place-named"
    kinds = {kind for kind, _ in one.told} & {kind for kind, _ in other.told}
    if any(_apart(_said(one, kind), _said(other, kind)) for kind in kinds):
        yield "another-session-named"
    elif one.told != other.told:
        yield "session-named-once"


def _by_share(share: float, bands: Sequence[tuple[float, str | None]], below: str) -> Iterator[str]:
    """The sign of the first band that the share reaches; some bands say nothing."""
    sign = next((sign for least, sign in bands if share >= least), below)
    if sign is not None:
        yield sign


def _own_name(one: Traits, other: Traits) -> tuple[str, ...]:
    """Some feeds put the name of the other's organisation into the name."""
    if one.whole_organisation == other.whole_organisation or not other.whole_organisation:
        return one.name
    without = without_phrase(one.whole_name, other.whole_organisation)
    return one.name if without == one.whole_name else meaning(without)


def _said(one: Traits, kind: str) -> frozenset[str]:
    return frozenset(what for each, what in one.told if each == kind)


def _of_organisations(one: Traits, other: Traits) -> Iterator[str]:
    if one.organisation_id == other.organisation_id or one.identifiers & other.identifiers:
        yield "organisation-same"
        return
    yield from _by_share(
        likeness_of(one.organisation, other.organisation),
        ((CLOSE, "organisation-close"), (UNLIKE, None)),
        "organisation-unlike",
    )


def _of_places(one: Traits, other: Traits) -> Iterator[str]:
    metres = _metres(one, other)
    if metres is not None:
        if metres <= SAME_PLACE:
            yield "place-same"
        elif metres <= NEAR:
            yield "place-near"
        elif metres > VERY_FAR:
            yield "place-very-far"
        elif metres > FAR:
            yield "place-far"
    if _apart(one.areas, other.areas):
        yield "areas-apart"


def _metres(one: Traits, other: Traits) -> float | None:
    if one.postcodes & other.postcodes:
        return 0.0
    return min((metres_between(a, b) for a in one.points for b in other.points), default=None)


def _of_contacts(one: Traits, other: Traits) -> Iterator[str]:
    """One sign at most: that email, number and website are the same tells three times who runs it, and no more."""
    if one.page is not None and one.page == other.page:
        yield "page-same"
    elif one.emails & other.emails or one.phones & other.phones:
        yield "contact-same"
    elif one.host is not None and one.host == other.host:
        yield "website-same"
    elif (one.emails and other.emails) or (one.phones and other.phones) or (one.host and other.host):
        yield "contacts-apart"


def _of_hours(one: Traits, other: Traits) -> Iterator[str]:
    if not one.days or not other.days:
        return
    if _apart(one.days, other.days):
        yield "days-apart"
    elif _shared(one.hours, other.hours, _same_session):
        yield "hours-same"
    elif _shared(one.hours, other.hours, _overlap):
        yield "hours-overlap"
    elif one.hours and other.hours:
        yield "hours-apart"


def _shared(one: AbstractSet[Hours], other: AbstractSet[Hours], are: Callable[[Hours, Hours], bool]) -> bool:
    return any(left[0] == right[0] and are(left, right) for left in one for right in other)


def _same_session(one: Hours, other: Hours) -> bool:
    """Short and at nearly the same time; that two offices are open in the day says little."""
    (_, opens, closes), (_, other_opens, other_closes) = one, other
    short = closes - opens <= LONGEST_SESSION
    return short and abs(opens - other_opens) <= SLIP and abs(closes - other_closes) <= SLIP


def _overlap(one: Hours, other: Hours) -> bool:
    return min(one[2], other[2]) > max(one[1], other[1])


def _of_people(one: Traits, other: Traits) -> Iterator[str]:
    if one.needs and other.needs:
        if _apart(one.needs, other.needs):
            yield "needs-apart"
        elif 2 * len(one.needs & other.needs) >= len(one.needs | other.needs):
            yield "needs-same"
    if max(one.ages[0], other.ages[0]) > min(one.ages[1], other.ages[1]):
        yield "ages-apart"
    if _apart(one.languages, other.languages):
        yield "languages-apart"
    if _apart(one.suits, other.suits):
        yield "people-apart"
    if _apart(one.delivery, other.delivery):
        yield "ways-apart"


def _of_descriptions(one: frozenset[str], other: frozenset[str]) -> Iterator[str]:
    fewest = min(len(one), len(other))
    if fewest < SHORTEST_DESCRIPTION:
        return
    yield from _by_share(
        len(one & other) / fewest,
        ((0.8, "description-same"), (0.55, "description-alike"), (0.15, None)),
        "description-unlike",
    )


def _apart(one: AbstractSet[object], other: AbstractSet[object]) -> bool:
    """Both say something, and nothing that the other says."""
    return bool(one) and bool(other) and one.isdisjoint(other)
