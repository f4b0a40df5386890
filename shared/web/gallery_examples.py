"""The examples of the gallery. A new component or state is one more entry; the browser tests take up each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from fastapi import Request

from shared.vocabulary.vocabulary import Term
from shared.web.listing import Cell, Column, Filter, Plan, arrange
from shared.web.signed_in import SignedIn
from shared.web.tasks import Task, TaskGroup

WORKER = SignedIn("Link worker", ("Ealing", "Hounslow"), fields={"csrf": "example"})
A_MOMENT = datetime(2026, 11, 20, 14, 50, tzinfo=UTC)


def _nothing(_: Request) -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Example:
    """One page of the gallery. `context` makes what its template shows."""

    title: str
    template: str
    context: Callable[[Request], Mapping[str, Any]] = _nothing
    signed_in: SignedIn | None = None
    translated: bool = True


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    area: str
    state: str
    places: int


COLOURS = {"Full": "red", "Open": "green", "Unknown": "grey"}
AREAS = ("Barking and Dagenham", "Ealing", "Hammersmith and Fulham", "Kensington and Chelsea")
GROUPS = tuple(
    _Group(f"Group {number:02}", AREAS[number % 4], tuple(COLOURS)[number % 3], number * 37 % 23)
    for number in range(1, 24)
)
COLUMNS: tuple[Column[_Group], ...] = (
    Column("name", "Group", lambda each: Cell(each.name, href="#maincontent"), by=lambda each: each.name),
    Column("area", "Borough", lambda each: Cell(each.area), by=lambda each: (each.area, each.name)),
    Column("state", "Space", lambda each: Cell(each.state, tag=COLOURS[each.state]), by=lambda each: each.state),
    Column(
        "places", "Places", lambda each: Cell(str(each.places), numeric=True), by=lambda each: each.places, numeric=True
    ),
)  # fmt: skip


def _listing(request: Request) -> Mapping[str, Any]:
    by_area: Filter[_Group] = Filter(
        "area", "Borough", [(area, area) for area in AREAS], lambda group, area: group.area == area
    )
    return {
        "groups": arrange(request, GROUPS, Plan("Groups", COLUMNS, [by_area], per_page=10)),
    }


def _question(*, wrong: bool) -> Callable[[Request], Mapping[str, Any]]:
    text = "Choose what you would like help with"
    return lambda _: {
        "back": "form",
        "hidden": [("given_name", "Amina")],
        "answers": {"needs": [] if wrong else ["housing"]},
        "wrong": {"needs": text} if wrong else {},
        "faults": [{"text": text, "href": "#needs"}] if wrong else [],
        "terms": [
            Term("loneliness", "Feeling lonely", "Meeting people, making friends"),
            Term("housing", "Housing", "Somewhere safe to live"),
        ],
    }


def _fields(*, wrong: bool) -> Callable[[Request], Mapping[str, Any]]:
    words = {
        "given_name": "Enter your first name",
        "date_of_birth": "Enter your date of birth, such as 27 3 1956",
        "area": "Choose the borough where you live",
        "travel": "Choose if you can travel",
        "consent": "Tick the box",
    }
    where = {"date_of_birth": "date_of_birth-birth_day"}
    return lambda _: {
        "back": "/directory/gallery",
        "answers": {} if wrong else {"given_name": "Amina", "travel": "can-travel", "area": AREAS[1]},
        "wrong": words if wrong else {},
        "faults": [{"text": text, "href": "#" + where.get(name, name)} for name, text in words.items()]
        if wrong
        else [],
        "areas": [(area, area) for area in AREAS],
    }


def _answers(_: Request) -> Mapping[str, Any]:
    return {
        "back": "form",
        "rows": [
            {"key": "What would you like help with?", "values": ["Feeling lonely", "Housing"], "change": "change:needs"},
            {"key": "First name", "values": ["Amina"], "change": "change:you"},
            {"key": "Phone number", "values": [], "change": "change:contact"},
        ],
    }  # fmt: skip


def _home(_: Request) -> Mapping[str, Any]:
    return {
        "groups": [
            TaskGroup(
                "What needs me now",
                [
                    Task("3 people wait for a first call", "#maincontent", "The oldest since Monday", "Overdue", "red"),
                    Task("1 group did not answer", "#maincontent", "", "Due today", "yellow"),
                    Task("See what became of referrals that a group had", "#maincontent", "By borough, with how each number is made", "Nothing suits: 5 in 30 days", "blue"),
                    Task("Look at the follow-ups", "#maincontent", "", "Done"),
                    Task("Close the referral", None, "When all have answered", "Not yet"),
                ],
            ),
            TaskGroup("For later", [], "Nothing. You are up to date."),
        ]
    }  # fmt: skip


def _history(_: Request) -> Mapping[str, Any]:
    return {
        "entries": [
            {"title": "Accepted", "at": A_MOMENT, "text": "The group said yes.", "by": "Talking Tuesdays"},
            {"title": "Offered", "at": A_MOMENT.replace(day=18), "text": ""},
            {"title": "Referred", "at": A_MOMENT.replace(day=17, hour=9), "text": "", "by": "GP practice"},
        ]
    }


def _wide(_: Request) -> Mapping[str, Any]:
    heads = ["Borough", *(f"Figure {number}" for number in range(1, 15))]
    rows = [[area, *(str(number * len(area)) for number in range(1, 15))] for area in AREAS]
    return {"heads": heads, "rows": rows}


EXAMPLES: Mapping[str, Example] = {
    "visitor": Example("Header: a visitor", "header"),
    "signed-in": Example("Header: signed in", "header", signed_in=WORKER),
    "only-english": Example("A page that is not translated", "header", translated=False),
    "question": Example("Question page", "question", _question(wrong=False)),
    "question-wrong": Example("Question page: a fault", "question", _question(wrong=True)),
    "fields": Example("Fields", "fields", _fields(wrong=False)),
    "fields-wrong": Example("Fields: faults", "fields", _fields(wrong=True)),
    "check-answers": Example("Check your answers", "check_answers", _answers),
    "confirmation": Example("Confirmation", "confirmation"),
    "tasks": Example("What needs me now", "tasks", _home, signed_in=WORKER),
    "facts": Example("Facts, states and history", "facts", _history),
    "table": Example("A wide table", "table", _wide),
    "listing": Example("A list to sort and filter", "list", _listing, signed_in=WORKER),
    "nothing": Example("Empty state", "nothing"),
    "exit": Example("Exit this page", "exit"),
    "live": Example("Live region", "live"),
}
