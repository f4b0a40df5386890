"""What is on is told alike on pages, in calendars and in feeds, over both changes of the clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from services.directory.domain.occurrences import LONDON, occurrences
from services.directory.domain.opening import Opening
from services.directory.domain.service import Service
from services.directory.search.entry import MOST_OPENINGS as INDEXED_OPENINGS
from services.directory.search.entry import hours_of
from services.directory.whats_on.calendar import calendar
from services.directory.whats_on.programme import MOST_OPENINGS, Listing, programme
from services.directory.whats_on.rss import AHEAD, Channel, rss
from services.directory.whats_on.telling import written
from tests.unit.directory.domain_strategies import openings
from tests.unit.directory.taking_away.made import CHANGED, HALL, LISTING, SERVICE, TEA, TEA_FOLK

HERE = "https://kith.example"
CHANNEL = Channel("What is on", f"{HERE}/page", f"{HERE}/feed")
SPRING = (datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC))
AUTUMN = (datetime(2026, 10, 19, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


def listing(**changes: object) -> Listing:
    return replace(LISTING, service=replace(SERVICE, **changes))  # type: ignore[arg-type]


def read_back(found: Listing, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    made = Calendar.from_ical(calendar("On", programme([found], since, until), HERE))
    return [
        (each.decoded("dtstart"), each.decoded("dtend" if "dtend" in each else "dtstart"))
        for each in made.events
    ]


@pytest.mark.parametrize(("since", "until"), [SPRING, AUTUMN])
def test_a_calendar_read_back_has_the_same_instants_over_both_changes_of_the_clocks(
    since: datetime, until: datetime
) -> None:
    said = read_back(LISTING, since, until)

    assert said == list(occurrences(TEA, since, until))
    assert [start.astimezone(LONDON).time() for start, _ in said] == [time(10), time(10)]
    assert len({start.astimezone(UTC).time() for start, _ in said}) == 2, "in UTC they are an hour apart"


@given(openings, st.sampled_from([SPRING, AUTUMN]))
def test_whatever_the_rule_a_calendar_says_each_occurrence_once(
    opening: Opening, span: tuple[datetime, datetime]
) -> None:
    assert sorted(read_back(listing(opening=(opening, opening)), *span)) == sorted(
        set(occurrences(opening, *span))
    )


def test_days_without_and_days_besides_are_in_the_calendar() -> None:
    moved = replace(TEA, not_on=(date(2026, 11, 24),), also_on=(date(2026, 11, 25),))

    said = read_back(
        listing(opening=(moved,)), datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)
    )

    assert [start.day for start, _ in said] == [25, 1]


def test_a_calendar_names_the_place_the_page_and_how_to_come_and_keeps_nobody_busy() -> None:
    event = Calendar.from_ical(calendar("On", programme([LISTING], *AUTUMN), HERE)).events[0]

    assert event["summary"] == "Tea & talk; for all"
    assert event["location"] == "Hall, 1 High Street, Walthamstow, E17 4PP"
    assert event["url"] == f"{HERE}/services/{SERVICE.id}"
    assert "020 7946 0001" in str(event["description"])
    assert event["transp"] == "TRANSPARENT"


def test_what_is_followed_stays_equal_byte_by_byte_until_there_is_news() -> None:
    happenings = programme([LISTING], *AUTUMN)
    news = programme([replace(LISTING, changed_at=CHANGED + timedelta(1))], *AUTUMN)

    assert calendar("On", happenings, HERE) == calendar("On", programme([LISTING], *AUTUMN), HERE)
    assert calendar("On", happenings, HERE) != calendar("On", news, HERE)
    assert [each.id for each in happenings] == [each.id for each in news], "the same events, changed"


@pytest.mark.parametrize(
    "hidden",
    [
        {"sensitive": True, "places": ()},
        {"status": "temporarily closed"},
        {"status": "inactive"},
    ],
)
def test_what_takes_nobody_or_is_secret_is_not_in_the_programme(hidden: dict[str, object]) -> None:
    assert programme([LISTING], *AUTUMN)
    assert programme([listing(**hidden)], *AUTUMN) == []


def test_the_programme_goes_by_time_across_services() -> None:
    early = Listing(
        replace(SERVICE, id=UUID(int=12), opening=(replace(TEA, opens_at=time(8)),)), TEA_FOLK, CHANGED
    )

    found = programme([LISTING, early], *AUTUMN)

    assert [each.listing.service.id.int for each in found] == [12, 11, 12, 11]


def items(found: Listing, since: datetime) -> list[ET.Element]:
    body = rss(CHANNEL, programme([found], since, since + AHEAD), HERE)
    return ET.fromstring(body).findall("channel/item")  # noqa: S314 - our own feed


def test_a_feed_has_an_item_for_each_occurrence_of_the_coming_week() -> None:
    (item,) = items(LISTING, datetime(2026, 11, 22, tzinfo=UTC))

    assert item.findtext("title") == "Tea & talk; for all, Tuesday 24 November 2026 at 10am"
    assert item.findtext("link") == f"{HERE}/services/{SERVICE.id}"
    assert item.findtext("guid", "").startswith("urn:uuid:")
    assert "1 High Street" in item.findtext("description", "")


def test_an_item_is_as_old_as_it_has_been_in_the_feed_and_keeps_its_id() -> None:
    early, late = (items(LISTING, datetime(2026, 11, day, tzinfo=UTC))[0] for day in (18, 24))

    assert parsedate_to_datetime(early.findtext("pubDate", "")) == datetime(2026, 11, 17, tzinfo=UTC)
    assert ET.tostring(early) == ET.tostring(late)


def test_a_service_that_came_later_is_news_when_it_came() -> None:
    came = datetime(2026, 11, 23, 15, tzinfo=UTC)
    (item,) = items(replace(LISTING, changed_at=came), datetime(2026, 11, 22, tzinfo=UTC))

    assert parsedate_to_datetime(item.findtext("pubDate", "")) == came


NASTY: Service = replace(
    SERVICE, name="Tea\x0b\x1b <b>&\ud800 talk\r\nBEGIN:VALARM", description="x\x00\uffff]]>"
)


def test_a_name_of_odd_signs_breaks_no_feed_and_adds_nothing_to_a_calendar() -> None:
    found = Listing(NASTY, TEA_FOLK, CHANGED)

    (item,) = items(found, datetime(2026, 11, 22, tzinfo=UTC))
    made = Calendar.from_ical(calendar("On", programme([found], *AUTUMN), HERE))

    assert item.findtext("title", "").startswith("Tea <b>& talk")
    assert [each.name for each in made.walk()] == ["VCALENDAR", "VEVENT", "VEVENT"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), min_size=1, max_size=400))
@example("C:\\new; one, two\\")
def test_any_words_come_back_as_they_were_and_no_line_is_too_long(words: str) -> None:
    made = calendar("On", programme([listing(name=words, description=words)], *AUTUMN), HERE)
    event = Calendar.from_ical(made).events[0]

    assert written(str(event["summary"])) == written(words)
    assert written(words) in str(event["description"])
    assert max(len(line) for line in made.split(b"\r\n")) <= 75


def test_a_service_without_a_place_has_no_location() -> None:
    event = Calendar.from_ical(
        calendar("On", programme([listing(places=(replace(HALL, kind="postal"),))], *AUTUMN), HERE)
    ).events[0]

    assert "location" not in event
    assert "geo" not in event


def test_a_service_with_thousands_of_openings_keeps_nobody_waiting() -> None:
    """A list may write a thousand schedules into one service, which are looked at day by day."""
    openings = tuple(
        replace(TEA, id=UUID(int=1_000 + each), opens_at=time(each // 60, each % 60), closes_at=None)
        for each in range(1_000)
    )
    busy = replace(LISTING, service=replace(SERVICE, opening=openings))
    since = datetime(2026, 11, 23, tzinfo=UTC)

    found = programme([busy], since, since + timedelta(days=7))

    assert len(found) == MOST_OPENINGS
    assert len(hours_of(busy.service, since)) == 0  # no end, no hours
    ended = replace(busy.service, opening=tuple(replace(each, closes_at=time(23)) for each in openings))
    assert len(hours_of(ended, since)) <= 2 * INDEXED_OPENINGS
