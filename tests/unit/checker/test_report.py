"""What a look found, for programs and for people; and who is next above an area."""

from datetime import UTC, date, datetime

from deploy.checker.look import Fault, Findings
from deploy.checker.report import SHOWN_OF_EACH, as_json, as_lines
from deploy.checker.rules import MEANINGS
from services.referral.domain.escalation import area_above
from shared.vocabulary.areas import areas

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def found(number: int) -> Findings:
    return Findings(NOON, [Fault("no-owner", str(each), "E09000025", NOON) for each in range(number)])


def test_nothing_is_said_in_one_line() -> None:
    [line] = as_lines(found(0))

    assert "Nobody has fallen out" in line


def test_each_kind_is_counted_and_explained() -> None:
    said = as_json(found(2))

    assert said["counts"].keys() == MEANINGS.keys()
    assert said["counts"]["no-owner"] == 2
    assert not said["clean"]
    assert MEANINGS["no-owner"] in as_lines(found(2))[0]


def test_very_many_are_counted_and_not_all_listed() -> None:
    said = as_json(found(SHOWN_OF_EACH + 50))

    assert said["counts"]["no-owner"] == SHOWN_OF_EACH + 50
    assert len(said["faults"]) == SHOWN_OF_EACH


def test_above_a_borough_is_its_board_and_above_a_board_nobody() -> None:
    board = area_above("E09000025", areas(), TODAY)

    spell = areas().spell(board, TODAY)
    assert spell is not None
    assert spell.kind == "ics"
    assert area_above(board, areas(), TODAY) == board
    assert area_above("E00000000", areas(), TODAY) == "E00000000"
