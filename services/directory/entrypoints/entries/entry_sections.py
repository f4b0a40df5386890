"""The sections in which an entry is changed, and what each of them asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.directory.entrypoints.entries.entry_catchment import Catchment
from services.directory.entrypoints.entries.entry_fields import (
    EntryField,
    HowToJoin,
    Line,
    Number,
    OneOf,
    Options,
    Phones,
    Ticks,
    Typed,
    is_email,
    is_web_address,
)
from services.directory.entrypoints.entries.entry_places import Places
from services.directory.entrypoints.entries.entry_times import Openings
from services.directory.entrypoints.entries.entry_whereabouts import EntryPlaces
from services.directory.entrypoints.finding.told_choices import language_name
from shared.vocabulary import vocabulary
from shared.web.phrases import translatable

STATUSES: Options = (
    ("active", translatable("Open")),
    ("temporarily closed", translatable("Closed for now")),
    ("inactive", translatable("Does not run any more")),
)
SEXES: Options = (("female", translatable("Women")), ("male", translatable("Men")))
WAYS_IN: Options = (
    ("just-come", translatable("People just come along")),
    ("book", translatable("People book a place")),
    ("ask-us", translatable("People ask us first")),
    ("referral-only", translatable("Somebody has to refer them")),
)
NO_AGE = translatable("In years. Leave it empty if there is none")


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    fields: Sequence[EntryField]

    def asks_for_more(self, typed: Typed) -> bool:
        """Whether the form is to be shown again before it can be read."""
        return any(field.asks_for_more(typed) for field in self.fields if isinstance(field, Catchment))


def sections(places: EntryPlaces) -> Mapping[str, Section]:
    found = (
        Section("what", translatable("What it is"), _what()),
        Section("who", translatable("Who it is for"), _who()),
        Section("when", translatable("When"), (Openings(),)),
        Section("where", translatable("Where"), _where(places)),
        Section("area", translatable("Where people can come from"), (Catchment(places),)),
        Section("join", translatable("How to join"), _join()),
    )
    return {section.code: section for section in found}


def _what() -> Sequence[EntryField]:
    return (
        Line("name", translatable("Name"), needed=True),
        Line(
            "description",
            translatable("What happens there"),
            translatable("Short sentences in plain words"),
            long=True,
        ),
        Ticks("suitability.needs", translatable("What it helps with"), _labels(vocabulary.needs)),
        OneOf("status", translatable("Does it run?"), lambda: STATUSES),
        Line(
            "alert",
            translatable("Something that people must know now"),
            translatable("Such as: closed this week"),
        ),
        Line("fees", translatable("What it costs"), translatable("Write 'Free' if it is free")),
        Line("accreditations", translatable("Quality marks that you hold")),
    )


def _who() -> Sequence[EntryField]:
    groups = _labels(vocabulary.groups)
    return (
        Ticks("suitability.suits", translatable("Who it is good for"), groups),
        Ticks("suitability.does_not_suit", translatable("Who it is not right for"), groups),
        Number("suitability.minimum_age", translatable("Youngest age"), NO_AGE),
        Number("suitability.maximum_age", translatable("Oldest age"), NO_AGE),
        Line("eligibility", translatable("Who can come, in your words"), long=True),
        _languages("suitability.languages", translatable("Languages that it is given in")),
        _languages("suitability.worker_languages", translatable("Languages that your workers speak")),
        Ticks("suitability.worker_sexes", translatable("People can ask to see"), lambda: SEXES),
    )


def _where(places: EntryPlaces) -> Sequence[EntryField]:
    return (
        Ticks(
            "suitability.delivery", translatable("How people meet you"), _labels(vocabulary.delivery_modes)
        ),
        Places(places),
        Ticks("suitability.access", translatable("Access"), _labels(vocabulary.access_terms)),
    )


def _join() -> Sequence[EntryField]:
    return (
        HowToJoin(translatable("How people join"), lambda: WAYS_IN),
        Phones(),
        Line(
            "email",
            translatable("Email"),
            translatable("Everybody sees it: give the group's, not a person's"),
            type="email",
            check=is_email,
        ),
        Line("url", translatable("Web page"), type="url", check=is_web_address),
    )


def _labels(terms: Callable[[], Mapping[str, vocabulary.Term]]) -> Callable[[], Options]:
    return lambda: [(code, term.label) for code, term in terms().items()]


def _languages(name: str, label: str) -> Ticks:
    return Ticks(
        name,
        label,
        lambda: [(code, language.label) for code, language in vocabulary.languages().items()],
        told=lambda code, _label: language_name(code),
    )
