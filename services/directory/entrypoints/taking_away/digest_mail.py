"""The weekly mail: what is on in the coming two weeks, and what is new in the menu. In English, as its contents are."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from urllib.parse import urlencode

from services.directory.domain.digest import AHEAD, Digest
from services.directory.domain.occurrences import LONDON
from services.directory.entrypoints.finding.whereabouts import Where
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.entrypoints.taking_away.whats_on_pages import MOST_SERVICES, WHATS_ON
from services.directory.search.query import Query as Search
from services.directory.storage.digest_rows import came_since
from services.directory.storage.service_rows import ListedService
from services.directory.whats_on.programme import Happening, Listing, programme
from services.directory.whats_on.telling import page_of, place_of, written
from shared.web.dates import as_date, as_time

MOST_HAPPENINGS = 60  # a mail is read on a bus; the rest is a link away
MOST_NEW = 20
SUBJECT = "What is on near you"


@dataclass(frozen=True, slots=True)
class News:
    """What there is to tell: the programme, and entries that came since the mail before."""

    where: Where
    happenings: Sequence[Happening]
    new: Sequence[ListedService]
    since: date
    until: date

    @property
    def is_something(self) -> bool:
        return bool(self.happenings or self.new)


async def news_of(desk: TakingAwayDesk, digest: Digest, new_since: datetime) -> News | None:
    """None where nobody knows the place any more."""
    where = desk.whereabouts.of_code(digest.near)
    if where is None:
        return None
    search = Search(needs=frozenset(digest.needs), sort="nearest", per_page=MOST_SERVICES)
    services, _ = await desk.found(search, where)
    now = desk.clock()
    today = now.astimezone(LONDON).date()
    until = datetime.combine(today + AHEAD, time(), LONDON)
    listings = [Listing(each.service, each.organisation, each.changed_at) for each in services]
    happenings = await asyncio.to_thread(programme, listings, now, until)
    async with desk.pool.acquire() as connection:
        came = await came_since(connection, [each.service.id for each in services], new_since)
    new = [each for each in services if each.service.id in came and not each.service.sensitive]
    return News(where, happenings, new, today, today + AHEAD)


def mail_of(desk: TakingAwayDesk, digest: Digest, news: News, *, name: str, stop_link: str) -> str:
    asked = {"near": digest.near, **({"need": digest.needs[0]} if len(digest.needs) == 1 else {})}
    page = f"{desk.public_url}{WHATS_ON}"
    query = urlencode(asked)
    parts = [
        f"Hello {written(name)},",
        f"This is what we know of in {news.where.name} from {as_date(news.since)} to {as_date(news.until)}.",
        *_days(news.happenings[:MOST_HAPPENINGS], desk.public_url),
        *_more(len(news.happenings) - MOST_HAPPENINGS),
        *_new(news.new[:MOST_NEW], desk.public_url),
        "\n".join(
            [
                f"All days, to look at: {page}?{query}",
                f"To put in a calendar: {page}.ics?{query}",
                f"To follow as a news feed: {page}.rss?{query}",
            ]
        ),
        f"You asked for this email. To stop it:\n{stop_link}",
        "This message was sent by Kith. Please do not reply to it.",
    ]
    return "\n\n".join(parts) + "\n"


def _days(happenings: Sequence[Happening], public_url: str) -> Iterator[str]:
    for day, on_it in groupby(happenings, key=lambda each: each.day):
        yield "\n".join([as_date(day).upper(), *(_line(each, public_url) for each in on_it)])


def _line(happening: Happening, public_url: str) -> str:
    service = happening.listing.service
    ends = f" to {as_time(happening.ends)}" if happening.has_an_end else ""
    what = ", ".join(part for part in (service.name, happening.listing.organisation.name) if part)
    place = place_of(service)
    told = f"{as_time(happening.starts)}{ends}: {what}" + (f". {place}" if place else "")
    return f"{_on_one_line(told)}\n  {page_of(service, public_url)}"


def _more(number: int) -> list[str]:
    return [f"And {number} more: see all days, below."] if number > 0 else []


def _new(services: Sequence[ListedService], public_url: str) -> list[str]:
    if not services:
        return []
    lines = [
        f"{_on_one_line(f'{each.service.name}, {each.organisation.name}')}\n  {page_of(each.service, public_url)}"
        for each in services
    ]
    return ["\n".join(["NEW ON KITH", *lines])]


def _on_one_line(text: str) -> str:
    return " ".join(written(text).split())
