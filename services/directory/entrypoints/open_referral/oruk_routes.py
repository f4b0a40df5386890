"""Taxonomies, their terms and organisations: Open Referral UK 3.0 for programs."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from services.directory.entrypoints.finding.group_page import group_page
from services.directory.entrypoints.open_referral.feed_filter import PageWanted, Searched, TermsWanted
from services.directory.entrypoints.open_referral.open_feed import (
    JSON_OR_PAGE,
    NOT_CHANGED,
    NoSuchEntry,
    answer_page,
    get_and_head,
    open_answer,
)
from services.directory.oruk import our_taxonomies as ours
from services.directory.oruk.write_details import JsonObject
from services.directory.oruk.write_organisations import full_organisation_record, organisation_record
from services.directory.oruk.write_taxonomies import (
    foreign_taxonomy_record,
    foreign_term_record,
    our_taxonomy_records,
    our_term_record,
    our_term_records,
    our_terms_that,
)
from services.directory.storage.organisation_list import find_organisation, list_organisations
from services.directory.storage.taxonomy_list import (
    find_term,
    list_taxonomies,
    list_terms,
    worker_languages_with,
)
from shared.postgres.pool import Connection, Pool
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.service_defaults.clock import Clock
from shared.service_defaults.content_negotiation import prefers_html

JSON_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}},
    **NOT_CHANGED,
}


def taxonomy_router(pool: Pool) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())])

    @get_and_head(router, "/taxonomies", responses=JSON_ANSWERS)
    async def taxonomies(request: Request, asked: Annotated[PageWanted, Query()]) -> Response:
        """Our taxonomies, then those of others whose terms feeds have named."""
        async with pool.acquire() as connection:
            others = [foreign_taxonomy_record(*each) for each in await list_taxonomies(connection)]
        every = [*our_taxonomy_records().values(), *others]
        start = (asked.page - 1) * asked.per_page
        return answer_page(request, every[start : start + asked.per_page], len(every), asked)

    @get_and_head(router, "/taxonomies/{taxonomy_id}", responses=JSON_ANSWERS)
    async def taxonomy(request: Request, taxonomy_id: UUID) -> Response:
        """One taxonomy. Its terms are a list of their own."""
        record = our_taxonomy_records().get(taxonomy_id)
        if record is None:
            async with pool.acquire() as connection:
                found = await list_taxonomies(connection, taxonomy_id)
            if not found:
                raise NoSuchEntry
            record = foreign_taxonomy_record(*found[0])
        return open_answer(request, record)

    @get_and_head(router, "/taxonomy_terms", responses=JSON_ANSWERS)
    async def terms(request: Request, asked: Annotated[TermsWanted, Query()]) -> Response:
        """Our terms, then those of others, by name. `search` wants all of its words in name or description."""
        our_terms = our_terms_that(asked.taxonomy_id, asked.search)
        start = (asked.page - 1) * asked.per_page
        contents = list(our_terms[start : start + asked.per_page])
        async with pool.acquire() as connection:
            others, number = await list_terms(
                connection,
                taxonomy_id=asked.taxonomy_id,
                words=asked.words,
                limit=asked.per_page - len(contents),
                offset=max(0, start - len(our_terms)),
            )
        contents += [foreign_term_record(term) for term in others]
        return answer_page(request, contents, len(our_terms) + number, asked)

    @get_and_head(router, "/taxonomy_terms/{term_id}", responses=JSON_ANSWERS)
    async def term(request: Request, term_id: UUID) -> Response:
        """One term, ours or somebody else's."""
        record = our_term_records().get(term_id)
        if record is None:
            async with pool.acquire() as connection:
                record = await _other_term(connection, term_id)
        return open_answer(request, record)

    return router


def organisation_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public()), Depends(renewed)])

    @get_and_head(router, "/organizations", responses=JSON_ANSWERS)
    async def organisations(request: Request, asked: Annotated[Searched, Query()]) -> Response:
        """Organisations in order of name. `search` wants all of its words in name or description."""
        async with pool.acquire() as connection:
            found, total = await list_organisations(
                connection, asked.words, page=asked.page, per_page=asked.per_page
            )
        return answer_page(request, [organisation_record(each) for each in found], total, asked)

    @get_and_head(router, "/organizations/{organization_id}", responses=JSON_OR_PAGE)
    async def organisation(request: Request, organization_id: UUID) -> Response:
        """One organisation with its numbers in registers. Its services: `/services?organization_id=`."""
        if prefers_html(request.headers.get("accept", "")):
            return await group_page(request, pool, organization_id)
        async with pool.acquire() as connection:
            found = await find_organisation(connection, organization_id)
        if found is None:
            raise NoSuchEntry
        record = full_organisation_record(found[0])
        return open_answer(request, record, changed_at=found[1], now=clock())

    return router


async def _other_term(connection: Connection, term_id: UUID) -> JsonObject:
    """Of others, or a language of a worker that the project does not name itself. Raises NoSuchEntry."""
    term = await find_term(connection, term_id)
    if term is not None:
        return foreign_term_record(term)
    for code in await worker_languages_with(connection, term_id):
        if ours.term_id(ours.WORKER_LANGUAGE, code) == term_id:
            return our_term_record(ours.our_term(ours.WORKER_LANGUAGE, code))
    raise NoSuchEntry
