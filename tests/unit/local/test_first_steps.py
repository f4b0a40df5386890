"""What the launcher's first module decides before any package is there."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from deploy.local import first_steps
from deploy.local.first_steps import (
    CannotSetUp,
    already_installed,
    check_machine,
    own_environment,
    sha256_of,
)

BEFORE_SET_UP = ("first_steps.py", "command_line.py", "orphan_watch.py")


@pytest.mark.parametrize("machine", [("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64")])
def test_supported_machines_pass(machine: tuple[str, str]) -> None:
    check_machine(*machine)


@pytest.mark.parametrize("machine", [("Windows", "AMD64"), ("Darwin", "x86_64"), ("Linux", "armv7l")])
def test_other_machines_are_pointed_to_compose(machine: tuple[str, str]) -> None:
    with pytest.raises(CannotSetUp, match="docker compose"):
        check_machine(*machine)


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two locks and nothing installed."""
    for name in ("local.txt", "dev.txt"):
        (tmp_path / name).write_text(f"{name}==1")
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    monkeypatch.setattr(first_steps, "LOCKS", tmp_path)
    monkeypatch.setattr(first_steps, "VENV", tmp_path / "venv")
    monkeypatch.setattr(first_steps, "STAMP", tmp_path / "venv" / "stamp")
    return tmp_path


def installed(fresh: Path, lock: str) -> None:
    (fresh / "venv" / "bin" / "python").touch()
    (fresh / "venv" / "stamp").write_text(f"{sha256_of(fresh / lock)} {lock}")


def test_nothing_is_installed_at_first(fresh: Path) -> None:
    assert not already_installed(for_developers=False)


def test_the_developers_lock_serves_up_too_and_not_the_other_way(fresh: Path) -> None:
    installed(fresh, "dev.txt")
    assert already_installed(for_developers=False)
    assert already_installed(for_developers=True)

    installed(fresh, "local.txt")
    assert already_installed(for_developers=False)
    assert not already_installed(for_developers=True)


def test_a_changed_lock_is_installed_again(fresh: Path) -> None:
    installed(fresh, "local.txt")
    (fresh / "local.txt").write_text("something==2")

    assert not already_installed(for_developers=False)


@pytest.mark.parametrize("half_written", ["", "\n", " local.txt"])
def test_a_stamp_that_was_never_finished_counts_for_nothing(fresh: Path, half_written: str) -> None:
    installed(fresh, "local.txt")
    (fresh / "venv" / "stamp").write_text(half_written)

    assert not already_installed(for_developers=False)


def test_state_that_cannot_be_used_is_one_line(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (fresh / "state").write_text("a file where a folder should be")
    monkeypatch.setattr(first_steps, "STATE", fresh / "state")

    assert first_steps.main(["up"]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "cannot be used" in line


def test_compiled_modules_are_kept_whatever_the_shell_says() -> None:
    ours = own_environment({"HOME": "/home/ada", "PYTHONPATH": "/elsewhere", "PYTHONDONTWRITEBYTECODE": "1"})

    assert ours == {"HOME": "/home/ada", "PYTHONPATH": str(first_steps.ROOT)}


@pytest.mark.parametrize("name", BEFORE_SET_UP)
def test_modules_that_run_before_set_up_need_the_standard_library_alone(name: str) -> None:
    source = (Path(first_steps.__file__).parent / name).read_text()
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }

    foreign = {module.split(".", maxsplit=1)[0] for module in imported} - set(sys.stdlib_module_names)
    assert foreign <= {"deploy"}
