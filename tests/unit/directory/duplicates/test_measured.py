"""How many of the labelled pairs are found: measured on the half that has set no weight."""

from services.directory.duplicates.likeness import signs, the_weights
from tests.support.labelled_duplicates import labelled, measured

PRECISION, RECALL = 0.95, 0.90


def test_likely_duplicates_are_right_and_few_are_missed() -> None:
    found = measured(labelled(1))

    print(*found.lines(), sep="\n")
    assert found.precision >= PRECISION
    assert found.recall >= RECALL


def test_no_kind_of_different_services_is_taken_for_one() -> None:
    """Sessions and branches above all: to merge these would hide one from the people who need it."""
    found = measured(labelled(1))

    for kind in (
        "split-sessions",
        "sister-branches",
        "same-name-elsewhere",
        "one-organisation",
        "same-building",
    ):
        assert found.right[kind] >= 0.9 * found.given[kind], kind


def test_the_set_is_large_and_says_every_kind_in_both_halves() -> None:
    halves = [labelled(0), labelled(1)]

    assert sum(map(len, halves)) >= 300
    assert {pair.kind for pair in halves[0]} == {pair.kind for pair in halves[1]}
    for half in halves:
        assert 0.4 < sum(pair.same for pair in half) / len(half) < 0.6


def test_services_of_the_two_halves_are_others() -> None:
    one, other = (
        {traits.id for pair in labelled(half) for traits in (pair.one, pair.other)} for half in (0, 1)
    )

    assert one.isdisjoint(other)


def test_every_weight_is_of_a_sign_that_the_pairs_show() -> None:
    shown = {sign for half in (0, 1) for pair in labelled(half) for sign in signs(pair.one, pair.other)}

    assert shown == set(the_weights().points) - {"place-near"}
