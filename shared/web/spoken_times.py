"""Days of the week and hours, as a calendar repeats them, in the language of the page."""

from datetime import date, datetime, time
from typing import Final

from babel.dates import get_day_names
from markupsafe import Markup

from shared.web.catalogues import ENGLISH
from shared.web.dates import LONDON, as_time
from shared.web.phrases import phrase, spoken_language, translatable

WEEK: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WHICH: Final = {
    1: translatable("First %(day)s of each month"),
    2: translatable("Second %(day)s of each month"),
    3: translatable("Third %(day)s of each month"),
    4: translatable("Fourth %(day)s of each month"),
    5: translatable("Fifth %(day)s of a month"),
    -1: translatable("Last %(day)s of each month"),
}
IN_ENGLISH: Final = {time(0): "12 midnight", time(12): "12 noon"}


def say_weekday(code: str) -> Markup:
    """`Tuesday`."""
    return Markup(get_day_names("wide", locale=spoken_language())[WEEK.index(code)])  # noqa: S704 - babel's own


def say_nth_weekday(code: str) -> Markup:
    """`Second Tuesday of each month`, of a code as `2TU`."""
    which, day = int(code[:-2]), say_weekday(code[-2:])
    return phrase(WHICH[which], day=day) if which in WHICH else day


def say_each_weekday(code: str) -> Markup:
    """`Tuesdays`; other languages than English name the day."""
    day = say_weekday(code)
    return day + "s" if spoken_language() == ENGLISH else day


def say_clock(at: time) -> Markup:
    """`2:50pm`, and `12 noon`, which nobody takes for the night."""
    if spoken_language() == ENGLISH and at in IN_ENGLISH:
        return Markup(IN_ENGLISH[at])  # noqa: S704 - our own words
    moment = datetime.combine(date(2000, 1, 1), at, LONDON)
    return Markup(as_time(moment, spoken_language()))  # noqa: S704 - a time has no markup
