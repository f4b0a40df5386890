"""Why a service stands where it stands among the results: each part of its points in words."""

from dataclasses import dataclass

from markupsafe import Markup

from services.directory.entrypoints.finding.told_choices import WHEN_WORDS, label_of, language_name
from services.directory.search.query import Result, Why
from shared.web.phrases import phrase, translatable

PLAIN = {
    "distance": translatable("It is some way off"),
    "space": translatable("It has space now"),
    "full": translatable("It is full for now"),
    "confirmed-lately": translatable("Somebody checked it lately"),
    "stale": translatable("Nobody has checked it for months"),
    "old": translatable("Nobody has checked it for a year or more"),
}
MEANT = {
    "needs": "need",
    "groups": "group",
    "languages": "language",
    "access": "access",
    "delivery": "delivery",
}


@dataclass(frozen=True, slots=True)
class Reason:
    words: Markup
    points: str


def told_reasons(result: Result) -> list[Reason]:
    """The parts add up to the points of the service; the heaviest comes first."""
    ordered = sorted(result.why, key=lambda why: -abs(why.points))
    return [Reason(_words(why), signed(why.points)) for why in ordered]


def signed(points: int) -> str:
    return f"+{points}" if points > 0 else str(points).replace("-", "\N{MINUS SIGN}")


def _words(why: Why) -> Markup:
    if why.part in PLAIN:
        return phrase(PLAIN[why.part])
    told = why.told
    if why.part == "words":
        return phrase("It has the word “%(word)s”", word=told[0])
    if why.part == "meant":
        return _meant(*told)
    if why.part == "group":
        return phrase("It is good for: %(group)s", group=label_of("group", told[0]))
    if why.part == "language":
        return phrase("They speak %(language)s", language=language_name(told[0]))
    return phrase("It is open when you asked: %(when)s", when=phrase(WHEN_WORDS[told[0]]))


def _meant(text: str, facet: str, code: str) -> Markup:
    if facet == "when":
        label = phrase(WHEN_WORDS[code])
    elif facet == "space":
        label = phrase("Has space now")
    elif facet == "worker_sex":
        label = phrase("A woman") if code == "female" else phrase("A man")
    else:
        label = label_of(MEANT[facet], code)
    if text == code:
        return phrase("You asked for: %(label)s", label=label)
    return phrase("“%(word)s” means: %(label)s", word=text, label=label)
