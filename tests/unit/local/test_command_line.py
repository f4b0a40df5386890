"""What `./kith` accepts."""

from __future__ import annotations

import pytest

from deploy.local import command_line
from deploy.local.command_line import HELP, LEVELS, PASSED_ON, parse


@pytest.mark.parametrize("arguments", [[], ["help"], ["-h"], ["--help"]])
def test_help_needs_no_set_up(arguments: list[str]) -> None:
    assert parse(arguments).command == "help"


def test_up_takes_its_options() -> None:
    parsed = parse(["up", "--detach", "--split"])

    assert (parsed.detach, parsed.split, parsed.verbose) == (True, True, False)


@pytest.mark.parametrize("command", PASSED_ON)
def test_arguments_of_other_modules_are_passed_on_untouched(command: str) -> None:
    parsed = parse([command, "--json", "--", "-x", "--help"])

    assert (parsed.command, parsed.arguments) == (command, ["--json", "--", "-x", "--help"])


def test_levels_and_parts_of_levels_can_be_tested() -> None:
    parsed = parse(["test", "unit", "component/capacity/", "tests/contract", "--", "-k", "full"])

    assert parsed.levels == ["unit", "component/capacity", "contract"]
    assert parsed.pytest_arguments == ["-k", "full"]


@pytest.mark.parametrize(
    "arguments", [["upp"], ["up", "--detached"], ["test", "units"], ["logs"], ["logs", "x"]]
)
def test_a_mistake_is_told_in_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)

    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert said.startswith("kith: ")
    assert said.count("\n") == 1


def test_help_names_every_command_and_level() -> None:
    parser = command_line.build_parser()
    commands = next(action.choices for action in parser._actions if isinstance(action.choices, dict))

    assert not [name for name in (*commands, *PASSED_ON) if f"./kith {name}" not in HELP]
    assert not [level for level in LEVELS if level not in HELP]
