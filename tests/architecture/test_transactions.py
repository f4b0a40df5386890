"""Services reach the database through `transaction`, which says whose rows it is about, and in no other way."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WITHOUT_ROWS_OF_PEOPLE = {"directory"}
STATEMENTS = {"acquire", "fetch", "fetchrow", "fetchval", "execute", "executemany"}


def around_transaction(file: Path) -> Iterator[int]:
    """Lines that ask a pool itself."""
    for node in ast.walk(ast.parse(file.read_text())):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in STATEMENTS
        ):
            asked = ast.unparse(node.func.value)
            if asked.rpartition(".")[2] in {"pool", "_pool"}:
                yield node.lineno


def test_no_service_with_rows_of_people_asks_its_pool_without_a_reach() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sorted((ROOT / "services").rglob("*.py"))
        if file.relative_to(ROOT).parts[1] not in WITHOUT_ROWS_OF_PEOPLE
        for line in around_transaction(file)
    ]
    assert found == []


def test_the_search_finds_such_a_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text(
        "async def f(self):\n    await self._pool.fetch('SELECT 1')\n    async with pool.acquire() as c: ...\n"
    )
    assert list(around_transaction(file)) == [2, 3]
