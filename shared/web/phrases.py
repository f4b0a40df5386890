"""Strings in the page's language. What stays English on a foreign page says so in its markup.

In templates `_("…")` and `{% trans %}`; in Python `translatable("…")` marks a string that a template translates later,
and `phrase("…")` and `plural_phrase("…", "…", number)` translate at once: in functions that templates call.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from markupsafe import Markup, escape

from shared.web.catalogues import ENGLISH, Untranslated, translations

ENGLISH_SPAN = '<span lang="en" dir="ltr">{}</span>'


@dataclass(frozen=True, slots=True)
class _Speech:
    language: str
    translations: NullTranslations


_current: ContextVar[_Speech] = ContextVar("speech", default=_Speech(ENGLISH, NullTranslations()))  # noqa: B039 - frozen


class EnglishPhrase(Markup):
    """Escaped text that stayed English; in a page it is marked so, in an attribute it is `| plain`."""

    __slots__ = ()

    def __html__(self) -> str:  # type: ignore[override]  # the escaped text of a page is any string
        return ENGLISH_SPAN.format(str(self))


@contextmanager
def speaking(language: str, *, show_unchecked: bool) -> Iterator[None]:
    """All phrases, dates and numbers inside are in this language."""
    before = _current.set(_Speech(language, translations(language, show_unchecked=show_unchecked)))
    try:
        yield
    finally:
        _current.reset(before)


def spoken_language() -> str:
    return _current.get().language


def translatable(message: str) -> str:
    """Marks a string for the catalogues; it is translated where it is shown."""
    return message


def phrase(message: str, /, **values: Any) -> Markup:
    """The translated string as HTML. The string itself is ours; the values are escaped."""
    return _filled(_current.get().translations.gettext(str(message)), values) if message else Markup()


def plural_phrase(one: str, many: str, num: int, /, **values: Any) -> Markup:
    return _filled(_current.get().translations.ngettext(one, many, num), {"num": num, **values})


def in_english(text: object) -> Markup:
    """What stays English on purpose, such as wording under licence or records as they are kept."""
    shown = escape(text)
    return shown if spoken_language() == ENGLISH else EnglishPhrase(str(shown))


def error_message(fault: str | None) -> dict[str, Markup] | None:
    """What is wrong with a field, as the design system's macros take it; nothing where nothing is."""
    return {"text": phrase(fault), "visuallyHiddenText": phrase("Error")} if fault else None


def plain(shown: object) -> str:
    """Text alone, for attributes and titles."""
    if not hasattr(shown, "__html__"):
        return str(shown)
    return Markup(str(shown)).striptags()  # noqa: S704 - what is left is escaped again where it is shown


def _filled(found: str, values: dict[str, Any]) -> Markup:
    text = (Markup(found) % values) if values or "%%" in found else Markup(found)  # noqa: S704 - our own strings
    return EnglishPhrase(str(text)) if isinstance(found, Untranslated) else text
