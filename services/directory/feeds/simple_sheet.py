"""A sheet of one row a service, for groups without systems → records in the shape of Open Referral."""

from uuid import UUID

from services.directory.domain.errors import FeedRefused
from services.directory.feeds.csv_rows import read_table
from services.directory.feeds.raw_record import Finding, Taken, Where
from services.directory.feeds.sheet_columns import COLUMNS, FIELD_OF_HEADING, NEEDED
from services.directory.feeds.sheet_row import SheetRow

NAME = "sheet.csv"


def read_sheet(body: bytes, source_id: UUID) -> Taken:
    """Raises FeedRefused. The same reference from the same source is the same service in each run."""
    table = read_table(NAME, body)
    fields = {heading: FIELD_OF_HEADING[heading] for heading in table.headings if heading in FIELD_OF_HEADING}
    for name in NEEDED:
        if name not in fields.values():
            raise FeedRefused(f"The sheet has no column {COLUMNS[name].heading}.")
    named: dict[str, str] = {}
    for heading, name in fields.items():
        if named.setdefault(name, heading) != heading:
            raise FeedRefused(f"The sheet has two columns for {COLUMNS[name].heading}.")
    unknown = [heading for heading in table.headings if heading and heading not in fields]
    findings = [Finding(Where(NAME, 1, heading[:60]), "not-a-column-we-know") for heading in unknown]
    records = tuple(SheetRow(row, fields, source_id).record() for row in table.rows)
    return Taken(records, (*findings, *table.findings))
