"""The pages of the self-referral: what travels from one to the next."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.referral.entrypoints.self_referral_form import SelfReferral, read_form
from services.referral.entrypoints.self_referral_steps import (
    BY_NAME,
    CHECK,
    STEPS,
    carried,
    faults_on,
    first_step_with,
    rows_to_check,
    step_after,
)

WHOLE: Mapping[str, Any] = {
    "needs": ["loneliness", "housing"], "given_name": "Bernard", "family_name": "Testperson", "birth_day": "27",
    "birth_month": "3", "birth_year": "1956", "email": "bernard@example.org", "area": "E09000009",
    "language": "en", "travel": "can-travel", "consent": "yes",
}  # fmt: skip


def test_nothing_travels_of_what_was_not_answered() -> None:
    assert carried({"needs": ["housing"]}, BY_NAME["you"]) == [("needs", "housing")]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_page_and_what_travels_are_together_the_whole_form(step: Any) -> None:
    travelling = dict(carried(WHOLE, step))

    assert travelling.keys() | (WHOLE.keys() & set(step.fields)) == WHOLE.keys()
    assert not travelling.keys() & set(step.fields)


def test_every_fault_belongs_to_one_page() -> None:
    faults = read_form({})

    assert not isinstance(faults, SelfReferral)
    assert {fault.field for fault in faults} > {"contact", "consent", "area", "date_of_birth"}
    assert sum(len(faults_on(step, faults)) for step in STEPS) == len(faults)
    assert first_step_with(faults) is STEPS[0]


def test_person_who_walks_from_page_to_page_ends_with_a_form_that_is_whole() -> None:
    sent: dict[str, Any] = {}
    step = STEPS[0]
    while True:
        typed = {name: WHOLE[name] for name in step.fields if name in WHOLE}
        pairs = carried(sent, step)
        sent = {
            name: [v for n, v in pairs if n == name] if name == "needs" else value for name, value in pairs
        } | typed
        read = read_form(sent)
        if step is CHECK:
            break
        assert isinstance(read, SelfReferral) or not faults_on(step, read)
        step = step_after(step, returning=False)

    assert isinstance(read, SelfReferral)
    assert read.needs == ("loneliness", "housing")


def test_last_page_shows_every_answer_and_where_to_change_it() -> None:
    rows = rows_to_check(WHOLE)

    assert {row.change for row in rows} == {step.name for step in STEPS} - {"check"}
    assert [row.ours for row in rows if row.change == "needs"] == [("Feeling lonely", "Housing")]
