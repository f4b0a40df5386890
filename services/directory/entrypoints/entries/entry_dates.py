"""Days and times as they are typed in forms about an entry, and shown there."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from services.directory.entrypoints.entries.entry_fields import NotRight, Typed
from shared.web.phrases import translatable

MOST_DATES = 60
A_TIME = translatable("Write a time such as 18:30")
A_DAY = translatable("Write a day such as 25/12/2026")
SOME_DAYS = translatable("Write days such as 25/12/2026, with commas between them")


def read_time(typed: Typed, key: str) -> str | None:
    text = typed.one(key).replace(".", ":")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
        raise NotRight(key, A_TIME)
    try:
        return time.fromisoformat(text.zfill(5)).isoformat()
    except ValueError as error:
        raise NotRight(key, A_TIME) from error


def read_day(typed: Typed, key: str) -> str | None:
    text = typed.one(key)
    return _day(text, key, A_DAY).isoformat() if text else None


def read_days(typed: Typed, key: str) -> list[str]:
    written = re.split(r"[\s,;]+", typed.one(key))
    days = sorted({_day(each, key, SOME_DAYS) for each in written if each})
    if len(days) > MOST_DATES:
        raise NotRight(key, translatable("Give at most 60 days"))
    return [day.isoformat() for day in days]


def shown_days(days: object) -> str:
    found: Sequence[object] = days if isinstance(days, list | tuple) else ()
    return ", ".join(shown_day(day) for day in found)


def shown_day(day: object) -> str:
    try:
        return f"{date.fromisoformat(str(day)):%d/%m/%Y}"
    except ValueError:
        return str(day or "")


def _day(text: str, key: str, fault: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise NotRight(key, fault)
