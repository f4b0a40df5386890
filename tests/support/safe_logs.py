"""Logs in tests: one short line each, with the same safe tracebacks as in production."""

import structlog

from shared.service_defaults.safe_tracebacks import with_safe_traceback
from shared.service_defaults.structured_logging import redact_fields


def log_safely() -> None:
    """Structlog's own default renders every frame's locals, which takes seconds and shows values."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            with_safe_traceback,
            redact_fields,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ],
        cache_logger_on_first_use=False,
    )
