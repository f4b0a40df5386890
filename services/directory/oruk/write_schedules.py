"""Openings → Open Referral UK schedules. Days that fall out or come besides go out in iCalendar's words."""

from datetime import time

from services.directory.domain.service import Service
from services.directory.oruk.write_details import JsonObject, without_empty


def schedule_records(service: Service) -> list[JsonObject]:
    return [
        without_empty(
            {
                "id": str(opening.id),
                "valid_from": opening.valid_from,
                "valid_to": opening.valid_to,
                "dtstart": opening.starts_on,
                "freq": opening.frequency,
                "interval": opening.interval,
                "byday": ",".join(opening.days),
                "bymonthday": opening.month_days,
                "description": opening.description,
                "opens_at": _clock(opening.opens_at),
                "closes_at": _clock(opening.closes_at),
                "schedule_link": opening.schedule_link,
                "attending_type": opening.attending_type,
                "notes": opening.notes,
                "exdate": ",".join(day.isoformat() for day in opening.not_on),
                "rdate": ",".join(day.isoformat() for day in opening.also_on),
            }
        )
        for opening in service.opening
    ]


def _clock(at: time | None) -> str | None:
    return None if at is None else at.isoformat()
