"""The translations: one gettext catalogue for each language, read from its `.po` file when the process starts.

A string that nobody has checked carries the flag `fuzzy`. It is shown only where an operator allows it.
"""

from dataclasses import dataclass
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent / "translations"
DOMAIN = "kith"
ENGLISH = "en"
ENOUGH = 0.8  # the share of strings that a language needs before it is offered to people


class Untranslated(str):
    """A string that stayed English because there is nothing better."""

    __slots__ = ()


class _English(NullTranslations):
    """What a catalogue falls back to."""

    def gettext(self, message: str) -> str:
        return Untranslated(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return Untranslated(msgid1 if n == 1 else msgid2)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a translation is, in strings."""

    all: int
    translated: int
    unchecked: int

    def is_enough(self, *, show_unchecked: bool) -> bool:
        shown = self.translated if show_unchecked else self.translated - self.unchecked
        return shown >= ENOUGH * self.all


def po_file(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def languages_with_a_catalogue() -> tuple[str, ...]:
    """English first: it is what all strings are written in."""
    return (ENGLISH, *sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def read_catalogue(language: str) -> Catalog:
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@cache
def _known_strings() -> frozenset[str]:
    """All catalogues hold the same strings, which a test keeps so."""
    other = next((code for code in languages_with_a_catalogue() if code != ENGLISH), None)
    return (
        frozenset(str(message.id) for message in read_catalogue(other) if message.id)
        if other
        else frozenset()
    )


def are_translated(*strings: str) -> bool:
    """Whether the catalogues hold them all."""
    return _known_strings().issuperset(strings)


@cache
def progress_of(language: str) -> Progress:
    messages = [message for message in read_catalogue(language) if message.id]
    translated = [message for message in messages if message.string and all(_strings(message.string))]
    return Progress(len(messages), len(translated), sum(message.fuzzy for message in translated))


@cache
def translations(language: str, *, show_unchecked: bool) -> NullTranslations:
    """Compiled in memory: a file that somebody forgot to compile cannot be wrong."""
    if language == ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language), use_fuzzy=show_unchecked)
    compiled.seek(0)
    found = Translations(compiled, domain=DOMAIN)
    found.add_fallback(_English())
    return found


def _strings(string: object) -> tuple[str, ...]:
    return (
        (string,) if isinstance(string, str) else tuple(map(str, string if isinstance(string, tuple) else ()))
    )
