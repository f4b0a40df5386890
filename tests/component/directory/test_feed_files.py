"""Files that are handed over or fetched: tables and sheets, each finding by file, line and column."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.directory.domain.errors import FeedRefused, SourceBusy
from services.directory.entrypoints.feeds.load_command import hand_over, load
from services.directory.settings import DirectorySettings
from services.directory.storage.run_rows import KeptRun
from services.directory.use_cases.run_feed import begin_given
from shared.postgres.pool import Pool, transaction
from tests.component.directory.changing_feed import changing_feed
from tests.component.directory.feed_server import http_answer
from tests.component.directory.feed_world import FeedWorld, record
from tests.unit.directory.feeds.written_tables import tables_of

SHEET = """Service,Organisation,Areas,Helps with,Youngest age,Languages,Colour
Canal walk,Walkers,Newham,Feeling lonely,18,English,red
Night walk,Walkers,Newham,Feeling lonely,eighteen,English,red
Morning walk,Walkers,Newham,Feeling lonely,,English,red
"""


@pytest.fixture
def world(pool: Pool) -> FeedWorld:
    return FeedWorld(pool)


async def places(pool: Pool, run: KeptRun) -> list[tuple[Any, ...]]:
    rows = await pool.fetch(
        "SELECT kind, record, file, line, field, rule FROM feed_findings "
        "WHERE run_id = $1 ORDER BY record, kind, line",
        run.id,
    )
    return [tuple(row) for row in rows]


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    return made.getvalue()


async def test_a_sheet_is_taken_row_by_row_and_a_bad_cell_is_named_by_line_and_column(
    world: FeedWorld,
) -> None:
    source = await world.source(None, kind="simple-sheet")

    await world.runner.run_given(source, SHEET.encode())

    run = await world.latest(source)
    assert (run.state, run.records, run.taken, run.refused) == ("done", 3, 2, 1)
    assert await places(world.pool, run) == [
        ("remark", 0, "sheet.csv", 1, "colour", "not-a-column-we-know"),
        ("taken", 1, "sheet.csv", 2, "", ""),
        ("refused", 2, "sheet.csv", 3, "youngest age", "not-a-number"),
        ("taken", 3, "sheet.csv", 4, "", ""),
    ]


async def test_the_same_sheet_again_changes_nothing_and_a_row_that_is_gone_twice_lapses(
    world: FeedWorld,
) -> None:
    source = await world.source(None, kind="simple-sheet")
    without = "\n".join(SHEET.splitlines()[:-1])
    states = []
    for body in (SHEET, SHEET, without, without):
        await world.runner.run_given(source, body.encode())
        run = await world.latest(source)
        states.append((run.taken, run.changed, run.unchanged, run.missing, run.withdrawn))
        world.clock.move(timedelta(minutes=1))

    assert states == [(2, 0, 0, 0, 0), (0, 0, 2, 0, 0), (0, 0, 1, 1, 0), (0, 0, 1, 0, 1)]


async def test_tables_are_fetched_as_a_zip_file_and_asked_for_only_when_they_are_new(
    world: FeedWorld,
) -> None:
    tables = tables_of([record(1), record(2, minimum_age=200)])
    answer = http_answer(zipped(tables), headers='etag: "one"\r\n')
    async with changing_feed(given={"/services": answer}) as feed:
        source = await world.source(feed.url, kind="hsds-tables")
        run = await world.read(source)
        feed.since()
        feed.given["/services"] = http_answer(b"", status="304 Not Modified")
        again = await world.read(source)
        asked = feed.since()

    assert (run.state, run.taken, run.refused) == ("done", 1, 1)
    assert ("refused", 2, "services.csv", 3, "minimum_age", "not-an-age") in await places(world.pool, run)
    assert (again.state, again.records, again.refused) == ("unchanged", 2, 1)
    assert [each.conditional for each in asked] == [True]


async def test_a_file_that_is_no_table_is_refused_whole_and_the_report_is_kept(world: FeedWorld) -> None:
    source = await world.source(None, kind="hsds-tables")

    await world.runner.run_given(source, b"PK\x03\x04 not really")

    run = await world.latest(source)
    assert (run.state, run.refusal) == ("refused", "The file is not a zip file that can be read.")


async def test_a_list_with_an_address_takes_no_file_and_one_in_hand_no_second(world: FeedWorld) -> None:
    with_address = await world.source("https://council.example.org/services")
    with pytest.raises(FeedRefused):
        await world.runner.run_given(with_address, b"[]")

    source = await world.source(None, kind="simple-sheet")
    async with transaction(world.pool) as connection:
        await begin_given(connection, source, world.clock(), timedelta(minutes=5))
    with pytest.raises(SourceBusy):
        await world.runner.run_given(source, SHEET.encode())

    world.clock.move(timedelta(minutes=6))  # whoever had it in hand was killed
    await world.runner.run_given(source, SHEET.encode())
    states = await world.pool.fetch(
        "SELECT state FROM feed_runs WHERE source_id = $1 ORDER BY began_at", source.id
    )
    assert [row["state"] for row in states] == ["refused", "done"]


async def test_the_command_hands_a_file_over_and_prints_the_kept_report(
    world: FeedWorld, settings: DirectorySettings, tmp_path: Path
) -> None:
    file = tmp_path / "walks.csv"
    file.write_text(SHEET)
    source = await world.source(None, kind="simple-sheet")

    report = await hand_over(str(file), source.id, settings)

    assert "3 records: 2 taken, 0 changed (0 withdrawn), 0 unchanged, 1 refused." in report.as_text()
    assert "sheet.csv, line 3: youngest age: not-a-number" in report.as_text()
    assert json.loads(json.dumps(report.as_json()))["refused"] == 1
    with pytest.raises(FeedRefused, match="--source"):
        await load(str(file), settings)
    with pytest.raises(FeedRefused, match="no list with this id"):
        await hand_over(str(file), uuid4(), settings)
