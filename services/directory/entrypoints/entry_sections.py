"""The sections in which an entry is changed, and what each of them asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.directory.entrypoints.entry_fields import (
    EntryField,
    HowToJoin,
    Line,
    Number,
    OneOf,
    Options,
    Phones,
    Ticks,
    is_email,
    is_web_address,
)
from services.directory.entrypoints.entry_places import Catchment, Places, PointOf
from services.directory.entrypoints.entry_times import Openings
from shared.vocabulary import vocabulary

STATUSES: Options = (
    ("active", "Open"),
    ("temporarily closed", "Closed for now"),
    ("inactive", "Does not run any more"),
)
SEXES: Options = (("female", "Women"), ("male", "Men"))
WAYS_IN: Options = (
    ("just-come", "People just come along"),
    ("book", "People book a place"),
    ("ask-us", "People ask us first"),
    ("referral-only", "Somebody has to refer them"),
)


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    fields: Sequence[EntryField]


def sections(point_of: PointOf) -> Mapping[str, Section]:
    found = (
        Section("what", "What it is", _what()),
        Section("who", "Who it is for", _who()),
        Section("when", "When", (Openings(),)),
        Section("where", "Where", _where(point_of)),
        Section("join", "How to join", _join()),
    )
    return {section.code: section for section in found}


def _what() -> Sequence[EntryField]:
    return (
        Line("name", "Name", needed=True),
        Line("description", "What happens there", "Short sentences in plain words", long=True),
        Ticks("suitability.needs", "What it helps with", _labels(vocabulary.needs)),
        OneOf("status", "Does it run?", lambda: STATUSES),
        Line("alert", "Something that people must know now", "Such as: closed this week"),
        Line("fees", "What it costs", "Write 'Free' if it is free"),
        Line("accreditations", "Quality marks that you hold"),
    )


def _who() -> Sequence[EntryField]:
    return (
        Ticks("suitability.suits", "Who it is good for", _labels(vocabulary.groups)),
        Ticks("suitability.does_not_suit", "Who it is not right for", _labels(vocabulary.groups)),
        Number("suitability.minimum_age", "Youngest age", "In years. Leave it empty if there is none"),
        Number("suitability.maximum_age", "Oldest age", "In years. Leave it empty if there is none"),
        Line("eligibility", "Who can come, in your words", long=True),
        Ticks("suitability.languages", "Languages that it is given in", _languages),
        Ticks("suitability.worker_languages", "Languages that your workers speak", _languages),
        Ticks("suitability.worker_sexes", "People can ask to see", lambda: SEXES),
    )


def _where(point_of: PointOf) -> Sequence[EntryField]:
    return (
        Ticks("suitability.delivery", "How people meet you", _labels(vocabulary.delivery_modes)),
        Places(point_of),
        Ticks("suitability.access", "Access", _labels(vocabulary.access_terms)),
        Catchment(),
    )


def _join() -> Sequence[EntryField]:
    return (
        HowToJoin("How people join", lambda: WAYS_IN),
        Phones(),
        Line(
            "email",
            "Email",
            "Everybody sees it: give the group's, not a person's",
            type="email",
            check=is_email,
        ),
        Line("url", "Web page", type="url", check=is_web_address),
    )


def _labels(terms: Callable[[], Mapping[str, vocabulary.Term]]) -> Callable[[], Options]:
    return lambda: [(code, term.label) for code, term in terms().items()]


def _languages() -> Options:
    return [(code, language.label) for code, language in vocabulary.languages().items()]
