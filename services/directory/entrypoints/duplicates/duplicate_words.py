"""Two services that may be one, side by side in the words of pages, and what is refused about them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.directory.domain.errors import (
    NotShownAnyMore,
    PairDecided,
    PairNotFound,
    ServiceChangedMeanwhile,
)
from services.directory.domain.opening import Opening
from services.directory.domain.place import Place
from services.directory.domain.service import Service
from services.directory.storage.duplicate_rows import PairKept, Reasons, Side
from shared.security.staff import NotThere
from shared.service_defaults.http_errors import KithError
from shared.vocabulary import vocabulary

DAYS: Final = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
SIGNS: Final = {
    "name-same": "They have the same name",
    "name-close": "Their names are nearly the same",
    "name-alike": "Their names have words in common",
    "name-unlike": "Their names are not alike",
    "another-place-named": "Their names say different places",
    "another-session-named": "Their names say different days, people or levels",
    "session-named-once": "One name says a day, people or a level, the other does not",
    "organisation-same": "The same organisation runs both",
    "organisation-close": "Organisations with nearly the same name run them",
    "organisation-unlike": "Organisations with different names run them",
    "place-same": "They are at the same place",
    "place-near": "They are near each other",
    "place-far": "They are more than 2 km apart",
    "place-very-far": "They are more than 12 km apart",
    "areas-apart": "They are for people of different boroughs",
    "page-same": "They have the same web page",
    "contact-same": "They have the same email or phone number",
    "website-same": "They have the same website",
    "contacts-apart": "Their websites, emails and phone numbers are different",
    "days-apart": "They are on different days",
    "hours-same": "They are on the same day at the same time",
    "hours-overlap": "They are open at the same time",
    "hours-apart": "They are on the same day at different times",
    "needs-same": "They help with the same things",
    "needs-apart": "They help with different things",
    "ages-apart": "They are for different ages",
    "languages-apart": "They are in different languages",
    "people-apart": "They are for different people",
    "ways-apart": "You meet them in different ways",
    "description-same": "They are described in the same words",
    "description-alike": "They are described in much the same words",
    "description-unlike": "They are described in different words",
}
STATUSES: Final = {
    "active": "Open",
    "temporarily closed": "Closed for now",
    "inactive": "Does not run any more",
    "defunct": "Does not run any more",
}


class AlreadyDecided(KithError):
    status = 409
    slug = "already-decided"
    title = "Somebody has already decided about these two"
    what_to_do = "Go back and load the page again to see what was decided."


class SeenOtherwise(KithError):
    status = 409
    slug = "service-changed-meanwhile"
    title = "One of these two has changed since you looked"
    what_to_do = "Go back, load the page again, and look at the two once more."


class NoLongerShown(KithError):
    status = 409
    slug = "service-not-shown"
    title = "One of these two is not shown any more"
    what_to_do = "There is nothing to decide: people are shown only one of them."


@dataclass(frozen=True, slots=True)
class Row:
    """One fact about both; `differs` only where both say something."""

    name: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return bool(self.left and self.right) and self.left.split() != self.right.split()

    @property
    def only_one(self) -> bool:
        return bool(self.left) != bool(self.right)


@dataclass(frozen=True, slots=True)
class PairView:
    left_id: UUID
    right_id: UUID
    left_name: str
    right_name: str
    left_version: int
    right_version: int
    state: str
    kept: str | None
    """The name of the one that is shown for both."""
    reasons: tuple[tuple[str, int], ...]
    points: int
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]
    can_be_decided: bool


def pair_view(pair: PairKept, left: Side, right: Side) -> PairView:
    kept = {left.service.id: left, right.service.id: right}.get(pair.kept_id) if pair.kept_id else None
    return PairView(
        left_id=left.service.id,
        right_id=right.service.id,
        left_name=left.service.name,
        right_name=right.service.name,
        left_version=left.version,
        right_version=right.version,
        state=pair.state,
        kept=kept.service.name if kept else None,
        reasons=_reasons(pair.found.reasons),
        points=pair.found.points,
        rows=tuple(
            row for name, said in FACTS if (row := Row(name, said(left), said(right))).left or row.right
        ),
        warnings=tuple(_warnings(left, right, kept)),
        can_be_decided=pair.state == "likely" and left.is_shown and right.is_shown,
    )


def _reasons(reasons: Reasons) -> tuple[tuple[str, int], ...]:
    return tuple((SIGNS.get(sign, sign), points) for sign, points in reasons)


def _warnings(left: Side, right: Side, kept: Side | None) -> Iterator[str]:
    """What somebody could lose by choosing the wrong one."""
    if left.service.sensitive != right.service.sensitive:
        yield "One of these keeps its address private. Keep that one, or the address of the other stays public."
    if left.routable != right.routable:
        yield "People can be referred to one of these only. If you keep the other, no new people are sent there."
    if kept is not None and not kept.is_shown:
        yield "The one that was kept is not shown any more. Undo this if the other one still runs."


@contextmanager
def pair_problems() -> Iterator[None]:
    """Refusals of the domain as what the caller is told."""
    try:
        yield
    except PairNotFound as error:
        raise NotThere from error
    except PairDecided as error:
        raise AlreadyDecided from error
    except ServiceChangedMeanwhile as error:
        raise SeenOtherwise from error
    except NotShownAnyMore as error:
        raise NoLongerShown from error


def _where(service: Service) -> str:
    if service.sensitive:
        return "The address is private"
    return "; ".join(filter(None, (_place(place) for place in service.places)))


def _place(place: Place) -> str:
    lines = (f"{each.address_1}, {each.postal_code}" for each in place.addresses)
    return ", ".join(filter(None, (place.name, *lines)))


def _when(opening: Opening) -> str:
    days = ", ".join(DAYS.get(day[-2:], day) for day in opening.days)
    if opening.opens_at is None or opening.closes_at is None:
        return days or opening.description or ""
    return f"{days} {opening.opens_at:%H:%M} to {opening.closes_at:%H:%M}".strip()


def _ages(service: Service) -> str:
    low, high = service.suitability.minimum_age, service.suitability.maximum_age
    if low is None and high is None:
        return ""
    return f"{low or 0} to {high}" if high is not None else f"{low} and over"


def _for_whom(service: Service) -> str:
    if service.catchment.everywhere:
        return "All of London"
    return ", ".join(sorted(vocabulary.boroughs()[code].name for code in service.catchment.areas))


def _languages(codes: Sequence[str]) -> str:
    known = vocabulary.languages()
    return ", ".join(sorted(known[code].label if code in known else code for code in codes))


def _labels(terms: Callable[[], Mapping[str, vocabulary.Term]], codes: Sequence[str]) -> str:
    known = terms()
    return ", ".join(sorted(known[code].label if code in known else code for code in codes))


def _checked(service: Service) -> str:
    return f"{service.assurance.on:%-d %B %Y}" if service.assurance else ""


FACTS: Final[tuple[tuple[str, Callable[[Side], str]], ...]] = (
    ("Name", lambda side: side.service.name),
    ("Organisation", lambda side: side.organisation.name),
    ("What it does", lambda side: side.service.description or ""),
    ("Helps with", lambda side: _labels(vocabulary.needs, side.service.suitability.needs)),
    ("Good for", lambda side: _labels(vocabulary.groups, side.service.suitability.suits)),
    ("Not right for", lambda side: _labels(vocabulary.groups, side.service.suitability.does_not_suit)),
    ("For people in", lambda side: _for_whom(side.service)),
    ("Ages", lambda side: _ages(side.service)),
    ("Where", lambda side: _where(side.service)),
    ("When", lambda side: "; ".join(filter(None, map(_when, side.service.opening)))),
    ("Languages", lambda side: _languages(side.service.suitability.languages)),
    ("Cost", lambda side: side.service.fees or ""),
    ("Phone", lambda side: ", ".join(phone.number for phone in side.service.phones)),
    ("Email", lambda side: side.service.email or side.organisation.email or ""),
    ("Website", lambda side: side.service.url or side.organisation.website or ""),
    ("Runs", lambda side: STATUSES[side.service.status]),
    ("Referrals", lambda side: "People can be referred here" if side.routable else "Listed only"),
    ("Checked on", lambda side: _checked(side.service)),
)
