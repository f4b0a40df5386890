"""The catalogues hold what the pages say, whole and in order."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from shared.web.catalogues import languages_with_a_catalogue, progress_of, read_catalogue
from shared.web.extraction import extracted
from shared.web.languages import direction_of

LANGUAGES = [language for language in languages_with_a_catalogue() if language != "en"]
MARKUP = re.compile(r"<[^>]+>|%\(\w+\)s")
NUMBER = "%(num)s"
GROUPED = re.compile(r"\d[ -]\d")
ISOLATED = re.compile("\u2066[^\u2066\u2069]+\u2069")


def messages(language: str) -> Iterator[Message]:
    return (message for message in read_catalogue(language) if message.id)


def marked(words: str, but: str = "") -> list[str]:
    return sorted(found for found in MARKUP.findall(words) if found != but)


def test_first_languages_are_there() -> None:
    assert set(LANGUAGES) >= {"so", "ar", "bn", "pl"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogue_has_every_string_of_the_pages_and_no_other(language: str) -> None:
    said = {message.id for message in extracted() if message.id}

    assert {message.id for message in messages(language)} == said, "run python -m shared.web.extraction"


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_links_and_places_for_values(language: str) -> None:
    for message in messages(language):
        if isinstance(message.string, str):
            assert marked(message.string) == marked(str(message.id)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_things_have_each_form_of_the_language(language: str) -> None:
    """A form for one, two or none alone may say so in words."""
    several = [message for message in messages(language) if message.pluralizable]
    assert several
    for message in several:
        forms = tuple(message.string or ())
        assert len(forms) == read_catalogue(language).num_plurals, message.id
        for form in forms:
            assert form
            assert marked(form, but=NUMBER) == marked(str(message.id[1]), but=NUMBER), message.id
        assert NUMBER in forms[-1]


@pytest.mark.parametrize("language", [code for code in LANGUAGES if direction_of(code) == "rtl"])
def test_numbers_of_several_groups_are_isolated_where_one_reads_from_the_right(language: str) -> None:
    """Else a browser shows 116 123 as 123 116: nobody could call it."""
    with_groups = [message for message in messages(language) if GROUPED.search(str(message.string))]

    assert with_groups
    for message in with_groups:
        assert not GROUPED.search(ISOLATED.sub("", str(message.string))), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_machine_made_strings_are_counted(language: str) -> None:
    """No person has checked any yet; whoever does takes the flag off and lowers this."""
    progress = progress_of(language)

    assert progress.translated == progress.all
    assert progress.unchecked == progress.all
