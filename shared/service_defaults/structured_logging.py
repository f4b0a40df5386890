"""Logs: one JSON object per line on stdout, with the trace it belongs to and without anybody's data."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from opentelemetry import trace
from structlog.typing import Processor

from shared.service_defaults.redaction import redact
from shared.service_defaults.safe_tracebacks import with_safe_traceback

OUR_OWN_FIELDS = frozenset({"timestamp", "level", "trace_id", "span_id", "service"})
NOISY = (
    "uvicorn.access",
    "httpx",
    "httpcore",
    "faststream.access.kafka",
    "mail.log",
    # Each says again what the group coordinator says of the same start.
    "aiokafka.consumer.consumer",
    "aiokafka.consumer.subscription_state",
)
# They warn of every broken request, with bytes of it: anybody could fill the log.
PROVOKED = ("uvicorn.error", "python_multipart")


def start_logging(service: str, level: str = "INFO") -> None:
    """Routes structlog and the standard library's logging through the same processors."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        with_safe_traceback,
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact_fields,
                _with_service(service),
                structlog.processors.JSONRenderer(serializer=_to_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in PROVOKED:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def redact_fields(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Processor of structlog: whatever looks like personal data or a secret is replaced, in any field."""
    for key, value in event.items():
        if key not in OUR_OWN_FIELDS:
            event[key] = redact(value)
    return event


def _with_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
        event["span_id"] = trace.format_span_id(span.span_id)
    return event


def _with_service(service: str) -> Any:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def _to_json(event: MutableMapping[str, Any], **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
