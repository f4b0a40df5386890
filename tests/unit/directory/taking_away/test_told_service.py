"""A service in few words, for paper and phones."""

from dataclasses import replace
from datetime import date, time

import pytest

from services.directory.domain.joining import JoinBy
from services.directory.domain.opening import Opening
from services.directory.domain.service import Service
from services.directory.entrypoints.finding.told_service import ToldService, shortened
from services.directory.entrypoints.finding.told_times import told_opening
from shared.web.phrases import speaking
from tests.unit.directory.taking_away.made import SERVICE, TEA, TEA_FOLK

TODAY = date(2026, 11, 22)


def told(service: Service = SERVICE) -> dict[str, list[str]]:
    return {
        str(f.title): [str(line) for line in f.lines] for f in ToldService(service, TEA_FOLK, TODAY).facts()
    }


def test_what_people_ask_first_is_told_first() -> None:
    assert list(told().items()) == [
        ("When", ["Tuesday, 10am to 12:30pm"]),
        ("Where", ["Hall, 1 High Street, Walthamstow, E17 4PP"]),
        ("How to join", ["Just come along."]),
        (
            "Call or write",
            ['<bdi dir="ltr">020 7946 0001</bdi>', '<bdi dir="ltr">tea@example.org</bdi>'],
        ),
        ("Who it is for", ["People of 60 years and over", "Men"]),
        ("Cost", ["Free"]),
        ("Access", ["Step-free"]),
    ]


def test_of_a_secret_place_nothing_is_told() -> None:
    hidden = replace(SERVICE, sensitive=True, places=())

    assert told(hidden)["Where"] == ["We keep the address private, to keep people safe."]


def test_words_of_a_source_are_text_and_no_markup() -> None:
    evil = replace(SERVICE, fees="<b>free</b>", how_to_join=JoinBy((), "<script>"))

    assert told(evil)["Cost"] == ["&lt;b&gt;free&lt;/b&gt;"]
    assert told(evil)["How to join"] == ["&lt;script&gt;"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days": ("MO", "WE")}, "Monday, Wednesday, 10am to 12:30pm"),
        ({"days": ("MO", "TU", "WE", "TH", "FR")}, "Monday to Friday, 10am to 12:30pm"),
        ({"days": ("SA", "SU", "MO")}, "Saturday, Sunday, Monday, 10am to 12:30pm"),
        ({"days": ("2TU",), "frequency": "MONTHLY"}, "Second Tuesday of each month, 10am to 12:30pm"),
        ({"days": ("-1FR",), "frequency": "MONTHLY"}, "Last Friday of each month, 10am to 12:30pm"),
        ({"days": (), "month_days": "1,15"}, "On day 1,15 of each month, 10am to 12:30pm"),
        ({"interval": 2, "starts_on": "2026-01-06"}, "Every 2 weeks: Tuesday, 10am to 12:30pm"),
        ({"closes_at": None}, "Tuesday, 10am"),
        ({"starts_on": "2027-01-05"}, "Tuesday, 10am to 12:30pm, from Tuesday 5 January 2027"),
        ({"starts_on": "2026-01-06"}, "Tuesday, 10am to 12:30pm"),
        ({"valid_to": "2026-12-22"}, "Tuesday, 10am to 12:30pm, until Tuesday 22 December 2026"),
        (
            {"days": (), "frequency": None, "starts_on": "2026-12-05"},
            "Saturday 5 December 2026, 10am to 12:30pm",
        ),
        (
            {"not_on": (date(2026, 11, 17), date(2026, 12, 29)), "also_on": (date(2026, 12, 30),)},
            "Tuesday, 10am to 12:30pm, not on Tuesday 29 December 2026, also on Wednesday 30 December 2026",
        ),
        (
            {"not_on": (date(2026, 12, 22), date(2027, 12, 28))},
            "Tuesday, 10am to 12:30pm, not on Tuesday 22 December 2026",
        ),
        (
            {"description": "A new group begins", "days": ("1TU",), "frequency": "MONTHLY"},
            "First Tuesday of each month, 10am to 12:30pm, A new group begins",
        ),
        (
            {"description": "We meet on Tuesdays from ten in the morning until half past twelve."},
            "Tuesday, 10am to 12:30pm",
        ),
        ({"valid_to": "2026-11-21"}, None),
    ],
)
def test_when_is_told_as_people_say_it(changes: dict[str, object], words: str | None) -> None:
    assert told_opening(replace(TEA, **changes), TODAY) == words  # type: ignore[arg-type]


def test_an_opening_of_words_alone_is_told_in_its_words() -> None:
    said = Opening(TEA.id, description="By <appointment>")

    assert told_opening(said, TODAY) == "By &lt;appointment&gt;"
    assert told_opening(Opening(TEA.id), TODAY) is None


def test_days_and_hours_are_told_in_the_language_of_the_page() -> None:
    with speaking("pl", show_unchecked=True):
        said = told_opening(replace(TEA, closes_at=time(14)), TODAY)

    assert said is not None
    assert said.startswith("wtorek, ")
    assert "14:00" in said


@pytest.mark.parametrize(
    ("text", "most", "short"),
    [
        ("One. Two.", 20, "One. Two."),
        ("One here. Two there.", 12, "One here."),
        ("A sentence that is too long", 12, "A sentence\N{HORIZONTAL ELLIPSIS}"),
        ("  Spaces\n\nand lines ", 40, "Spaces and lines"),
    ],
)
def test_descriptions_end_where_a_sentence_does(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short
