"""The pages on which an entry is looked after, for whoever may: somebody signed in, or with an organisation's link."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.errors import (
    CannotBeUndone,
    EntryDoesNotFit,
    RevisionNotFound,
    ServiceChangedMeanwhile,
    ServiceNotFound,
)
from services.directory.domain.revision import ChangedBy
from services.directory.entrypoints.entries.entry_draft import Draft, drafted
from services.directory.entrypoints.entries.entry_fields import Typed
from services.directory.entrypoints.entries.entry_sections import STATUSES, Section
from services.directory.entrypoints.entries.entry_view import EntryView, told_state
from services.directory.entrypoints.entries.entry_words import EntryWords, ToldChange
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.storage.entry_rows import Entry, ListedEntry, Within, find_entry, list_entries
from services.directory.storage.organisation_tree import leads_among
from services.directory.storage.revision_rows import revisions_of
from services.directory.use_cases.edit_entry import Editing, confirm_entry, edit_entry, take_source_word
from services.directory.use_cases.undo_edit import undo_edit
from shared.postgres.pool import Pool, transaction
from shared.security.revoked_links import revoke_links_of
from shared.security.staff import NotThere
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import KithError
from shared.vocabulary.vocabulary import LONDON_AREA
from shared.web.listing import Cell, Column, Plan, arrange
from shared.web.pages import render
from shared.web.phrases import in_english, phrase, translatable

MOST_LISTED = 1000
LONGEST_SEARCH = 100  # characters, as lists have it
NOT_CARRIED = frozenset({"csrf", "seen_version", "go"})


class EntryChangedMeanwhile(KithError):
    status = 409
    slug = "entry-changed-meanwhile"
    title = translatable("This entry has changed since you looked")
    what_to_do = translatable("Go back, load the page again, and look at it once more.")


class NotToBeTakenBack(KithError):
    status = 409
    slug = "cannot-be-taken-back"
    title = translatable("This change cannot be taken back now")
    what_to_do = translatable(
        "It was taken back already, or a later change is about the same. Take that one back first."
    )


class DoesNotFit(KithError):
    status = 409
    slug = "entry-does-not-fit"
    title = translatable("This does not fit the rest of the entry")
    what_to_do = translatable("Change the entry by its form instead.")


@dataclass(frozen=True, slots=True)
class Editor:
    """Who looks after entries here: how they are remembered, under which address, and which entries are theirs."""

    by: ChangedBy
    base: str
    on: date
    check: Callable[[Entry], None]

    @property
    def by_link(self) -> bool:
        return self.by.kind == "link"

    def editing(self, service_id: UUID, seen_version: int) -> Editing:
        return Editing(service_id, seen_version, self.by, self.on)


@dataclass(frozen=True, slots=True)
class EntryDesk:
    pool: Pool
    clock: Clock
    words: EntryWords

    async def show_all(self, request: Request, editor: Editor, within: Within) -> Response:
        words = request.query_params.get("search", "").strip().replace("\0", "")[:LONGEST_SEARCH]
        async with transaction(self.pool) as connection:
            entries = await list_entries(
                connection, within, area_of_all=LONDON_AREA, most=MOST_LISTED, words=words
            )
            leads = [] if editor.by_link else await leads_among(connection, within.organisations)
        return self._page(
            request,
            "entries.html",
            editor,
            entries=lambda: arrange(request, entries, _plan(editor)),
            leads=leads,
            cut_off=len(entries) == MOST_LISTED,
        )

    async def show_one(self, request: Request, editor: Editor, service_id: UUID) -> Response:
        with entry_problems():
            async with transaction(self.pool) as connection:
                entry = await find_entry(connection, service_id)
                editor.check(entry)
                revisions = await revisions_of(connection, service_id)
        view = EntryView(entry, editor.on, revisions, self.words)
        return self._page(request, "entry.html", editor, entry=entry, view=view)

    async def show_form(self, request: Request, editor: Editor, service_id: UUID, section: str) -> Response:
        entry, asked = await self._found(editor, service_id), self._section(section)
        answers: dict[str, Sequence[str]] = {}
        for field in asked.fields:
            answers |= field.shown(entry.document)
        return self._form(request, editor, entry, asked, answers, entry.version)

    async def go_on(
        self, request: Request, editor: Editor, service_id: UUID, section: str, typed: Typed
    ) -> Response:
        """The form again where something is wrong or shall be changed; else what would change; then saved."""
        entry, asked = await self._found(editor, service_id), self._section(section)
        draft, seen = drafted(entry, asked, typed), typed.one("seen_version")
        go = typed.one("go")
        if asked.asks_for_more(typed):
            return self._form(request, editor, entry, asked, typed.values, seen)
        if draft.wrong or go == "change":
            status = 422 if draft.wrong else 200
            return self._form(
                request, editor, entry, asked, typed.values, seen, wrong=draft.wrong, status=status
            )
        if seen != str(entry.version):
            return self._check(request, editor, entry, asked, typed, draft, status=409)
        if go != "save" or not draft.changes:
            return self._check(request, editor, entry, asked, typed, draft)
        return await self._save(request, editor, entry, asked, typed, draft)

    async def act(self, editor: Editor, service_id: UUID, seen_version: int, act: str) -> Response:
        """Still right, `undo:` a revision, `take:` the source's word in a field, or no link of theirs works any more."""
        kind, _, about = act.partition(":")
        with entry_problems():
            entry = await self._found(editor, service_id)
            editing = editor.editing(service_id, seen_version)
            async with transaction(self.pool) as connection:
                match kind:
                    case "still-right":
                        await confirm_entry(connection, editing)
                    case "undo":
                        await undo_edit(connection, editing, _uuid(about))
                    case "take":
                        await take_source_word(connection, editing, about)
                    case "end-links" if not editor.by_link:
                        await revoke_links_of(connection, entry.service.organisation_id, self.clock())
                    case _:
                        raise NotThere
        return RedirectResponse(f"{editor.base}/{service_id}", 303)

    async def _save(
        self, request: Request, editor: Editor, entry: Entry, asked: Section, typed: Typed, draft: Draft
    ) -> Response:
        """Whoever saved in the same moment was first: then this one sees what they did."""
        try:
            with entry_problems():
                async with transaction(self.pool) as connection:
                    await edit_entry(connection, editor.editing(entry.id, entry.version), draft.said)
        except EntryChangedMeanwhile:
            now = await self._found(editor, entry.id)
            return self._check(request, editor, now, asked, typed, drafted(now, asked, typed), status=409)
        return RedirectResponse(f"{editor.base}/{entry.id}", 303)

    async def _found(self, editor: Editor, service_id: UUID) -> Entry:
        with entry_problems():
            async with transaction(self.pool) as connection:
                entry = await find_entry(connection, service_id)
            editor.check(entry)
        return entry

    def _section(self, code: str) -> Section:
        if code not in self.words.sections:
            raise NotThere
        return self.words.sections[code]

    def _form(
        self,
        request: Request,
        editor: Editor,
        entry: Entry,
        section: Section,
        answers: Mapping[str, Sequence[str]],
        seen: object,
        wrong: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        return self._page(
            request,
            "entry_form.html",
            editor,
            entry=entry,
            section=section,
            answers=answers,
            seen=seen,
            wrong=wrong or {},
            faults=[{"text": words, "href": f"#{key}"} for key, words in (wrong or {}).items()],
            status=status,
        )

    def _check(
        self,
        request: Request,
        editor: Editor,
        entry: Entry,
        section: Section,
        typed: Typed,
        draft: Draft,
        status: int = 200,
    ) -> Response:
        carried = [
            (key, value) for key, all_of in typed.values.items() if key not in NOT_CARRIED for value in all_of
        ]
        return self._page(
            request,
            "entry_check.html",
            editor,
            entry=entry,
            section=section,
            changes=[ToldChange(each, self.words) for each in draft.changes],
            meanwhile=status == EntryChangedMeanwhile.status,
            carried=carried,
            status=status,
        )

    def _page(
        self, request: Request, template: str, editor: Editor, status: int = 200, **shown: Any
    ) -> Response:
        return render(
            request,
            template,
            templates=TEMPLATES,
            status=status,
            base=editor.base,
            by_link=editor.by_link,
            translated=True,
            headers={"cache-control": "no-store"},
            **shown,
        )


@contextmanager
def entry_problems() -> Iterator[None]:
    """Refusals of the domain as what the caller is told."""
    try:
        yield
    except (ServiceNotFound, RevisionNotFound) as error:
        raise NotThere from error
    except ServiceChangedMeanwhile as error:
        raise EntryChangedMeanwhile from error
    except CannotBeUndone as error:
        raise NotToBeTakenBack from error
    except EntryDoesNotFit as error:
        raise DoesNotFit from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotThere from error


def _plan(editor: Editor) -> Plan[ListedEntry]:
    """In the language of the page."""
    statuses = dict(STATUSES)

    def state(entry: ListedEntry) -> Cell:
        words, colour = told_state(entry.confirmed_on, editor.on)
        return Cell(words, tag=colour)

    def status(entry: ListedEntry) -> Cell:
        return Cell(phrase(statuses[entry.status]) if entry.status in statuses else in_english(entry.status))

    return Plan(
        phrase("Entries, those that need a look first"),
        (
            Column(
                "name",
                phrase("Service"),
                lambda entry: Cell(in_english(entry.name), href=f"{editor.base}/{entry.id}"),
                by=lambda entry: entry.name.casefold(),
            ),
            Column(
                "organisation",
                phrase("Organisation"),
                lambda entry: Cell(in_english(entry.organisation)),
                by=lambda entry: entry.organisation.casefold(),
            ),
            Column("status", phrase("Runs"), status),
            Column("state", phrase("Entry"), state, by=lambda entry: entry.confirmed_on or date.min),
        ),
    )
