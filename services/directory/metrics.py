"""What the directory counts. Labels are codes, never ids."""

from typing import Final, Literal

from prometheus_client import CollectorRegistry, Counter

Area = Literal["search", "rows-for-filters", "duplicates", "weekly-mails"]

# One of the process: the places that pass by a row are far from where a service is put together.
_NOT_READ: Final = Counter(
    "kith_directory_rows_not_read",
    "Rows that were passed by because they could not be read or handled, by what passed them by: each is a fault",
    ("area",),
    registry=None,
)


def count_not_read(area: Area) -> None:
    _NOT_READ.labels(area).inc()


def register(registry: CollectorRegistry) -> None:
    registry.register(_NOT_READ)
