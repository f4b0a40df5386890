"""What differs between two states of an entry, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

IN_PARTS = "suitability"
NEVER_TOLD = frozenset({"id", "organisation_id"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field as it was and as it is; None where nothing is said. `suitability.needs` and the like for a part."""

    field: str
    before: object
    after: object


def differences(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Change, ...]:
    """Between two documents of one service, by the name of the field. An empty list says nothing."""
    earlier, later = dict(_said(before)), dict(_said(after))
    return tuple(
        Change(name, earlier.get(name), later.get(name))
        for name in sorted(earlier.keys() | later.keys())
        if earlier.get(name) != later.get(name)
    )


def _said(document: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        if name in NEVER_TOLD:
            continue
        if name == IN_PARTS and isinstance(value, Mapping):
            yield from ((f"{name}.{part}", each) for part, each in value.items() if _is_said(each))
        elif _is_said(value):
            yield name, value


def _is_said(value: object) -> bool:
    return value not in (None, [], ())
