"""Errors over HTTP: problem details (RFC 9457) for machines, the same words on a page for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from opentelemetry import trace
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from shared.postgres.away import database_is_away
from shared.service_defaults.content_negotiation import prefers_html
from shared.service_defaults.invalid_fields import FieldError, field_errors
from shared.web.catalogues import are_translated
from shared.web.pages import render
from shared.web.phrases import translatable

log = structlog.get_logger(__name__)


class KithError(Exception):
    """The root of all errors that a caller is told of. A subclass says what happened and what to do.

    The detail must hold no personal data: it is shown, and it may be logged.
    """

    status: int = 500
    slug: str = "internal-error"
    title: str = "Something went wrong"
    what_to_do: str = "Try again in a few minutes."
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem, in the words that machines and people both get."""

    status: int
    slug: str
    title: str
    what_to_do: str
    detail: str | None = None
    errors: Sequence[FieldError] = ()
    trace_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_for_everybody(self) -> bool:
        """What people meet on pages is in the catalogues; what only programs and staff are told is English."""
        return not self.errors and not self.detail and are_translated(self.title, self.what_to_do)

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": f"/problems/{self.slug}",
            "title": self.title,
            "status": self.status,
            "what_to_do": self.what_to_do,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [each.as_json() for each in self.errors]
        if self.trace_id:
            body["trace_id"] = self.trace_id
        return body


NOT_VALID = Problem(
    422,
    "not-valid",
    "Something is missing or not right",
    "Change what is named here, then send it again.",
)
UNEXPECTED = Problem(
    500,
    "internal-error",
    translatable("Something went wrong on our side"),
    translatable("Try again in a few minutes. If it goes on, tell us the trace id."),
)
AWAY = Problem(
    503,
    "not-available-now",
    translatable("We cannot do this just now"),
    translatable("Nothing was saved. Try again in a minute."),
    headers={"retry-after": "5"},
)
ADVICE = {
    400: ("bad-request", "The request could not be read", "Check the request, and send it again."),
    404: (
        "not-found",
        translatable("Page not found"),
        translatable("Check the address. If you followed a link, ask for a new one."),
    ),
    405: ("method-not-allowed", "This cannot be done here", "Check the method of the request."),
    415: ("unsupported-media-type", "This kind of content cannot be read", "Send JSON or a form."),
}


def problem_of(error: KithError) -> Problem:
    return Problem(
        error.status, error.slug, error.title, error.what_to_do, error.detail, headers=error.headers
    )


def problem_response(request: Request, problem: Problem) -> Response:
    """The problem as a page where a person reads it in a browser, as JSON otherwise."""
    headers = {"cache-control": "no-store", **problem.headers}
    if prefers_html(request.headers.get("accept", "")):
        return render(
            request, "kith/problem.html", status=problem.status, headers=headers, problem=problem,
            translated=problem.is_for_everybody,
        )  # fmt: skip
    return JSONResponse(
        problem.as_json(), problem.status, headers=headers, media_type="application/problem+json"
    )


def handle_errors(app: FastAPI) -> None:
    """Puts every error of the app into one of the two forms; crashes are caught by RequestObservation."""
    app.exception_handler(KithError)(_on_kith_error)
    app.exception_handler(RequestValidationError)(_on_invalid_request)
    app.exception_handler(HTTPException)(_on_http_exception)


async def _on_kith_error(request: Request, error: KithError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request.failed", error=type(error).__qualname__, slug=error.slug)
    return problem_response(request, problem_of(error))


async def _on_invalid_request(request: Request, error: RequestValidationError) -> Response:
    faults = field_errors(error.errors())
    return problem_response(request, replace(NOT_VALID, errors=faults))


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    phrase = HTTPStatus(error.status_code).phrase
    fallback = (phrase.lower().replace(" ", "-"), phrase, "Check the request, and send it again.")
    slug, title, what_to_do = ADVICE.get(error.status_code, fallback)
    problem = Problem(error.status_code, slug, title, what_to_do, headers=error.headers or {})
    return problem_response(request, problem)


def crash_response(request: Request, error: Exception) -> Response:
    """The answer to what no handler took: come back when the database is away, else that it is our fault."""
    if database_is_away(error):
        log.warning("request.database_away", error=type(error).__qualname__)
        return problem_response(request, AWAY)
    log.error("request.crashed", exc_info=error)
    return unexpected_response(request)


def unexpected_response(request: Request) -> Response:
    """The answer to a crash: no details, only the trace id by which we find them."""
    span = trace.get_current_span().get_span_context()
    trace_id = trace.format_trace_id(span.trace_id) if span.is_valid else None
    return problem_response(request, replace(UNEXPECTED, trace_id=trace_id))
