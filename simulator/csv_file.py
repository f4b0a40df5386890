"""The result as CSV: every figure of every scenario, always in the same order and with the same digits."""

import csv
from io import StringIO

from simulator.comparison import Result

HEADING = ("scenario", "dimension", "group", "measure", "runs", "mean", "low", "high")


def as_csv(result: Result) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADING)
    for scenario, found in result.columns.items():
        for figure, each in sorted(found.items()):
            writer.writerow(
                (
                    scenario,
                    figure.dimension,
                    figure.group,
                    figure.measure,
                    each.runs,
                    *map(_digits, (each.mean, each.low, each.high)),
                )
            )
    return text.getvalue()


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
