"""`/services` and `/services/{id}`: Open Referral UK 3.0 for programs, plain pages for people."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import ServiceNotFound
from services.directory.entrypoints.finding.find_pages import FindPages
from services.directory.entrypoints.open_referral.feed_filter import FeedWanted, filter_of, refuse
from services.directory.entrypoints.open_referral.feed_stream import NDJSON, minimal_pieces, stream
from services.directory.entrypoints.open_referral.long_answers import LongAnswers
from services.directory.entrypoints.open_referral.open_feed import (
    JSON_OR_PAGE,
    PAGE_FOR_ALL,
    NoSuchService,
    answer_page,
    get_and_head,
    open_answer,
    open_pieces,
    refuse_filters_of_locations,
)
from services.directory.entrypoints.open_referral.service_records import Form, records_of
from services.directory.storage.copied_signals import last_word
from services.directory.storage.duplicate_rows import merged_into
from services.directory.storage.service_list import list_services, whole_list
from services.directory.storage.service_rows import find_service
from shared.postgres.pool import Pool
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.service_defaults.clock import Clock
from shared.service_defaults.content_negotiation import prefers_html

ONE_PAGE_OR_ALL = JSON_OR_PAGE | {
    200: {"content": JSON_OR_PAGE[200]["content"] | {NDJSON: {"schema": {"type": "string"}}}}
}


def feed_router(pool: Pool, clock: Clock, pages: FindPages) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public()), Depends(renewed)])
    long_answers = LongAnswers()

    @get_and_head(
        router, "/services", responses=ONE_PAGE_OR_ALL, dependencies=[Depends(refuse_filters_of_locations)]
    )
    async def services(request: Request, asked: Annotated[FeedWanted, Query()]) -> Response:
        """The services that take people or are closed for now, in order of name. All filters given must hold.

        With `format=ndjson` all of them, one on each line and in order of id; `full` gives whole records, `minimal`
        ids and dates of all on one page.
        """
        form = _form(asked)
        if asked.format != "ndjson" and prefers_html(request.headers.get("accept", "")):
            return await pages.results(request)
        if asked.format == "ndjson" or form is Form.MINIMAL:
            return long_answers.of(request, partial(_whole_list, request, pool, clock, asked, form))
        async with pool.acquire() as connection:
            wanted = await filter_of(connection, asked, clock())
            found = await list_services(connection, wanted, page=asked.page, per_page=asked.per_page)
            records = await records_of(connection, found.services, form, clock())
        return answer_page(request, records, found.total, asked)

    @get_and_head(router, "/services/{service_id}", responses=JSON_OR_PAGE)
    async def service(request: Request, service_id: UUID) -> Response:
        """One service with all that the directory shows of it, and how much space it has."""
        if prefers_html(request.headers.get("accept", "")):
            return await _for_people(request, pool, pages, service_id)
        now = clock()
        try:
            async with pool.acquire() as connection:
                found = await find_service(connection, service_id)
                (record,) = await records_of(connection, [found], Form.FULL, now)
                said_at = await last_word(connection, service_id, now)
        except ServiceNotFound as error:
            raise NoSuchService from error
        changed_at = max([found.changed_at, *_known(said_at)])
        return open_answer(request, record, changed_at=changed_at, now=now)

    return router


async def _whole_list(request: Request, pool: Pool, clock: Clock, asked: FeedWanted, form: Form) -> Response:
    """No connection is held while it is read."""
    async with pool.acquire() as connection:
        wanted = await filter_of(connection, asked, clock())
        if asked.format == "ndjson":
            return stream(request, pool, wanted, form, clock)
        found = await whole_list(connection, wanted)
    return await open_pieces(request, minimal_pieces(found))


async def _for_people(request: Request, pool: Pool, pages: FindPages, service_id: UUID) -> Response:
    """The page, or where people find the entry that it was merged into."""
    async with pool.acquire() as connection:
        instead = await merged_into(connection, service_id)
    if instead is not None:
        return RedirectResponse(f"/services/{instead}", 303, PAGE_FOR_ALL)
    return await pages.service(request, service_id)


def _form(asked: FeedWanted) -> Form:
    if asked.minimal and asked.full:
        raise refuse("minimal", "not_with_full")
    if asked.minimal:
        return Form.MINIMAL
    return Form.FULL if asked.full else Form.LIST


def _known(moment: datetime | None) -> Sequence[datetime]:
    return () if moment is None else (moment,)
