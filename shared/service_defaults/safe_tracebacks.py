"""A crash in words that are safe to log: where it happened and of what kind, without the values in it."""

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import asyncpg
from pydantic import ValidationError

DEEPEST = 12  # frames that are kept, the innermost


def describe(error: BaseException) -> str:
    """Kind, message and frames. Errors that quote what they were given are told by rule and name only."""
    frames = traceback.extract_tb(error.__traceback__)[-DEEPEST:]
    places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    told = "\n".join([f"{type(error).__qualname__}: {_message(error)}", *places])
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [told]
    if isinstance(error, BaseExceptionGroup):
        parts += [describe(each) for each in error.exceptions]
    if cause is not None and cause is not error:
        parts.append("because of " + describe(cause))
    return "\n".join(parts)


def _message(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        return "; ".join(f"{'.'.join(map(str, fault['loc']))} {fault['type']}" for fault in faults)
    if isinstance(error, asyncpg.PostgresError):
        names = [getattr(error, name, None) for name in ("sqlstate", "table_name", "constraint_name")]
        return " ".join(str(name) for name in names if name)
    return str(error)


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
