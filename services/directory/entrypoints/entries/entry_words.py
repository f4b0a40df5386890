"""What an entry says and what changes in it, in the words of its pages. Templates ask, in the language of the page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from markupsafe import Markup

from services.directory.domain.differences import Change
from services.directory.entrypoints.entries.entry_fields import EntryField, Ticks
from services.directory.entrypoints.entries.entry_places import place_words
from services.directory.entrypoints.entries.entry_sections import STATUSES, WAYS_IN, Section
from services.directory.entrypoints.entries.entry_told import opening_words
from services.directory.entrypoints.entries.entry_whereabouts import EntryPlaces
from services.directory.entrypoints.finding.told_service import told_circle
from shared.web.phrases import in_english, phrase, plural_phrase, translatable
from shared.web.spoken_dates import say_date

OTHER_LABELS: Final = {
    "listed": translatable("Shown to people"),
    "confirmed_on": translatable("Said to be right on"),
    "assurance": translatable("Checked by its source on"),
    "pools": translatable("What can be full"),
    "home_area": translatable("The area that it belongs to"),
    "sensitive": translatable("The address is private"),
    "cost_options": translatable("Prices"),
    "evidence_note": translatable("What is known of how it helps"),
    "funding": translatable("Who pays for it"),
    "other_areas": translatable("Areas in words"),
    "other_terms": translatable("Terms of other lists"),
}


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One field: what it said and what it says, in lines."""

    change: Change
    words: "EntryWords"

    @property
    def field(self) -> str:
        return self.change.field

    @property
    def label(self) -> Markup:
        return self.words.label_of(self.field)

    @property
    def before(self) -> list[Markup]:
        return self.words.value_words(self.field, self.change.before)

    @property
    def after(self) -> list[Markup]:
        return self.words.value_words(self.field, self.change.after)


@dataclass(frozen=True, slots=True)
class EntryWords:
    sections: Mapping[str, Section]
    places: EntryPlaces

    def told(self, field: str, before: object, after: object) -> ToldChange:
        return ToldChange(Change(field, before, after), self)

    def label_of(self, name: str) -> Markup:
        label = next((each.label for each in self._fields() if each.name == name), OTHER_LABELS.get(name))
        return phrase(label) if label else in_english(name.rpartition(".")[2].replace("_", " ").capitalize())

    def value_words(self, name: str, value: object) -> list[Markup]:
        """In lines; none where nothing is said."""
        if value in (None, [], ()):
            return []
        told = _TOLD.get(name) or {"catchment": self._catchment, "home_area": self._area}.get(name)
        if told is not None:
            return told(value)
        choices = self._choices(name)
        if choices:
            codes = value if isinstance(value, list | tuple) else [value]
            return [choices.get(str(code)) or in_english(code) for code in codes]
        return [_in_general(value)]

    def _choices(self, name: str) -> Mapping[str, Markup]:
        if name == "status":
            return {code: phrase(label) for code, label in STATUSES}
        found = (each for each in self._fields() if isinstance(each, Ticks) and each.name == name)
        return next((dict(each.choices()) for each in found), {})

    def _fields(self) -> Iterator[EntryField]:
        return (field for section in self.sections.values() for field in section.fields)

    def _area(self, code: object) -> list[Markup]:
        return [in_english(self.places.name_of(str(code)))]

    def _catchment(self, value: object) -> list[Markup]:
        said = value if isinstance(value, Mapping) else {}
        lines = [phrase("All of London")] if said.get("everywhere") else []
        codes = (*(said.get("areas") or ()), *(said.get("wards") or ()))
        lines += [in_english(self.places.name_of(str(code))) for code in codes]
        if circle := said.get("circle"):
            lines.append(told_circle(circle["metres"], circle.get("name")))
        if outline := said.get("outline"):
            lines.append(in_english(outline["name"]) if outline.get("name") else phrase("A drawn area"))
        return lines


def _in_general(value: object) -> Markup:
    if isinstance(value, bool):
        return phrase("Yes") if value else phrase("No")
    if isinstance(value, list | tuple):
        return plural_phrase("%(num)s in all", "%(num)s in all", len(value))
    return phrase("Something else") if isinstance(value, Mapping) else in_english(value)


def _each(words: Callable[[Mapping[str, object]], object]) -> Callable[[object], list[Markup]]:
    def lines(value: object) -> list[Markup]:
        found = value if isinstance(value, list | tuple) else ()
        return [Markup("{}").format(words(each)) for each in found if isinstance(each, Mapping)]

    return lines


def _join(value: object) -> list[Markup]:
    said = value if isinstance(value, Mapping) else {}
    known = dict(WAYS_IN)
    words = [in_english(said["words"])] if said.get("words") else []
    ways = [str(way) for way in said.get("ways") or ()]
    return [phrase(known[way]) if way in known else in_english(way) for way in ways] + words


def _pool(pool: Mapping[str, object]) -> Markup:
    return phrase(
        POOL_KINDS.get(str(pool.get("kind")), "%(name)s"), name=in_english(str(pool.get("name") or ""))
    )


def _day(value: object) -> list[Markup]:
    said = value.get("on") if isinstance(value, Mapping) else value
    return [Markup("{}").format(say_date(date.fromisoformat(str(said))))]


POOL_KINDS: Final = {
    "session": translatable("Session: %(name)s"),
    "cohort": translatable("Course: %(name)s"),
    "event": translatable("Event: %(name)s"),
    "caseload": translatable("One by one: %(name)s"),
    "interpreter": translatable("Interpreters: %(name)s"),
    "volunteer": translatable("Volunteers: %(name)s"),
}
_TOLD: Final[Mapping[str, Callable[[object], list[Markup]]]] = {
    "opening": _each(opening_words),
    "places": _each(lambda place: in_english(place_words(place))),
    "phones": _each(lambda phone: in_english(str(phone["number"]))),
    "pools": _each(_pool),
    "how_to_join": _join,
    "assurance": _day,
    "confirmed_on": _day,
}
