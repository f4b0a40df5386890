"""What changes in an entry, in the words of its pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.directory.entrypoints.entry_fields import Options, Ticks
from services.directory.entrypoints.entry_places import place_words
from services.directory.entrypoints.entry_sections import STATUSES, WAYS_IN, sections
from services.directory.entrypoints.entry_times import opening_words
from shared.vocabulary import vocabulary

SECTIONS: Final = sections(lambda _postcode: None)
OTHER_LABELS: Final = {
    "listed": "Shown to people",
    "confirmed_on": "Said to be right on",
    "assurance": "Checked by its source on",
    "pools": "What can be full",
    "home_area": "The area that it belongs to",
    "sensitive": "The address is private",
    "cost_options": "Prices",
    "evidence_note": "What is known of how it helps",
    "funding": "Who pays for it",
    "other_areas": "Areas in words",
    "other_terms": "Terms of other lists",
}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One field: what it said and what it says, in lines."""

    field: str
    label: str
    before: list[str]
    after: list[str]


def told_change(field: str, before: object, after: object) -> ToldChange:
    return ToldChange(field, label_of(field), value_words(field, before), value_words(field, after))


def label_of(field: str) -> str:
    return (
        _LABELS.get(field)
        or OTHER_LABELS.get(field)
        or field.rpartition(".")[2].replace("_", " ").capitalize()
    )


def value_words(field: str, value: object) -> list[str]:
    """In lines; none where nothing is said."""
    if value in (None, [], ()):
        return []
    if field in _TOLD:
        return _TOLD[field](value)
    if field in _OPTIONS:
        known = dict(_OPTIONS[field]())
        codes = value if isinstance(value, list | tuple) else [value]
        return [known.get(str(code), str(code)) for code in codes]
    if isinstance(value, bool):
        return ["Yes" if value else "No"]
    if isinstance(value, list | tuple):
        return [f"{len(value)} in all"]
    return [str(value)] if not isinstance(value, Mapping) else ["Something else"]


def _each(words: Callable[[Mapping[str, object]], str]) -> Callable[[object], list[str]]:
    return lambda value: (
        [words(each) for each in value if isinstance(each, Mapping)]
        if isinstance(value, list | tuple)
        else []
    )


def _join(value: object) -> list[str]:
    said = value if isinstance(value, Mapping) else {}
    known = dict(WAYS_IN)
    words = [str(said["words"])] if said.get("words") else []
    return [known.get(str(way), str(way)) for way in said.get("ways") or ()] + words


def _catchment(value: object) -> list[str]:
    said = value if isinstance(value, Mapping) else {}
    known = vocabulary.boroughs()
    lines = ["All of London"] if said.get("everywhere") else []
    lines += [known[code].name if code in known else str(code) for code in said.get("areas") or ()]
    lines += [f"{len(said['wards'])} wards"] if said.get("wards") else []
    return lines + ["A drawn area" for key in ("circle", "outline") if said.get(key)]


def _day(value: object) -> list[str]:
    said = value.get("on") if isinstance(value, Mapping) else value
    return [f"{date.fromisoformat(str(said)):%-d %B %Y}"]


_TOLD: Final[Mapping[str, Callable[[object], list[str]]]] = {
    "opening": _each(opening_words),
    "places": _each(place_words),
    "phones": _each(lambda phone: str(phone["number"])),
    "how_to_join": _join,
    "catchment": _catchment,
    "assurance": _day,
    "confirmed_on": _day,
}
_FIELDS: Final = [field for section in SECTIONS.values() for field in section.fields]
_LABELS: Final = {field.name: field.label for field in _FIELDS}
_OPTIONS: Final[Mapping[str, Callable[[], Options]]] = {
    "status": lambda: STATUSES,
    **{field.name: field.options for field in _FIELDS if isinstance(field, Ticks)},
}
