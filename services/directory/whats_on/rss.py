"""The programme as a feed for news readers and web pages (RSS 2.0)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import format_datetime
from html import escape

from services.directory.domain.occurrences import LONDON
from services.directory.whats_on.programme import Happening
from services.directory.whats_on.telling import description_of, page_of, place_of, written
from shared.web.dates import as_date_and_time

MEDIA_TYPE = "application/rss+xml; charset=utf-8"
ASK_AGAIN_AFTER_MINUTES = "360"
AHEAD = timedelta(days=7)
BEGIN = (
    '<?xml version="1.0" encoding="utf-8"?>',
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">',
    "<channel>",
)
END = ("</channel>", "</rss>", "")


@dataclass(frozen=True, slots=True)
class Channel:
    """What the feed as a whole is called, the page that shows the same, and its own address."""

    title: str
    page: str
    address: str


def rss(channel: Channel, happenings: Sequence[Happening], public_url: str) -> bytes:
    lines = [
        *BEGIN,
        _element("title", channel.title),
        _element("link", channel.page),
        _element("description", "What is on in the next seven days."),
        _element("language", "en-GB"),
        _element("ttl", ASK_AGAIN_AFTER_MINUTES),
        f'<atom:link href="{escape(channel.address)}" rel="self" type="application/rss+xml"/>',
        *(line for each in happenings for line in _item(each, public_url)),
        *END,
    ]
    return "\n".join(lines).encode()


def _item(happening: Happening, public_url: str) -> Iterator[str]:
    service = happening.listing.service
    when, place = as_date_and_time(happening.starts), place_of(service)
    about = description_of(happening.listing, happening.opening)
    yield "<item>"
    yield _element("title", f"{service.name}, {when}")
    yield _element("link", page_of(service, public_url))
    yield _element("description", "\n\n".join(part for part in (when, place, about) if part))
    yield _element("pubDate", format_datetime(came_in(happening)))
    yield f'<guid isPermaLink="false">urn:uuid:{happening.id}</guid>'
    yield "</item>"


def came_in(happening: Happening) -> datetime:
    """Since when it has been in the feed: a week before its day, or later where the directory knew it later."""
    first_day = datetime.combine(happening.day - AHEAD, time(), LONDON)
    return max(first_day, happening.listing.changed_at)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(written(text), quote=False)}</{name}>"
