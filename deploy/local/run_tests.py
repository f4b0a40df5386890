"""`./kith test`: the levels that were asked for, each with what it needs and no more."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from deploy.local.chromium import ensure_chromium
from deploy.local.errors import StartFailed
from deploy.local.layout import HOST, ROOT, layout_of_tests
from deploy.local.progress import Progress
from deploy.local.system import System, system_at
from deploy.local.test_plan import TestPlan, level_of, plan_tests

TESTS = ROOT / "tests"
SHARED_DATA = ROOT.parent / "shared" / "data"
NOT_LOADED = ("-p", "no:schemathesis")  # we call the library; its pytest plugin would cost each run 0.7 s
# A list of services that a scenario serves itself, so that the directory has somebody to read.
OF_THE_SYSTEM_UNDER_TEST = {
    "DIRECTORY_OUTSIDE_HOSTS": HOST,
    "DIRECTORY_FEEDS_FROM_PRIVATE_NETWORKS": "true",
}
POINTS_ELSEWHERE = (
    "KITH_KAFKA",
    "KITH_POSTGRES",
    "KITH_PUBLIC_URL",
    "KITH_OTLP",
    "KITH_PORT",
    "KITH_BASE_PORT",
    "KITH_TEST_PORT",
    "KITH_TEST_BASE_PORT",
)


def run_tests(arguments: Namespace) -> int:
    plan = plan_tests(arguments.levels, has_tests=has_tests)
    for path in plan.missing:
        print(f"  There are no tests in tests/{path}.", flush=True)
    if plan.missing and arguments.levels and "campaign" not in arguments.levels:
        return 1
    with tempfile.TemporaryDirectory(prefix="kith-test-") as reports:
        codes = run_plan(plan, list(arguments.pytest_arguments), Path(reports))
        print(closing_line(Path(reports)), flush=True)
    return exit_code(codes)


def exit_code(codes: list[int]) -> int:
    """0 only where every run ended well: one that a signal killed has a code below 0."""
    return 0 if codes and not any(codes) else 1


def run_plan(plan: TestPlan, more: list[str], reports: Path) -> list[int]:
    environment = environment_for_tests(os.environ, campaign=plan.campaign)
    codes = []
    if plan.alone:
        codes.append(
            subprocess.call(
                pytest_command(plan.alone, [*while_writing(plan), *more]),
                cwd=ROOT,
                env=reporting(environment, reports, 1),
            )
        )
    if plan.on_the_system:
        try:
            codes += run_on_the_system(plan, more, reporting(environment, reports, 2))
        except StartFailed as failed:
            print(failed.one_line(), file=sys.stderr, flush=True)
            codes.append(1)
    return codes


def run_on_the_system(plan: TestPlan, more: list[str], environment: dict[str, str]) -> list[int]:
    """A second system, on ports and in folders of its own; it never meets one that `./kith up` runs."""
    progress = Progress()
    layout = layout_of_tests(os.environ)
    codes, paths = [], plan.on_the_system
    if plan.needs_browser:
        try:
            environment["KITH_TEST_CHROMIUM"] = ensure_chromium(progress, log=layout.log("chromium"))
        except StartFailed as failed:
            print(failed.one_line(), file=sys.stderr, flush=True)
            codes, paths = [1], plan.without_browser()
    if not paths:
        return codes
    system = system_at(layout, environment | OF_THE_SYSTEM_UNDER_TEST)
    with system.files.held() as alone:
        if not alone:
            raise StartFailed("another `./kith test` runs the whole system", what_to_do="Wait for it")
        return [*codes, start_and_test(system, pytest_command(paths, more), environment, progress)]


def start_and_test(
    system: System, command: list[str], environment: dict[str, str], progress: Progress
) -> int:
    layout, code = system.layout, 1
    system.files.end_left_behind()
    for stale in (layout.data, layout.logs):
        shutil.rmtree(stale, ignore_errors=True)
    progress.say(f"Starting a whole system for the tests: {system.environments.public_url}")
    system.prepare(progress)
    settings = system.environments.everything() | environment | addresses_for_tests(system)

    async def test() -> None:
        nonlocal code
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=settings)
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()

    asyncio.run(system.supervisor(progress, split=False).run(test))
    return code


def addresses_for_tests(system: System) -> dict[str, str]:
    servers, layout = system.environments.servers, system.layout
    return {
        "KITH_TEST_URL": f"http://{HOST}:{layout.ports.edge}",
        "KITH_TEST_KAFKA": servers.kafka,
        "KITH_TEST_POSTGRES": servers.postgres_admin_dsn,
        "KITH_TEST_AXE": str(layout.assets / "for-tests" / "axe.min.js"),
    }


def environment_for_tests(outer: Mapping[str, str], *, campaign: bool) -> dict[str, str]:
    ours = {name: value for name, value in outer.items() if name not in POINTS_ELSEWHERE}
    ours |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    if "KITH_DATA_DIR" not in ours and SHARED_DATA.is_dir():
        ours["KITH_DATA_DIR"] = str(SHARED_DATA)
    if campaign:
        ours["KITH_CAMPAIGN"] = "1"
    return ours


def reporting(environment: Mapping[str, str], reports: Path, number: int) -> dict[str, str]:
    return {**environment, "KITH_TEST_REPORT": str(reports / f"{number}.json")}


def pytest_command(paths: tuple[str, ...], more: list[str]) -> list[str]:
    tests = [f"tests/{path}" for path in paths]
    return [sys.executable, "-P", "-m", "pytest", *NOT_LOADED, *tests, *more]


def while_writing(plan: TestPlan) -> list[str]:
    """Tests of decisions alone are run again and again: with few examples of each property, and beside each other.

    The other levels share servers and measure what they do, so they run one by one. So do all on two processors,
    where a second process costs as much to start as it saves.
    """
    if plan.campaign or any(level_of(path) != "unit" for path in plan.alone):
        return []
    processes = min((os.cpu_count() or 1) // 2, 4)
    beside = ["--numprocesses", str(processes)] if processes > 1 else []
    return ["--hypothesis-profile", "while-writing", *beside]


def has_tests(path: str) -> bool:
    place = TESTS / path
    return place.is_file() or any(place.rglob("test_*.py"))


def closing_line(reports: Path) -> str:
    """Which real servers the tests used, over all runs."""
    from tests.support.run_report import RunReport

    total = RunReport()
    for file in sorted(reports.glob("*.json")):
        total.add(RunReport(**json.loads(file.read_text())))
    return total.last_line(
        os.environ.get("KITH_DATA_DIR") or (str(SHARED_DATA) if SHARED_DATA.is_dir() else None)
    )
