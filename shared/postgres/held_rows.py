"""What people are shown of the rows that a service keeps about them: declared once a table, column by column.

A test holds every table of every service to it: a column is shown here, or left out here with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.postgres.pool import Connection
from shared.security.held_data import Value

Records = tuple[dict[str, Value], ...]

OUR_ID = "an id of ours, which says nothing of the person"
OUR_TRACE = "where the event came from: an id of ours"
AREA = "that of the referral, which is shown with each need"


@dataclass(frozen=True, slots=True)
class HeldTable:
    """Rows about one person, each column by its name in words.

    `of` says which rows, where $1 has every id of the person; `told_by` is SQL for a column that is an id and stands for
    a name, over the row `t`.
    """

    name: str
    of: str
    order: str
    shown: Mapping[str, str]
    left_out: Mapping[str, str]
    told_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def statement(self) -> str:
        columns = ", ".join(
            f'{self.told_by.get(column, f"t.{column}")} AS "{words}"' for column, words in self.shown.items()
        )
        return f"SELECT {columns} FROM {self.name} t WHERE {self.of} ORDER BY {self.order}"


async def read_held(connection: Connection, table: HeldTable, ids: Sequence[UUID]) -> Records:
    rows = await connection.fetch(table.statement, ids)
    return tuple({name: told(value) for name, value in row.items()} for row in rows)


def told(value: Any) -> Value:
    """As JSON has it, and as a page can show it."""
    if isinstance(value, date):  # a moment, too
        return str(value)
    shown: Value = float(value) if isinstance(value, Decimal) else value
    return shown
