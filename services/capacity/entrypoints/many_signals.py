"""Many statements as JSON or CSV: what each line says, or why it cannot be read."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.capacity.domain.lists import NO_VERSION
from services.capacity.domain.pool import Pool
from services.capacity.domain.status import Source
from services.capacity.entrypoints.http_schemas import SignalStatement
from services.capacity.use_cases.say_many_signals import LineOutcome, ManyStatement

MOST_LINES = 500  # more would be larger than a request may be
LONGEST_CELL = 400
COLUMNS = (
    "pool_id", "status", "free", "places", "paused_until", "expected_wait_days", "note", "tapped_at", "version_seen",
)  # fmt: skip
# A note that begins so would be run by the spreadsheet of whoever opens it; there are no other cells of free text.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Line = Mapping[str, object]


class ManySignals(BaseModel):
    """Statements like those of one pool, each with its `pool_id`; `version_seen` and `tapped_at` may be left out.

    A statement counts unless somebody spoke since the version that it saw; without one, unless somebody spoke after its
    moment. With neither, full counts, and space unless somebody else said full or it was said before somebody else spoke.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    signals: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_LINES)]


class LineReport(BaseModel):
    """`line` counts from 1, in CSV without the line of names. `fields` are those that could not be read."""

    line: int
    outcome: LineOutcome
    pool_id: UUID | None = None
    version: int | None = None
    over_by: int | None = None
    fields: list[str] = []

    @classmethod
    def of(cls, line: int, outcome: LineOutcome, pool_id: UUID, pool: Pool | None) -> Self:
        return cls(
            line=line,
            outcome=outcome,
            pool_id=pool_id,
            version=pool.ledger.version if pool else None,
            over_by=pool.ledger.over_by if pool else None,
        )


class SignalsReport(BaseModel):
    said: int
    refused: int
    lines: list[LineReport]


class NotAList(ValueError):
    """The file is no list of statements: says what of it cannot be."""


def lines_of_csv(body: bytes) -> list[Line]:
    """The cells that are filled, by column. Raises NotAList."""
    try:
        rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        names = [name.strip() for name in rows.fieldnames or ()]
        if not {"pool_id", "status"} <= set(names) <= set(COLUMNS) or len(set(names)) < len(names):
            raise NotAList("columns")
        rows.fieldnames = names
        lines = [_cells(row) for _, row in zip(range(MOST_LINES + 1), rows, strict=False)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise NotAList("csv") from error
    if not lines or len(lines) > MOST_LINES:
        raise NotAList("lines")
    return lines


def _cells(row: Mapping[str | None, Any]) -> Line:
    """A row with more cells than there are columns has one that belongs to none."""
    cells: dict[str, object] = {}
    for name, value in row.items():
        if name is None:
            cells["?"] = value
        elif value is not None and value.strip():
            text = value.strip()
            cells[name] = int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else text
    return cells


def read_line(line: Line, client: str, source: Source, now: datetime) -> ManyStatement | list[str]:
    """The statement, or the fields that cannot be read."""
    said = dict(line)
    version_seen = said.pop("version_seen", None)
    note = said.get("note")
    if note is not None and (str(note).strip().startswith(FORMULA) or len(str(note)) > LONGEST_CELL):
        return ["note"]
    if isinstance(note, int):
        said["note"] = str(note)
    try:
        pool_id = UUID(str(said.pop("pool_id", "")))
    except ValueError:
        return ["pool_id"]
    has_moment = "tapped_at" in said
    said = {"tapped_at": now.isoformat(), "version_seen": 0 if version_seen is None else version_seen} | said
    try:
        statement = SignalStatement.model_validate(said).as_statement(client, source)
    except ValidationError as error:
        return sorted({_known(each["loc"]) for each in error.errors()})
    if version_seen is None:
        statement = replace(statement, version_seen=NO_VERSION)
    return ManyStatement(pool_id, statement, has_moment)


def _known(place: Sequence[int | str]) -> str:
    """The name of a field that there is; what somebody made up is not said back."""
    return str(place[0]) if place and place[0] in SignalStatement.model_fields else "?"


def read_lines(
    lines: Sequence[Line], client: str, source: Source, now: datetime
) -> tuple[list[tuple[int, ManyStatement]], list[LineReport]]:
    """The statements with their lines, and the report on those that cannot be read."""
    statements: list[tuple[int, ManyStatement]] = []
    unreadable: list[LineReport] = []
    for number, line in enumerate(lines, 1):
        read = read_line(line, client, source, now)
        if isinstance(read, ManyStatement):
            statements.append((number, read))
        else:
            unreadable.append(LineReport(line=number, outcome=LineOutcome.NOT_READABLE, fields=read))
    return statements, unreadable
