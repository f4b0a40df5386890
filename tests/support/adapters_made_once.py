"""FastAPI's validators of equal parameters, made once for a whole run: each test's own app would make all of them anew."""

from typing import Any

from fastapi._compat import v2
from pydantic import TypeAdapter

made: dict[Any, TypeAdapter[Any]] = {}  # its keys keep what they name, so nothing else can take its place


def make_adapters_once() -> None:
    v2.TypeAdapter = adapter_of  # type: ignore[attr-defined,assignment]  # where FastAPI looks it up


def adapter_of(annotated: Any, *, config: Any = None) -> TypeAdapter[Any]:
    *more, field = annotated.__metadata__
    said = tuple((name, type(value), value) for name, value in sorted(field._attributes_set.items()))
    key = (annotated.__origin__, tuple((type(each), each) for each in more), said, repr(config))
    try:
        known = made.get(key)
    except TypeError:  # something in it has no hash
        return TypeAdapter(annotated, config=config)
    if known is None:
        known = made[key] = TypeAdapter(annotated, config=config)
    return known
