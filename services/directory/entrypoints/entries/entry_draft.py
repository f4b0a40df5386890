"""What a form about an entry would change, before it is saved."""

from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile

from services.directory.domain.differences import Change, differences
from services.directory.entrypoints.entries.entry_fields import NotRight, Typed
from services.directory.entrypoints.entries.entry_sections import Section
from services.directory.storage.entry_rows import Entry
from services.directory.storage.own_fields import OwnFields, overlaid
from services.directory.storage.stored_documents import service_document
from shared.web.phrases import translatable

MOST_FIELDS = 1000
WRONG_WAY_ROUND = translatable("The oldest age must not be below the youngest")
DOES_NOT_FIT = translatable("This does not fit together. Look at it once more")
NEVER_TYPED = {ord(each): None for each in map(chr, range(32)) if each not in "\t\n\r"} | {0x7F: None}


@dataclass(frozen=True, slots=True)
class Draft:
    """`said` are the entry's own words in the fields that change; `wrong` what has to be put right first."""

    changes: tuple[Change, ...] = ()
    said: OwnFields = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


async def read_typed(request: Request) -> Typed:
    """A form of many fields; files and characters that nobody types are left out."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        values: dict[str, list[str]] = {}
        for key, value in form.multi_items():
            if not isinstance(value, UploadFile):
                values.setdefault(key, []).append(value.translate(NEVER_TYPED))
        return Typed(values)


def drafted(entry: Entry, section: Section, typed: Typed) -> Draft:
    """All fields of the section are read, so that all faults are told at once."""
    document = entry.document
    said: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for each in section.fields:
        try:
            said |= each.read(typed, document)
        except NotRight as fault:
            wrong[fault.key] = fault.words
    if wrong:
        return Draft(wrong=wrong)
    low, high = (said.get(f"suitability.{end}_age") for end in ("minimum", "maximum"))
    if isinstance(low, int) and isinstance(high, int) and low > high:
        return Draft(wrong={"suitability.maximum_age": WRONG_WAY_ROUND})
    return _compared(entry, section, said)


def _compared(entry: Entry, section: Section, said: OwnFields) -> Draft:
    try:
        after = overlaid(entry.fed, {**entry.own_fields, **said})
    except ValueError:
        first = next(iter(section.fields))
        return Draft(wrong={first.name: DOES_NOT_FIT})
    changes = differences(entry.document, service_document(after))
    changed = {change.field for change in changes}
    return Draft(changes, {name: value for name, value in said.items() if name in changed})
