"""One opening of an entry in a line, for those who look after it: all of it, also what is over."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from markupsafe import Markup
from pydantic import TypeAdapter

from services.directory.domain.opening import Opening
from services.directory.entrypoints.entries.entry_dates import shown_days
from services.directory.entrypoints.entries.entry_fields import Document
from services.directory.entrypoints.finding.told_times import told_opening
from shared.web.phrases import in_english, phrase

_OPENINGS: TypeAdapter[Opening] = TypeAdapter(Opening)


def opening_words(document: Document) -> Markup:
    return Markup(", ").join(_parts(_OPENINGS.validate_python(dict(document))))


def _parts(opening: Opening) -> Iterator[Markup]:
    rule = told_opening(replace(opening, description=None, not_on=(), also_on=()), date.min)
    if rule is not None:
        yield rule
    if opening.description:
        yield in_english(opening.description)
    if rule is None and not opening.description:
        yield phrase("Nothing said")
    if opening.not_on:
        yield phrase("not on %(days)s", days=shown_days(opening.not_on))
    if opening.also_on:
        yield phrase("also on %(days)s", days=shown_days(opening.also_on))
