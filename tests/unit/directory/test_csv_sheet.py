"""No cell of a sheet is taken for a formula, and numbers stay numbers."""

import csv
import io

import pytest

from shared.web.csv_sheet import sheet

FORMULA = "=HYPERLINK(1)"


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\ufeff", "\t", "\r", "\n", " \u200b"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b"])
def test_what_a_spreadsheet_takes_for_a_formula_is_made_text(before: str, sign: str) -> None:
    text = before + sign + FORMULA[1:]

    [_, [cell, *_]] = csv.reader(io.StringIO(sheet(["what"], [[text]]), newline=""))

    assert cell == f"'{text}"


def test_numbers_and_words_stay_as_they_are() -> None:
    written = sheet(["a", "b", "c", "d"], [[-5, None, "tea - and cake", 1.5]])

    assert written.splitlines()[1] == "-5,,tea - and cake,1.5"
