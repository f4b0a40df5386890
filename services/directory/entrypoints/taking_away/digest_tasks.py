"""The weekly mails: looks by the clock which are due, and answers notify what one says and where it goes."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import structlog

from services.directory.domain.digest import Digest, day_of_sending
from services.directory.entrypoints.taking_away.digest_mail import SUBJECT, mail_of, news_of
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.metrics import count_not_read
from services.directory.storage.digest_rows import digests_due, find_digest, find_reader
from services.directory.use_cases.say_digest_due import say_digest_due
from shared.postgres.away import database_is_away
from shared.postgres.pool import transaction
from shared.security.recipients import RecipientAnswer, RecipientNotKnown, RecipientRequest
from shared.security.signed_links import Purpose, link_url, mint

log = structlog.get_logger(__name__)

MOST_AT_ONCE = 100
LINK_LIVES = timedelta(days=90)


async def say_digests_due(desk: TakingAwayDesk) -> int:
    """How many were said to be due. What is on is looked at before the turn is taken: the second worker says nothing."""
    now = desk.clock()
    today = day_of_sending(now)
    async with transaction(desk.pool) as connection:
        due = await digests_due(connection, today, MOST_AT_ONCE)
    said = 0
    for each in due:
        try:
            said += await _say(desk, each, today, now)
        # A process edge: those behind it have their turn, and it has its own next week.
        except Exception as failure:
            if database_is_away(failure) or isinstance(failure, TimeoutError):
                raise
            count_not_read("weekly-mails")
            log.exception("digest.not_handled", digest_id=str(each.id), error=type(failure).__name__)
            async with transaction(desk.pool) as connection:
                await say_digest_due(connection, each, today, now, something_on=False)
    return said


async def _say(desk: TakingAwayDesk, due: Digest, today: date, now: datetime) -> bool:
    news = await news_of(desk, due, due.last_due_at)
    something_on = news is not None and news.is_something
    async with transaction(desk.pool) as connection:
        return await say_digest_due(connection, due, today, now, something_on=something_on)


def digest_reader(desk: TakingAwayDesk) -> Callable[[RecipientRequest], Awaitable[RecipientAnswer]]:
    async def answer(request: RecipientRequest) -> RecipientAnswer:
        """Of one that was stopped meanwhile, or where nothing is on any more, there is nothing to send."""
        async with transaction(desk.pool) as connection:
            digest = await find_digest(connection, request.recipient.id)
            reader = await find_reader(connection, digest.member_id) if digest else None
        news = await news_of(desk, digest, digest.new_since) if digest and reader else None
        if digest is None or reader is None or news is None or not news.is_something:
            raise RecipientNotKnown
        key = desk.settings.link_signing_key
        token = mint(key, Purpose.DIGEST, digest.id, desk.clock() + LINK_LIVES)
        link = link_url(desk.settings.public_url, Purpose.DIGEST, token)
        text = mail_of(desk, digest, news, name=reader.name, stop_link=link)
        return RecipientAnswer(
            address=reader.address, name=reader.name, link=link, subject=SUBJECT, text=text
        )

    return answer
