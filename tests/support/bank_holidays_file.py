"""England's bank holidays as the `holidays` library reckons them: `python -m tests.support.bank_holidays_file` writes them anew.

The service reads the file: the library brings 300 modules, which would cost every process a second at its start.
"""

import json
from datetime import date

from holidays.countries.united_kingdom import UnitedKingdom

from services.referral.domain.working_days import FRIDAY, HOLIDAYS_FILE

YEARS = range(2025, 2037)
IN_A_LINE = 8
SOURCE = (
    "England's bank holidays by the Python library holidays, from the laws that gov.uk/bank-holidays goes by"
)


def days() -> list[date]:
    """Those on which groups would work; what falls on a weekend is there on the day that it moves to."""
    reckoned = UnitedKingdom(subdiv="ENG", years=YEARS)  # type: ignore[no-untyped-call]  # it says no types of its own
    return sorted(day for day in reckoned if day.weekday() <= FRIDAY)


def as_written() -> str:
    """The file as it must be."""
    named = [json.dumps(day.isoformat()) for day in days()]
    lines = [", ".join(named[at : at + IN_A_LINE]) for at in range(0, len(named), IN_A_LINE)]
    head = {"source": SOURCE, "from": f"{YEARS[0]}-01-01", "until": f"{YEARS[-1]}-12-31"}
    said = "".join(f"  {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
    return "{\n" + said + '  "days": [\n    ' + ",\n    ".join(lines) + "\n  ]\n}\n"


if __name__ == "__main__":
    HOLIDAYS_FILE.write_text(as_written(), encoding="utf-8")
