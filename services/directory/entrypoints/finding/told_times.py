"""When an opening comes round, in words of the page's language."""

from datetime import date, datetime, time, timedelta

from markupsafe import Markup

from services.directory.domain.occurrences import LONDON, WEEK
from services.directory.domain.opening import Opening
from shared.web.dates import as_date, as_time
from shared.web.phrases import in_english, phrase, spoken_language
from shared.web.spoken_times import say_nth_weekday, say_weekday

MOST_DAYS_NAMED = 4
EXCEPTIONS_AHEAD = timedelta(weeks=8)  # a closed day of next year helps nobody who reads this today
LONGEST_REMARK = 60  # characters; what is longer says the days and hours once more


def told_opening(opening: Opening, today: date) -> Markup | None:
    """Nothing for one that is over. Exceptions are told shortly before they come."""
    if opening.valid_to and date.fromisoformat(opening.valid_to) < today:
        return None
    days, hours = _days(opening), _hours(opening)
    if days is None and hours is None:
        return in_english(opening.description) if opening.description else None
    return _joined([part for part in (days, hours, *_limits(opening, today), _remark(opening)) if part])


def told_moment(moment: datetime) -> Markup:
    """The hour alone, as people in London read their clocks."""
    return Markup(as_time(moment, spoken_language()))  # noqa: S704 - a time has no markup


def _days(opening: Opening) -> Markup | None:
    nths = [day for day in opening.days if len(day) > len("MO")]
    if nths:
        return _joined([say_nth_weekday(day) for day in nths])
    if opening.month_days:
        return phrase("On day %(days)s of each month", days=opening.month_days)
    names = _weekdays(opening.days)
    if not names:
        return _one_day(opening)
    if (opening.interval or 1) > 1:
        return phrase("Every %(number)s weeks: %(days)s", number=opening.interval, days=names)
    return names


def _weekdays(days: tuple[str, ...]) -> Markup:
    """Three and more in a row by the first and the last of them."""
    numbers = [WEEK.index(day) for day in days]
    in_a_row = len(days) > 2 and numbers == list(range(numbers[0], numbers[0] + len(days)))
    if in_a_row:
        return phrase("%(opens)s to %(closes)s", opens=say_weekday(days[0]), closes=say_weekday(days[-1]))
    return _joined([say_weekday(day) for day in days])


def _one_day(opening: Opening) -> Markup | None:
    if opening.frequency is not None or not opening.starts_on:
        return None
    return _date(date.fromisoformat(opening.starts_on))


def _hours(opening: Opening) -> Markup | None:
    if opening.opens_at is None:
        return None
    if opening.closes_at is None:
        return _clock(opening.opens_at)
    return phrase("%(opens)s to %(closes)s", opens=_clock(opening.opens_at), closes=_clock(opening.closes_at))


def _limits(opening: Opening, today: date) -> list[Markup]:
    said = []
    first = opening.valid_from or opening.starts_on
    if first and opening.days and date.fromisoformat(first) > today:
        said.append(phrase("from %(day)s", day=_date(date.fromisoformat(first))))
    if opening.valid_to and opening.valid_to != opening.starts_on:
        said.append(phrase("until %(day)s", day=_date(date.fromisoformat(opening.valid_to))))
    if closed := _named(opening.not_on, today):
        said.append(phrase("not on %(days)s", days=closed))
    if besides := _named(opening.also_on, today):
        said.append(phrase("also on %(days)s", days=besides))
    return said


def _remark(opening: Opening) -> Markup | None:
    """What it is that opens then, where the source says so in a few words."""
    said = opening.description or ""
    return in_english(said) if 0 < len(said) <= LONGEST_REMARK else None


def _named(days: tuple[date, ...], today: date) -> Markup:
    coming = sorted(day for day in days if today <= day <= today + EXCEPTIONS_AHEAD)[:MOST_DAYS_NAMED]
    return _joined([_date(day) for day in coming], "; ")


def _joined(parts: list[Markup], between: str = ", ") -> Markup:
    return Markup(between).join(parts)  # noqa: S704 - commas alone


def _date(day: date) -> Markup:
    return Markup(as_date(day, spoken_language()))  # noqa: S704 - a date has no markup


def _clock(at: time) -> Markup:
    return told_moment(datetime.combine(date(2000, 1, 1), at, LONDON))
