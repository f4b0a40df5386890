"""Which tests run together."""

from __future__ import annotations

import pytest

from deploy.local.command_line import LEVELS
from deploy.local.run_tests import environment_for_tests, exit_code, has_tests, while_writing
from deploy.local.test_plan import plan_tests


def test_all_levels_run_when_none_is_named() -> None:
    plan = plan_tests([], has_tests=lambda _: True)

    assert set(plan.alone) | set(plan.on_the_system) == set(LEVELS)
    assert plan.on_the_system == ("scenarios", "browser")
    assert plan.needs_browser


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [([0, 0], 0), ([0], 0), ([], 1), ([1, 0], 1), ([0, 5], 1), ([-9, 0], 1), ([0, -15], 1)],
)
def test_a_run_that_was_killed_is_no_success(codes: list[int], wanted: int) -> None:
    assert exit_code(codes) == wanted


@pytest.mark.parametrize("asked", [["unit"], ["unit/capacity", "unit/referral"]])
def test_tests_of_decisions_alone_look_at_few_examples(asked: list[str]) -> None:
    assert while_writing(plan_tests(asked, has_tests=lambda _: True))


@pytest.mark.parametrize("asked", [["unit", "component"], ["campaign", "unit"], []])
def test_other_tests_run_one_by_one_and_look_at_all_examples(asked: list[str]) -> None:
    assert not while_writing(plan_tests(asked, has_tests=lambda _: True))


def test_every_level_has_tests() -> None:
    assert [level for level in LEVELS if not has_tests(level)] == []


def test_a_level_without_servers_starts_no_system() -> None:
    plan = plan_tests(["unit", "contract"], has_tests=lambda _: True)

    assert (plan.alone, plan.on_the_system) == (("unit", "contract"), ())
    assert not plan.needs_browser


def test_a_part_of_a_level_needs_what_the_level_needs() -> None:
    plan = plan_tests(["scenarios/journey", "component/capacity"], has_tests=lambda _: True)

    assert (plan.alone, plan.on_the_system) == (("component/capacity",), ("scenarios/journey",))
    assert plan.needs_browser


def test_without_a_browser_the_scenarios_run_and_the_browser_level_does_not() -> None:
    plan = plan_tests(["scenarios", "browser"], has_tests=lambda _: True)

    assert plan.without_browser() == ("scenarios",)


def test_a_level_without_tests_is_told() -> None:
    plan = plan_tests(["unit", "browser"], has_tests=lambda path: path != "browser")

    assert (plan.alone, plan.missing) == (("unit",), ("browser",))


def test_the_campaign_is_the_long_form_of_the_levels_that_have_one() -> None:
    plan = plan_tests(["campaign"], has_tests=lambda _: True)

    assert (plan.alone, plan.on_the_system, plan.campaign) == (
        ("component/any_input", "resilience"),
        ("scenarios",),
        True,
    )


def test_tests_never_meet_the_servers_that_the_shell_names() -> None:
    given = environment_for_tests(
        {"KITH_KAFKA": "real:9092", "KITH_POSTGRES": "x", "HOME": "/h"}, campaign=False
    )

    assert "KITH_KAFKA" not in given
    assert "KITH_POSTGRES" not in given
    assert given["HOME"] == "/h"


def test_data_that_the_shell_names_is_used() -> None:
    given = environment_for_tests({"KITH_DATA_DIR": "/data"}, campaign=True)

    assert (given["KITH_DATA_DIR"], given["KITH_CAMPAIGN"]) == ("/data", "1")
