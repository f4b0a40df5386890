"""Tells what happens as it happens, in sentences."""

import sys
from collections.abc import Sequence


class Story:
    """Prints for a person; with `quiet` it keeps its sentences to itself."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet

    def chapter(self, title: str) -> None:
        self._print(f"\n{title}")

    def tell(self, sentence: str) -> None:
        self._print(f"  {sentence}")

    def table(self, rows: Sequence[tuple[str, object]]) -> None:
        width = max((len(name) for name, _ in rows), default=0)
        for name, value in rows:
            self._print(f"    {name:<{width}}  {value}")

    def _print(self, line: str) -> None:
        if not self._quiet:
            print(line, file=sys.stdout, flush=True)


def people(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"


def times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
