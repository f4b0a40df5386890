"""What is the same of every answer of the open feed: anybody may read it, from any page; and what it refuses."""

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from shared.service_defaults.http_errors import KithError
from shared.service_defaults.problem_schema import PAGE, SENT_TO_SIGN_IN

# Open Referral UK: an anonymous, open GET. The same address has a page for people, so caches must look at Accept.
OPEN_TO_ALL = {"access-control-allow-origin": "*", "vary": "accept", "cache-control": "public, max-age=60"}
# A page says who is signed in: nobody else may be shown it from a cache.
PAGE_FOR_ALL = {"access-control-allow-origin": "*", "vary": "accept, accept-language, cookie"}
# What the OpenAPI document says of an address that answers programs and people.
JSON_OR_PAGE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/html": {"schema": PAGE}}},
    **SENT_TO_SIGN_IN,
}

# Filters of the standard that are not here yet. To ignore one would answer another question than was asked.
NOT_HERE_YET = frozenset(
    {
        "taxonomy_id",
        "start_time",
        "end_time",
        "day",
        "postcode",
        "proximity",
        "organization_id",
        "modified_after",
    }
)


class NoSuchService(KithError):
    """No service of the directory has the id."""

    status = 404
    slug = "service-not-found"
    title = "This service is not in the directory"
    what_to_do = "Check the address, or look in the list of services."


async def refuse_unknown_filters(request: Request) -> None:
    """Refuses filters of the standard that would otherwise be passed over in silence."""
    given = sorted(NOT_HERE_YET & set(request.query_params))
    if given:
        raise RequestValidationError([{"type": "not_supported", "loc": ("query", name)} for name in given])
