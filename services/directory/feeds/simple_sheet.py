"""A sheet of one row a service, for groups without systems → records in the shape of Open Referral."""

from uuid import UUID

from services.directory.domain.errors import FeedRefused
from services.directory.feeds.csv_rows import Table, read_table, table_of
from services.directory.feeds.raw_record import Finding, Taken, Where
from services.directory.feeds.sheet_columns import COLUMNS, FIELD_OF_HEADING, NEEDED
from services.directory.feeds.sheet_row import SheetRow
from services.directory.feeds.workbook_rows import is_workbook, workbook_lines

NAME = "sheet.csv"
WORKBOOK = "sheet.xlsx"


def read_sheet(body: bytes, source_id: UUID) -> Taken:
    """Raises FeedRefused. The same reference from the same source is the same service in each run."""
    file, table = _table(body)
    fields = {heading: FIELD_OF_HEADING[heading] for heading in table.headings if heading in FIELD_OF_HEADING}
    for name in NEEDED:
        if name not in fields.values():
            raise FeedRefused(f"The sheet has no column {COLUMNS[name].heading}.")
    named: dict[str, str] = {}
    for heading, name in fields.items():
        if named.setdefault(name, heading) != heading:
            raise FeedRefused(f"The sheet has two columns for {COLUMNS[name].heading}.")
    unknown = [heading for heading in table.headings if heading and heading not in fields]
    findings = [
        Finding(Where(file, table.heading_line, heading[:60]), "not-a-column-we-know") for heading in unknown
    ]
    records = tuple(SheetRow(row, fields, source_id).record() for row in table.rows)
    return Taken(records, (*findings, *table.findings))


def _table(body: bytes) -> tuple[str, Table]:
    """Known by how it begins: what people call a file says little."""
    if is_workbook(body):
        return WORKBOOK, table_of(WORKBOOK, workbook_lines(body))
    return NAME, read_table(NAME, body)
