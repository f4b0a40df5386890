"""Whose lists the directory reads, what became of each record, and what an operator decides about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from services.directory.entrypoints.feeds.feed_words import (
    FINDINGS,
    KINDS,
    SourceView,
    as_csv,
    feed_problems,
    numbers_of,
    where_of,
)
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.feeds.run import FindingKind
from services.directory.feeds.sheet_columns import template
from services.directory.feeds.source import FeedSource, SourceKind
from services.directory.feeds.workbook_rows import MEDIA_TYPE as WORKBOOK
from services.directory.feeds.workbook_template import workbook_template
from services.directory.storage.finding_rows import count_by_kind, list_findings
from services.directory.storage.run_rows import KeptRun, latest_runs, runs_of
from services.directory.storage.source_rows import list_sources
from services.directory.use_cases import keep_sources
from shared.access.decide import Facts
from shared.access.roles import Role
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, Pool, transaction
from shared.security.staff import Permit, allowed
from shared.service_defaults.clock import Clock
from shared.vocabulary.areas import AreaKind, areas
from shared.web.csv_sheet import sheet_answer
from shared.web.pages import render

LIST = "/directory/feeds"
SHOWN_RUNS = 20
PER_PAGE = 100
MOST_IN_A_SHEET = 100_000  # findings
PLACES: tuple[AreaKind, ...] = ("ics", "borough")

MayRead = Annotated[Permit, Depends(allowed(Verb.READ, Thing.FEED))]
MayAdd = Annotated[Permit, Depends(allowed(Verb.CREATE, Thing.FEED))]
MayChange = Annotated[Permit, Depends(allowed(Verb.CHANGE, Thing.FEED))]
Line = Annotated[str, Form(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
OptionalLine = Annotated[str, Form(max_length=2_000, pattern=r"^[^\x00-\x1f]*$")]
Tick = Annotated[bool, Form()]
"""A box that is not ticked is not sent."""


@dataclass(frozen=True, slots=True)
class FeedDesk:
    """What the pages about feeds work with."""

    pool: Pool
    clock: Clock
    runner: FeedRunner

    async def source(self, connection: Connection, source_id: UUID, permit: Permit) -> FeedSource:
        """Raises NotThere for one out of reach."""
        with feed_problems():
            source = await keep_sources.find_source(connection, source_id)
        permit.check(Facts(Thing.FEED, area=source.area))
        return source

    async def report(
        self, connection: Connection, run_id: UUID, permit: Permit
    ) -> tuple[FeedSource, KeptRun]:
        with feed_problems():
            source, run = await keep_sources.find_report(connection, run_id)
        permit.check(Facts(Thing.FEED, area=source.area))
        return source, run


def feed_pages_router(pool: Pool, clock: Clock, runner: FeedRunner) -> APIRouter:
    desk = FeedDesk(pool, clock, runner)
    router = APIRouter(prefix=LIST, include_in_schema=False)
    _add_list(router, desk)
    _add_reports(router, desk)
    _add_source(router, desk)
    _add_decisions(router, desk)
    return router


def _add_list(router: APIRouter, desk: FeedDesk) -> None:
    @router.get("")
    async def show_all(request: Request, permit: MayRead) -> Response:
        everywhere = _is_operator(permit)
        async with transaction(desk.pool) as connection:
            listed = await list_sources(connection, all_of_them=everywhere, areas=sorted(permit.areas()))
            runs = await latest_runs(connection, [source.id for source, _ in listed])
        views = [SourceView(source, next_at, runs.get(source.id)) for source, next_at in listed]
        choices = _choices(desk) if everywhere else {}
        return render(
            request, "feeds.html", templates=TEMPLATES, sources=views, may_add=everywhere, **choices
        )

    @router.get("/sheet.csv")
    async def empty_sheet(permit: MayRead) -> Response:  # noqa: ARG001
        """The simple sheet to fill in."""
        return sheet_answer(template(), "services.csv")

    @router.get("/sheet.xlsx")
    async def empty_workbook(permit: MayRead) -> Response:  # noqa: ARG001
        """The same for Excel, where what is typed stays as it is typed."""
        headers = {
            "content-disposition": 'attachment; filename="services.xlsx"',
            "cache-control": "no-store",
        }
        return Response(workbook_template(), media_type=WORKBOOK, headers=headers)

    @router.post("")
    async def add(
        permit: MayAdd,
        name: Line,
        kind: Annotated[SourceKind, Form()],
        address: OptionalLine = "",
        area: OptionalLine = "",
        every_hours: Annotated[int | None, Form()] = None,
        *,
        routable: Tick = False,
    ) -> Response:
        with feed_problems():
            source = FeedSource(
                uuid4(),
                name.strip(),
                kind,
                address.strip() or None,
                area if area in _area_names(desk) else None,
                routable=routable,
                every_hours=every_hours,
            )
        permit.check(Facts(Thing.FEED, area=source.area))
        async with transaction(desk.pool) as connection:
            await keep_sources.add_source(connection, source, added_by=permit.member_id, now=desk.clock())
        return RedirectResponse(f"{LIST}/{source.id}", 303)


def _add_reports(router: APIRouter, desk: FeedDesk) -> None:
    @router.get("/runs/{run_id}")
    async def show_run(
        request: Request,
        run_id: UUID,
        permit: MayRead,
        kind: FindingKind | None = None,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    ) -> Response:
        async with transaction(desk.pool) as connection:
            source, run = await desk.report(connection, run_id, permit)
            counts = await count_by_kind(connection, run_id)
            after = (page - 1) * PER_PAGE
            found = await list_findings(connection, run_id, kind, most=PER_PAGE + 1, after=after)
        return render(
            request,
            "feed_run.html",
            templates=TEMPLATES,
            source=source,
            view=SourceView(source, None, run),
            run=run,
            numbers=numbers_of(run),
            findings=[(each, where_of(each), FINDINGS[each.kind]) for each in found[:PER_PAGE]],
            kinds=[(each, text, counts[each]) for each, text in FINDINGS.items() if counts.get(each)],
            kind=kind,
            may_change=_is_operator(permit),
            earlier=_page_address(run_id, kind, page - 1) if page > 1 else None,
            later=_page_address(run_id, kind, page + 1) if len(found) > PER_PAGE else None,
        )

    @router.get("/runs/{run_id}/report.csv")
    async def run_as_sheet(run_id: UUID, permit: MayRead) -> Response:
        async with transaction(desk.pool) as connection:
            await desk.report(connection, run_id, permit)
            found = await list_findings(connection, run_id, None, most=MOST_IN_A_SHEET)
        return sheet_answer(as_csv(found), "report.csv")

    @router.post("/runs/{run_id}/withdraw-missing")
    async def withdraw_missing(run_id: UUID, permit: MayChange) -> Response:
        async with transaction(desk.pool) as connection:
            await desk.report(connection, run_id, permit)
            with feed_problems():
                await keep_sources.confirm_missing(connection, run_id, desk.clock())
        return RedirectResponse(f"{LIST}/runs/{run_id}", 303)


def _add_source(router: APIRouter, desk: FeedDesk) -> None:
    @router.get("/{source_id}")
    async def show_source(request: Request, source_id: UUID, permit: MayRead) -> Response:
        async with transaction(desk.pool) as connection:
            source = await desk.source(connection, source_id, permit)
            runs = await runs_of(connection, source_id, SHOWN_RUNS)
        views = [SourceView(source, None, run) for run in runs]
        return render(
            request,
            "feed.html",
            templates=TEMPLATES,
            source=source,
            view=views[0] if views else SourceView(source, None, None),
            runs=views,
            may_change=_is_operator(permit),
        )

    @router.post("/{source_id}/file", form_limits={"max_files": 1})
    async def hand_over(source_id: UUID, permit: MayChange, file: Annotated[UploadFile, File()]) -> Response:
        """A small file is read at once, while whoever sends it waits."""
        async with transaction(desk.pool) as connection:
            source = await desk.source(connection, source_id, permit)
        with feed_problems():
            run_id = await desk.runner.run_given(source, await file.read())
        return RedirectResponse(f"{LIST}/runs/{run_id}", 303)


def _add_decisions(router: APIRouter, desk: FeedDesk) -> None:
    @router.post("/{source_id}/read")
    async def read(source_id: UUID, permit: MayChange, *, anew: Tick = False) -> Response:
        async with transaction(desk.pool) as connection:
            await desk.source(connection, source_id, permit)
            await keep_sources.read_now(connection, source_id, desk.clock(), anew=anew)
        return RedirectResponse(f"{LIST}/{source_id}", 303)

    @router.post("/{source_id}/active")
    async def pause_or_go_on(
        source_id: UUID, permit: MayChange, *, active: Annotated[bool, Form()]
    ) -> Response:
        async with transaction(desk.pool) as connection:
            await desk.source(connection, source_id, permit)
            await keep_sources.pause_or_go_on(connection, source_id, active=active)
        return RedirectResponse(f"{LIST}/{source_id}", 303)

    @router.post("/{source_id}/services/{service_id}/keep")
    async def keep(source_id: UUID, service_id: UUID, permit: MayChange) -> Response:
        """From now on this source says what the service is."""
        async with transaction(desk.pool) as connection:
            await desk.source(connection, source_id, permit)
            with feed_problems():
                await keep_sources.let_source_keep(connection, source_id, service_id, desk.clock())
        return RedirectResponse(f"{LIST}/{source_id}", 303)


def _is_operator(permit: Permit) -> bool:
    """Whoever reads all reports keeps the sources too; see the access table."""
    return Role.OPERATOR in permit.caller.roles()


def _area_names(desk: FeedDesk) -> Mapping[str, str]:
    today = desk.clock().date()
    return {code: name for kind in PLACES for code, name in areas().of_kind(kind, today).items()}


def _choices(desk: FeedDesk) -> dict[str, Any]:
    return {"kinds": list(KINDS.items()), "areas": sorted(_area_names(desk).items(), key=lambda one: one[1])}


def _page_address(run_id: UUID, kind: str | None, page: int) -> str:
    chosen = f"kind={kind}&" if kind else ""
    return f"{LIST}/runs/{run_id}?{chosen}page={page}"
