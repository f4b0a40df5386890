"""The programme as a calendar that phones and computers can follow (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event
from icalendar.prop import vDuration, vGeo, vText

from services.directory.whats_on.programme import Happening
from services.directory.whats_on.telling import description_of, page_of, place_of, written

MEDIA_TYPE = "text/calendar; charset=utf-8"
ASK_AGAIN_AFTER = timedelta(hours=6)


def calendar(name: str, happenings: Iterable[Happening], public_url: str) -> bytes:
    """Each occurrence is an event of its own, in UTC: no reader has to know our rules, exceptions or clock changes."""
    made = Calendar()
    made.add("prodid", "-//Kith//What is on//EN")
    made.add("version", "2.0")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(ASK_AGAIN_AFTER), parameters={"value": "DURATION"})
    made.add("x-published-ttl", vDuration(ASK_AGAIN_AFTER))
    for happening in happenings:
        made.add_component(_event(happening, public_url))
    body: bytes = made.to_ical()
    return body


def _event(happening: Happening, public_url: str) -> Event:
    service, made = happening.listing.service, Event()
    made.add("uid", f"{happening.id}@kith")
    made.add("dtstamp", happening.listing.changed_at)  # so that equal contents are equal bytes
    made.add("dtstart", happening.starts)
    if happening.has_an_end:
        made.add("dtend", happening.ends)
    made.add("summary", vText(written(service.name)))
    made.add("description", vText(description_of(happening.listing, happening.opening)))
    made.add("url", page_of(service, public_url))
    made.add("transp", "TRANSPARENT")  # what somebody could go to does not make them busy
    if place := place_of(service):
        made.add("location", vText(place))
    if service.coordinates:
        made.add("geo", vGeo(service.coordinates))
    return made
