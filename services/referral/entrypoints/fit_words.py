"""Why a group fits, in words that serve the person who chooses and the group that is asked alike."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup

from services.referral.entrypoints.plain_words import WORKERS, area_label, language_said, name_of
from shared.vocabulary.vocabulary import access_terms, all_needs, groups, languages
from shared.web.phrases import phrase


def fit_in_words(codes: Iterable[str], area: str) -> Sequence[Markup]:
    """Each reason that has words today: codes of another release are left out."""
    said = []
    for code in codes:
        kind, _, what = code.partition(":")
        words = WORDS[kind](what, area) if kind in WORDS else None
        if words:
            said.append(words)
    return said


def _distance(band: str, area: str) -> Markup:
    name = name_of(area_label(area))
    if band == "over":
        return phrase("More than 10 miles from the middle of %(area)s", area=name)
    return phrase("Within %(miles)s miles of the middle of %(area)s", miles=band, area=name)


def _need(code: str, _: str) -> Markup | None:
    return (
        phrase("Helps with: %(need)s", need=phrase(all_needs()[code].label)) if code in all_needs() else None
    )


def _group(code: str, _: str) -> Markup | None:
    return phrase("For: %(group)s", group=phrase(groups()[code].label)) if code in groups() else None


def _access(code: str, _: str) -> Markup | None:
    return phrase(access_terms()[code].label) if code in access_terms() else None


def _language(code: str, _: str) -> Markup | None:
    known = languages().get(code)
    return phrase("Speaks %(language)s", language=language_said(known)) if known else None


WORDS: Mapping[str, Callable[[str, str], Markup | None]] = {
    "need": _need,
    "group": _group,
    "language": _language,
    "access": _access,
    "worker": lambda sex, _: phrase(WORKERS[sex]) if sex in WORKERS else None,
    "hours": lambda _, __: phrase("Open in the evening or at weekends"),
    "way": lambda _, __: phrase("At home, by phone or online"),
    "distance": _distance,
}
