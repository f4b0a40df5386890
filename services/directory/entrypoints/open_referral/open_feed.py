"""What is the same of every answer of the open feed: anybody may read it, from any page, and keep it while it is right."""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import Response

from services.directory.entrypoints.open_referral.feed_filter import PageWanted
from services.directory.oruk.write_details import JsonObject
from services.directory.oruk.write_page import page_record
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.problem_schema import PAGE, SENT_TO_SIGN_IN
from shared.web.phrases import translatable

# Open Referral UK: an anonymous, open GET. The same address has a page for people, so caches must look at Accept.
OPEN_TO_ALL = {"access-control-allow-origin": "*", "vary": "accept", "cache-control": "public, max-age=60"}
SEEN_BY_PAGES = {"access-control-expose-headers": "etag, last-modified, link"}
# A page says who is signed in: nobody else may be shown it from a cache.
PAGE_FOR_ALL = {"access-control-allow-origin": "*", "vary": "accept, accept-language, cookie"}
NOT_CHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "What you have is still right"}}
# What the OpenAPI document says of an address that answers programs and people.
JSON_OR_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": PAGE}}},
    **SENT_TO_SIGN_IN,
    **NOT_CHANGED,
}

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


# Filters that the standard has for other lists. To ignore one would answer another question than was asked.
OF_LOCATIONS = frozenset({"postcode", "proximity"})


class NoSuchService(KithError):
    """No service of the directory has the id."""

    status = 404
    slug = "service-not-found"
    title = translatable("This service is not in the directory")
    what_to_do = translatable("Check the address, or look in the list of services.")


class NoSuchEntry(KithError):
    """The directory has no such thing, whatever the address is for."""

    status = 404
    slug = "not-in-the-directory"
    title = "This is not in the directory"
    what_to_do = "Check the address, or look in the list."


async def refuse_filters_of_locations(request: Request) -> None:
    """Services themselves are nowhere: who asks by postcode asks for services at their locations."""
    given = sorted(OF_LOCATIONS & set(request.query_params))
    if given:
        raise RequestValidationError([{"type": "not_supported", "loc": ("query", name)} for name in given])


def get_and_head(router: APIRouter, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
    """A route for GET that answers HEAD as well: the server leaves the body out."""

    def register(endpoint: Endpoint) -> Endpoint:
        router.get(path, response_model=None, **options)(endpoint)
        router.head(path, response_model=None, include_in_schema=False)(endpoint)
        return endpoint

    return register


def open_answer(
    request: Request,
    body: object,
    *,
    changed_at: datetime | None = None,
    now: datetime | None = None,
    next_page: str | None = None,
    media_type: str = "application/json",
    status: int = 200,
) -> Response:
    """JSON for all, or that what the asker has is still right.

    `changed_at` may only be given where nothing in the body changes without a later moment.
    """
    content = orjson.dumps(body)
    headers = OPEN_TO_ALL | SEEN_BY_PAGES | {"etag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if changed_at is not None and now is not None and _second(changed_at) < _second(now):
        # Within the same second more may change under the same date.
        headers["last-modified"] = format_datetime(_second(changed_at), usegmt=True)
    if next_page:
        headers["link"] = f'<{next_page}>; rel="next"'
    if status == 200 and is_still_right(request.headers, headers):
        return Response(status_code=304, headers=headers)
    return Response(content, status, headers, media_type)


async def open_pieces(request: Request, pieces: Iterable[bytes]) -> Response:
    """A long answer, made piece by piece, between which others have their turn."""
    made, tag = [], hashlib.sha256()
    for piece in pieces:
        made.append(piece)
        tag.update(piece)
        await asyncio.sleep(0)
    headers = OPEN_TO_ALL | SEEN_BY_PAGES | {"etag": f'"{tag.hexdigest()[:32]}"'}
    if is_still_right(request.headers, headers):
        return Response(status_code=304, headers=headers)
    return Response(b"".join(made), headers=headers, media_type="application/json")


def is_still_right(asked: Mapping[str, str], ours: Mapping[str, str]) -> bool:
    """RFC 9110 §13: the tag where one is given, else the date."""
    if (tags := asked.get("if-none-match")) is not None:
        return tags.strip() == "*" or ours["etag"] in {
            tag.strip().removeprefix("W/") for tag in tags.split(",")
        }
    since, changed = asked.get("if-modified-since"), ours.get("last-modified")
    if since is None or changed is None:
        return False
    try:
        return parsedate_to_datetime(changed) <= parsedate_to_datetime(since).astimezone(UTC)
    except (ValueError, OverflowError):  # no date, or one that no clock has
        return False


def answer_page(request: Request, contents: list[JsonObject], total: int, asked: PageWanted) -> Response:
    """A page of a list. Its `Link` leads to the next one, with the same filters."""
    envelope = page_record(contents, total=total, page=asked.page, per_page=asked.per_page)
    more = request.method != "POST" and not envelope["last_page"]
    address = request.url.include_query_params(page=asked.page + 1)
    return open_answer(request, envelope, next_page=f"{address.path}?{address.query}" if more else None)


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)
