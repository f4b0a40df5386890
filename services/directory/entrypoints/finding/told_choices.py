"""The choices of a search in words, with how many services each would find, for templates to show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel import Locale
from markupsafe import Markup

from services.directory.entrypoints.finding.asked import DISTANCES, YES, Asked
from services.directory.search.entry import HAS_SPACE
from services.directory.search.query import Found
from shared.vocabulary import vocabulary
from shared.web.phrases import in_english, phrase, plural_phrase, spoken_language, translatable

WHEN_WORDS = {
    "now": translatable("Open now"),
    "today": translatable("Open today"),
    "evenings": translatable("In the evening"),
    "weekends": translatable("At the weekend"),
}
WORKER_WORDS = {"female": translatable("A woman"), "male": translatable("A man")}
TITLES = {
    "need": translatable("Helps with"),
    "group": translatable("Good for"),
    "language": translatable("Language"),
    "access": translatable("Getting in and taking part"),
    "when": translatable("When"),
    "delivery": translatable("Where"),
}
FACET_OF = {
    "need": "needs",
    "group": "groups",
    "language": "languages",
    "access": "access",
    "when": "when",
    "delivery": "delivery",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick."""

    code: str
    label: Markup
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    title: Markup
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Something that was asked for, and the address that asks the same without it."""

    label: Markup
    without: str


@dataclass(frozen=True, slots=True)
class ToldChoices:
    asked: Asked
    found: Found
    place: str = ""

    def facets(self) -> Iterator[Facet]:
        """Only what somebody would find something by, or has chosen."""
        for name, facet in FACET_OF.items():
            numbers, chosen = self.found.facets.get(facet, {}), getattr(self.asked, name)
            choices = [
                Choice(code, label_of(name, code), numbers.get(code, 0), code in chosen)
                for code in _in_order(name, numbers)
                if numbers.get(code) or code in chosen
            ]
            if choices:
                yield Facet(name, phrase(TITLES[name]), choices)

    def with_space(self) -> int:
        return self.found.facets.get("space", {}).get(HAS_SPACE, 0)

    def workers(self) -> list[Choice]:
        numbers = self.found.facets.get("worker_sex", {})
        return [
            Choice(code, phrase(words), numbers.get(code, 0), self.asked.worker == code)
            for code, words in WORKER_WORDS.items()
            if numbers.get(code) or self.asked.worker == code
        ]

    def distances(self) -> list[Choice]:
        return [Choice(str(km), told_miles(miles), 0, self.asked.km == km) for km, miles in DISTANCES.items()]

    def chosen(self) -> Iterator[Chosen]:
        asked = self.asked
        if self.place:
            label = phrase("Near %(place)s", place=in_english(self.place))
            yield Chosen(label, asked.but(near="", km=None, sort="best").to())
        if asked.km is not None and self.place:
            yield Chosen(told_miles(DISTANCES[asked.km]), asked.but(km=None).to())
        for name in FACET_OF:
            for code in getattr(asked, name):
                yield Chosen(label_of(name, code), asked.without(name, code).to())
        if asked.age is not None:
            yield Chosen(phrase("Age %(age)s", age=asked.age), asked.but(age=None).to())
        if asked.worker:
            worker = phrase("Helped by: %(who)s", who=phrase(WORKER_WORDS[asked.worker]))
            yield Chosen(worker, asked.but(worker="").to())
        if asked.space:
            yield Chosen(phrase("Has space now"), asked.but(space=False).to())

    def carried(self) -> dict[str, str]:
        """What the form keeps though nobody sees it."""
        return {name: value for name, value in (("near", self.asked.near),) if value}

    def as_asked(self) -> str:
        return self.asked.but(exactly=True).to()

    @property
    def yes(self) -> str:
        return YES


def told_miles(miles: int) -> Markup:
    return plural_phrase("Up to %(num)s mile away", "Up to %(num)s miles away", miles)


def label_of(name: str, code: str) -> Markup:
    if name == "language":
        return language_name(code)
    if name == "when":
        return phrase(WHEN_WORDS[code])
    term = _terms(name).get(code)
    return phrase(term.label) if term else in_english(code)


def language_name(code: str) -> Markup:
    """In the language of the page, where the world's list of names has it."""
    known = vocabulary.languages().get(code.partition("-")[0].lower())
    english = known.label if known else code
    if spoken_language() == "en" or known is None:
        return in_english(english)
    own = Locale.parse(spoken_language()).languages.get(known.code)
    return Markup("{}").format(own) if own else in_english(english)


def _terms(name: str) -> Mapping[str, vocabulary.Term]:
    return {
        "need": vocabulary.needs,
        "group": vocabulary.groups,
        "access": vocabulary.access_terms,
        "delivery": vocabulary.delivery_modes,
    }[name]()


def _in_order(name: str, numbers: Mapping[str, int]) -> list[str]:
    """As the vocabulary has them; languages by how many services speak them."""
    if name == "language":
        return sorted(vocabulary.languages(), key=lambda code: (-numbers.get(code, 0), code))
    return list(WHEN_WORDS) if name == "when" else list(_terms(name))
