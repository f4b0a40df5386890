"""A crash in words that are safe to log: where it happened and of what kind, without the values in it."""

import errno
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import asyncpg
from pydantic import ValidationError

from shared.messaging.failures import EventFailure
from shared.service_defaults.invalid_fields import field_errors

DEEPEST = 12  # frames that are kept, the innermost


def describe(error: BaseException) -> str:
    """Kind, codes and frames. What an error says in words is left out: it may quote what it was given."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    told = "\n".join([": ".join(filter(None, (type(error).__qualname__, _codes(error)))), *places])
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [told]
    if isinstance(error, BaseExceptionGroup):
        parts += [describe(each) for each in error.exceptions]
    if cause is not None and cause is not error:
        parts.append("because of " + describe(cause))
    return "\n".join(parts)


def _codes(error: BaseException) -> str:
    """What is known not to be data: fields and rules, SQLSTATE and constraint, errno, our own reason codes."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{each.field} {each.rule}" for each in field_errors(error.errors()))
    if isinstance(error, asyncpg.PostgresError):
        names = [getattr(error, name, None) for name in ("sqlstate", "table_name", "constraint_name")]
        return " ".join(str(name) for name in names if name)
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "")
    return str(error) if isinstance(error, EventFailure) else ""


def with_safe_traceback(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Processor of structlog: `exc_info` becomes the text `exception`."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = describe(error)
    return event
