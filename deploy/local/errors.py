"""The one kind of failure that a person at the terminal sees: what is wrong, what to do, where the log is."""

from __future__ import annotations

from pathlib import Path


class StartFailed(Exception):
    def __init__(self, problem: str, *, what_to_do: str, log: Path | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.what_to_do = what_to_do
        self.log = log

    def one_line(self) -> str:
        place = f" Log: {self.log}" if self.log else ""
        return f"kith: {self.problem}. {self.what_to_do}.{place}"
