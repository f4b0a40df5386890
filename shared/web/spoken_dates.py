"""Moments and numbers in the language of the page that is being made."""

from datetime import date, datetime

from shared.web.dates import as_date, as_date_and_time, as_number
from shared.web.phrases import spoken_language


def say_date(moment: date | datetime) -> str:
    return as_date(moment, spoken_language())


def say_date_and_time(moment: datetime) -> str:
    return as_date_and_time(moment, spoken_language())


def say_number(number: float) -> str:
    return as_number(number, spoken_language())
