"""`python -m tests.support.asvs_page [--check]`: docs/security-asvs.md, made of the list of requirements and the tests' tags.

`--check` writes nothing and exits 1 when the page differs.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("asvs.yaml")
PAGE = ROOT / "docs" / "security-asvs.md"
MARK = "asvs"
HEAD = """\
# OWASP ASVS 5.0.0, levels 1 and 2

Made by `python -m tests.support.asvs_page` from `tests/support/asvs.yaml` and the tests that carry
`@pytest.mark.asvs("V…")`: change those, not this page. The words are ours and short; the numbers are those of the
[standard](https://github.com/OWASP/ASVS/tree/v5.0.0/5.0), which alone says what is asked in full.

That a test shows a requirement means that the test fails when the code stops meeting it as we read it. It is no
audit by anybody else.
"""


@dataclass(frozen=True)
class Requirement:
    number: str
    level: int
    asks: str
    document: str | None = None
    short: str | None = None

    @property
    def order(self) -> list[int]:
        return [int(part) for part in self.number[1:].split(".")]


@dataclass(frozen=True)
class NotApplying:
    why: str
    levels: Mapping[str, int]


Tags = Mapping[str, Sequence[str]]


def requirements() -> list[Requirement]:
    """Those that apply, in the order of their numbers."""
    listed = _document()["applies"].items()
    return sorted((Requirement(number, **each) for number, each in listed), key=lambda each: each.order)


def not_applying() -> list[NotApplying]:
    return [NotApplying(each["why"], each["items"]) for each in _document()["does_not_apply"]]


def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(LIST.read_text())
    return document


def tags(folder: Path = ROOT / "tests") -> Tags:
    """Requirement → the tests that carry its number, as pytest names them."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(folder.rglob("test_*.py")):
        text = file.read_text()
        if f"mark.{MARK}(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for number in _numbers(node):
                    found[number].append(f"{file.relative_to(folder.parent)}::{node.name}")
    return found


def _numbers(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for each in test.decorator_list:
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == MARK:
            yield from (str(ast.literal_eval(argument)) for argument in each.args)


def page() -> str:
    found, listed = tags(), requirements()
    parts = [HEAD, *_counts(listed, found), *_table(listed, found), *_apart()]
    return "\n".join(parts).rstrip("\n") + "\n"


def _counts(listed: Sequence[Requirement], found: Tags) -> Iterator[str]:
    yield "| level | in all | do not apply | apply | shown by a test | written down | not shown yet |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, levels in (("1", {1}), ("2", {2}), ("1 and 2", {1, 2})):
        apart = sum(level in levels for each in not_applying() for level in each.levels.values())
        here = [each for each in listed if each.level in levels]
        shown = sum(each.number in found for each in here)
        written = sum(each.number not in found and each.document is not None for each in here)
        counts = (apart + len(here), apart, len(here), shown, written, len(here) - shown - written)
        yield f"| {name} | {' | '.join(str(each) for each in counts)} |"
    yield ""


def _table(listed: Sequence[Requirement], found: Tags) -> Iterator[str]:
    yield "## What applies\n"
    yield "| item | level | what it asks, in short | what shows it |"
    yield "| --- | --- | --- | --- |"
    for each in listed:
        yield f"| {each.number} | {each.level} | {each.asks} | {_shown(each, found)} |"
    yield ""


def _shown(each: Requirement, found: Tags) -> str:
    if each.number in found:
        return "<br>".join(f"`{_shorter(test)}`" for test in found[each.number])
    if each.document is not None:
        return f"[written down]({Path('..') / each.document})".replace("../docs/", "")
    return "**not shown yet**" + (f": {each.short}" if each.short else "")


def _shorter(test: str) -> str:
    return re.sub(r"^tests/", "", test)


def _apart() -> Iterator[str]:
    yield "## What does not apply\n"
    yield "| why | items |"
    yield "| --- | --- |"
    for each in not_applying():
        yield f"| {each.why} | {', '.join(each.levels)} |"


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        PAGE.write_text(page())
        return 0
    if not PAGE.exists() or PAGE.read_text() != page():
        print("docs/security-asvs.md is out of date: run python -m tests.support.asvs_page")
        return 1
    print("docs/security-asvs.md says what the list and the tests say")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
