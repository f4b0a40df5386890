"""What a caller without the right to a route is told, and how it is counted and logged."""

from types import MappingProxyType

import structlog
from fastapi import Request

from shared.service_defaults.http_errors import KithError
from shared.service_defaults.metrics import HttpMetrics
from shared.service_defaults.request_observation import route_template

log = structlog.get_logger(__name__)


class NotKnown(KithError):
    """No credential, or one that is nobody's."""

    status = 401
    slug = "not-signed-in"
    title = "We do not know who is asking"
    what_to_do = "Send the header Authorization: Bearer followed by an access token."
    headers = MappingProxyType({"www-authenticate": "Bearer"})


class NotAllowed(KithError):
    """A known caller without the scope."""

    status = 403
    slug = "not-allowed"
    title = "You may not do this"
    what_to_do = "Ask whoever runs this system for the scope that is named."


def refused(request: Request, error: KithError, *, counted_as: str | None = None) -> KithError:
    """Counts the refusal and notes it in the log, by a reason that the caller need not be told; gives what to raise."""
    metrics: HttpMetrics = request.app.state.metrics
    reason = counted_as or error.slug
    metrics.refused.labels(reason).inc()
    log.info("access.refused", reason=reason, route=route_template(request.scope))
    return error


def bearer_token(request: Request) -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
