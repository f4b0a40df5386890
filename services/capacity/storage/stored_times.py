"""When something takes place, as JSON in its row."""

from pydantic import TypeAdapter

from services.capacity.domain.times import Times

TIMES: TypeAdapter[Times] = TypeAdapter(Times)


def times_of(stored: str | None) -> Times | None:
    return TIMES.validate_json(stored) if stored else None


def times_as_json(times: Times | None) -> str | None:
    return TIMES.dump_json(times, exclude_defaults=True).decode() if times else None
