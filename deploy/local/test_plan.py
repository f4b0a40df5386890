"""Which tests run together, and what each run needs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deploy.local.command_line import LEVELS

NEED_THE_WHOLE_SYSTEM = ("scenarios", "browser")
NEED_A_BROWSER = ("scenarios", "browser")
OF_THE_CAMPAIGN = ("component/any_input", "resilience", "scenarios")


@dataclass(frozen=True)
class TestPlan:
    """`alone` starts at most a Kafka and a PostgreSQL, when a test asks; `on_the_system` needs all of Kith.

    Without a browser the scenarios run all the same; those in which a person looks at pages say what they miss.
    """

    __test__ = False

    alone: tuple[str, ...]
    on_the_system: tuple[str, ...]
    missing: tuple[str, ...]
    campaign: bool

    @property
    def needs_browser(self) -> bool:
        return any(level_of(path) in NEED_A_BROWSER for path in self.on_the_system)

    def without_browser(self) -> tuple[str, ...]:
        return tuple(path for path in self.on_the_system if level_of(path) != "browser")


def plan_tests(asked: Sequence[str], *, has_tests: Callable[[str], bool]) -> TestPlan:
    """No level asked for means all of them; `campaign` means the long form of those that have one."""
    campaign = "campaign" in asked
    wanted = [path for path in asked if path != "campaign"] or list(OF_THE_CAMPAIGN if campaign else LEVELS)
    there = [path for path in dict.fromkeys(wanted) if has_tests(path)]
    return TestPlan(
        alone=tuple(path for path in there if level_of(path) not in NEED_THE_WHOLE_SYSTEM),
        on_the_system=tuple(path for path in there if level_of(path) in NEED_THE_WHOLE_SYSTEM),
        missing=tuple(path for path in wanted if path not in there),
        campaign=campaign,
    )


def level_of(path: str) -> str:
    return path.split("/", maxsplit=1)[0]
