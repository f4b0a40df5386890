"""`/directory/organisations/{id}/entries`: all that an organisation and those below it run, for staff who look after it."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.directory.domain.freshness import freshness_of
from services.directory.domain.space import Band, best_space
from services.directory.entrypoints.entries.entry_pages import LIST as ENTRIES
from services.directory.entrypoints.entries.entry_pages import MayChange, within
from services.directory.entrypoints.entries.entry_sections import STATUSES
from services.directory.entrypoints.entries.entry_view import told_state
from services.directory.entrypoints.finding.told_space import TAGS
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.storage.copied_signals import signals_of
from services.directory.storage.entry_rows import EntryBelow, entries_below
from services.directory.storage.organisation_tree import named_organisations, organisations_below, parent_of
from shared.postgres.pool import Pool, transaction
from shared.security.staff import NotThere, Permit
from shared.service_defaults.clock import Clock
from shared.vocabulary.vocabulary import LONDON_AREA
from shared.web.listing import Cell, Column, Plan, arrange
from shared.web.pages import render

ROUTE = "/directory/organisations/{organisation_id}/entries"
MOST_LISTED = 5000
HAVE_SPACE: frozenset[Band] = frozenset({"space", "a-few"})


def roll_up_router(pool: Pool, clock: Clock) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(ROUTE)
    async def show(request: Request, organisation_id: UUID, permit: MayChange) -> Response:
        async with transaction(pool) as connection:
            below = await organisations_below(connection, organisation_id)
            entries = await entries_below(
                connection, below, within(permit), area_of_all=LONDON_AREA, most=MOST_LISTED
            )
            if not _in_reach(permit, organisation_id, entries):
                raise NotThere
            names = {each.id: each.name for each in await named_organisations(connection, below)}
            if organisation_id not in names:
                raise NotThere
            parent = await parent_of(connection, organisation_id)
            signals = await signals_of(connection, [entry.id for entry in entries])
        bands = {id_: best_space(said, clock()).band for id_, said in signals.items()}
        return render(
            request,
            "roll_up.html",
            templates=TEMPLATES,
            name=names[organisation_id],
            parent=parent if parent and parent.id in permit.organisations() else None,
            sums=_sums(entries, bands, permit.on),
            entries=arrange(request, entries, _plan(bands, permit.on)),
            cut_off=len(entries) == MOST_LISTED,
            headers={"cache-control": "no-store"},
        )

    return router


def _in_reach(permit: Permit, organisation_id: UUID, entries: Sequence[EntryBelow]) -> bool:
    """The organisation itself, or by area something that it or one below it runs. Who is below reaches nothing above."""
    areas = permit.areas()
    return (
        permit.everywhere()
        or organisation_id in permit.organisations()
        or any((entry.area or LONDON_AREA) in areas for entry in entries)
    )


def _sums(entries: Sequence[EntryBelow], bands: Mapping[UUID, Band], on: date) -> list[list[object]]:
    """Of each organisation: entries, those that need a look, those with space."""
    by_name: dict[tuple[str, UUID], list[EntryBelow]] = {}
    for entry in entries:
        by_name.setdefault((entry.organisation, entry.organisation_id), []).append(entry)
    return [
        [
            name,
            len(of_it),
            sum(freshness_of(each.confirmed_on, on) != "fresh" for each in of_it),
            sum(bands.get(each.id) in HAVE_SPACE for each in of_it),
        ]
        for (name, _), of_it in sorted(by_name.items(), key=lambda each: (each[0][0].casefold(), each[0][1]))
    ]


def _plan(bands: Mapping[UUID, Band], on: date) -> Plan[EntryBelow]:
    statuses = dict(STATUSES)

    def state(entry: EntryBelow) -> Cell:
        words, colour = told_state(entry.confirmed_on, on)
        return Cell(words, tag=colour)

    def space(entry: EntryBelow) -> Cell:
        words, colour = TAGS.get(bands.get(entry.id, "not-known"), ("Not known", "grey"))
        return Cell(words, tag=colour)

    return Plan(
        "Entries, those that need a look first",
        (
            Column(
                "name",
                "Service",
                lambda entry: Cell(entry.name, href=f"{ENTRIES}/{entry.id}"),
                by=lambda entry: entry.name.casefold(),
            ),
            Column(
                "organisation",
                "Organisation",
                lambda entry: Cell(entry.organisation),
                by=lambda entry: entry.organisation.casefold(),
            ),
            Column("status", "Runs", lambda entry: Cell(statuses.get(entry.status, entry.status))),
            Column("state", "Entry", state, by=lambda entry: entry.confirmed_on or date.min),
            Column("space", "Space", space, by=lambda entry: bands.get(entry.id, "not-known")),
        ),
    )
