"""The simulator runs the rules of the services, each by one file, and has no chance or clock but its own."""

import ast
from pathlib import Path

import pytest

SIMULATOR = Path(__file__).parents[2] / "simulator"
RULES = ("services.referral.domain", "services.capacity.domain")
ADAPTERS = {
    "services.capacity.domain": "place_ledger.py",
    "services.referral.domain.router.decide": "menu.py",
    "services.referral.domain.waiting_list": "line.py",
    "services.referral.domain.place_answers": "run.py",
}
NO_CLOCK = {"time", "secrets", "uuid.uuid4", "random.random", "random.choice", "random.seed"}
NOW = {"now", "utcnow", "today"}


def imports(source: str) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(SIMULATOR.rglob("*.py"))}


@pytest.mark.parametrize("name", list(FILES))
def test_of_services_it_knows_the_rules_alone_and_it_reads_no_clock(name: str) -> None:
    source = FILES[name]
    imported = imports(source)

    assert {each for each in imported if each.startswith(("services", "deploy"))} <= {
        each for each in imported if each.startswith(RULES)
    }
    assert not {each for each in imported if each in NO_CLOCK or each.split(".")[0] == "time"}
    called = {
        node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not called & NOW


@pytest.mark.parametrize(("rule", "adapter"), list(ADAPTERS.items()))
def test_each_of_those_rules_is_known_to_one_file(rule: str, adapter: str) -> None:
    found = {name for name, source in FILES.items() if any(each.startswith(rule) for each in imports(source))}

    assert found == {adapter}
