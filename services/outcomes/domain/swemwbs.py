"""The Short Warwick-Edinburgh Mental Wellbeing Scale as data: statements, answers and the metric score.

Statements and answers: Stewart-Brown S. et al., "Internal construct validity of the Warwick-Edinburgh Mental
Well-being Scale (WEMWBS): a Rasch analysis using data from the Scottish Health Education Population Survey",
Health and Quality of Life Outcomes 2009, 7:15, doi 10.1186/1477-7525-7-15, which also gives the table from raw
to metric. Norms: Ng Fat L. et al., "Evaluating and establishing national norms for mental wellbeing using the
SWEMWBS: findings from the Health Survey for England", Quality of Life Research 2017, 26:1129-1144,
doi 10.1007/s11136-016-1454-8. No rule for missing answers is published, so all seven are needed.
"""

from collections.abc import Sequence
from decimal import Decimal

from services.outcomes.domain.errors import AnswerMissing

CODE = "swemwbs"
STATEMENTS = (
    "I've been feeling optimistic about the future",
    "I've been feeling useful",
    "I've been feeling relaxed",
    "I've been dealing with problems well",
    "I've been thinking clearly",
    "I've been feeling close to other people",
    "I've been able to make up my own mind about things",
)
ANSWERS = {1: "None of the time", 2: "Rarely", 3: "Some of the time", 4: "Often", 5: "All of the time"}
COPYRIGHT = (
    "Short Warwick Edinburgh Mental Well-Being Scale (SWEMWBS) © NHS Health Scotland, University of Warwick "
    "and University of Edinburgh, 2008, all rights reserved."
)

_METRIC = (
    "7.00 9.51 11.25 12.40 13.33 14.08 14.75 15.32 15.84 16.36 16.88 17.43 17.98 18.59 19.25 "
    "19.98 20.73 21.54 22.35 23.21 24.11 25.03 26.02 27.03 28.13 29.31 30.70 32.55 35.00"
)
METRIC_OF_RAW = {raw: Decimal(metric) for raw, metric in enumerate(_METRIC.split(), start=len(STATEMENTS))}


def metric_score(answers: Sequence[int]) -> Decimal:
    """The score on the metric scale (7.00 to 35.00) of one person's seven answers, each from 1 to 5."""
    if len(answers) != len(STATEMENTS) or any(answer not in ANSWERS for answer in answers):
        raise AnswerMissing(f"{len(STATEMENTS)} answers from 1 to {max(ANSWERS)} are needed")
    return METRIC_OF_RAW[sum(answers)]
