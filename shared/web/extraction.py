"""`python -m shared.web.extraction`: takes up new strings into all catalogues and says how far each language is.

New strings are marked `fuzzy` by whoever lets a machine translate them; a person who has checked one takes the mark off.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from shared.web.catalogues import (
    DOMAIN,
    ENGLISH,
    languages_with_a_catalogue,
    po_file,
    progress_of,
    read_catalogue,
)

ROOT = Path(__file__).parent.parent.parent
OF_SERVICES = tuple(
    f"services/{name}/entrypoints" for name in ("capacity", "directory", "notify", "outcomes", "referral")
)
TEMPLATES = ("shared/web/templates", *(f"{folder}/templates" for folder in OF_SERVICES))
PYTHON = (*OF_SERVICES, "shared/security", "shared/service_defaults", "shared/web")
VOCABULARIES = ("needs", "groups", "access", "delivery", "help_to_attend")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "translatable": None,
    "error_message": None,
    "phrase": None,
    "plural_phrase": (1, 2),
}
OF_TEMPLATES = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "encoding": "utf-8",
    "extensions": "jinja2.ext.do",
}
WIDTH = 110


def extracted() -> Catalog:
    """Every string that pages translate, from templates, code and vocabularies; the gallery is for us alone."""
    catalog = Catalog(domain=DOMAIN, project="Kith", charset="utf-8", fuzzy=False)
    for message in sorted({*_from_templates(), *_from_code(), *_from_vocabularies()}, key=str):
        catalog.add(message)
    return catalog


Message = str | tuple[str, ...]


def _from_templates() -> Iterator[Message]:
    for folder in TEMPLATES:
        for file in sorted((ROOT / folder).rglob("*.html")):
            if "gallery" not in file.parts:
                found = extract_from_file("jinja2", file, keywords=KEYWORDS, options=OF_TEMPLATES)
                yield from (message for _, message, _, _ in found)


def _from_code() -> Iterator[Message]:
    for folder in PYTHON:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield from (message for _, message, _, _ in extract_from_file("python", file, keywords=KEYWORDS))


def _from_vocabularies() -> Iterator[Message]:
    for name in VOCABULARIES:
        for term in json.loads((ROOT / "shared" / "vocabulary" / f"{name}.json").read_text(encoding="utf-8")):
            yield from (term["label"], term["hint"])


def update(language: str, template: Catalog) -> None:
    catalog = read_catalogue(language)
    before = catalog.creation_date  # else every run would be a change
    catalog.update(template, no_fuzzy_matching=True)
    catalog.creation_date = before
    catalog.obsolete.clear()
    with po_file(language).open("wb") as file:
        write_po(
            file,
            catalog,
            no_location=True,
            omit_header=False,
            sort_output=True,
            width=WIDTH,
            ignore_obsolete=True,
        )


def main() -> None:
    template = extracted()
    for language in languages_with_a_catalogue():
        if language == ENGLISH:
            continue
        update(language, template)
        progress_of.cache_clear()
        now = progress_of(language)
        print(
            f"{language}: {now.translated} of {now.all} translated, {now.unchecked} not checked by a person"
        )


if __name__ == "__main__":
    main()
