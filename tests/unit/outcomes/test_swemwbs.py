"""SWEMWBS is scored by the published table, and only when all seven statements have an answer."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outcomes.domain import swemwbs
from services.outcomes.domain.errors import AnswerMissing

seven_answers = st.lists(st.integers(1, 5), min_size=7, max_size=7)


@pytest.mark.parametrize(
    ("raw", "metric"),
    [(7, "7.00"), (8, "9.51"), (21, "19.25"), (23, "20.73"), (26, "23.21"), (32, "29.31"), (35, "35.00")],
)
def test_raw_scores_become_the_published_metric_scores(raw: int, metric: str) -> None:
    assert swemwbs.METRIC_OF_RAW[raw] == Decimal(metric)


def test_the_table_has_every_raw_score_and_rises() -> None:
    scores = [swemwbs.METRIC_OF_RAW[raw] for raw in range(7, 36)]

    assert len(swemwbs.METRIC_OF_RAW) == 29
    assert scores == sorted(set(scores))


@given(seven_answers)
def test_a_score_depends_on_the_sum_alone(answers: list[int]) -> None:
    assert swemwbs.metric_score(answers) == swemwbs.metric_score(sorted(answers))
    assert swemwbs.metric_score(answers) == swemwbs.METRIC_OF_RAW[sum(answers)]


@given(seven_answers, st.integers(0, 6))
def test_a_missing_answer_is_never_guessed(answers: list[int], missing: int) -> None:
    with pytest.raises(AnswerMissing):
        swemwbs.metric_score(answers[:missing] + answers[missing + 1 :])


@given(seven_answers, st.integers(0, 6), st.integers().filter(lambda n: n not in range(1, 6)))
def test_an_answer_off_the_scale_is_refused(answers: list[int], place: int, off_scale: int) -> None:
    answers[place] = off_scale

    with pytest.raises(AnswerMissing):
        swemwbs.metric_score(answers)
