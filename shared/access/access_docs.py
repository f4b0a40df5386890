"""`python -m shared.access.access_docs [--check]`: docs/access.md, made from the access table.

`--check` writes nothing and exits 1 when the page differs.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from shared.access.roles import HELD_IN, LABELS, Role
from shared.access.table import MAY_GIVE, SCOPES, TABLE
from shared.access.vocabulary import CASE_DATA, MEANINGS, Thing, Verb

PAGE = Path(__file__).parent.parent.parent / "docs" / "access.md"
HEAD = """\
# Who may do what

Made by `python -m shared.access.access_docs` from `shared/access/table.py`: change that, not this page.

What is not in a table below is refused. A role counts only where it is held: in an area (and what lies in it that
day), in an organisation (and those below it as far as it passes the role down), or, for work that is given to somebody,
in that work. `shared/access/decide.py` is the one place that reads the table; the tests make their requests from it.
"""


def page() -> str:
    parts = [HEAD, *_roles(), *_things(), *_giving(), *_scopes()]
    return "\n".join(parts).rstrip("\n") + "\n"


def _roles() -> Iterator[str]:
    yield "## Roles\n"
    yield "| role | held in | sees cases |"
    yield "| --- | --- | --- |"
    for role in Role:
        cases = any(rule.thing in CASE_DATA for rule in TABLE if rule.role is role)
        yield f"| {LABELS[role]} (`{role}`) | {HELD_IN[role]} | {'yes' if cases else 'no'} |"
    yield ""


def _things() -> Iterator[str]:
    yield "## Things\n"
    for thing in Thing:
        yield f"### {thing}\n"
        yield f"{MEANINGS[thing][0].upper()}{MEANINGS[thing][1:]}.\n"
        verbs = [v for v in Verb if any(rule.thing is thing and rule.verb is v for rule in TABLE)]
        yield f"| role | {' | '.join(verbs)} |"
        yield "| --- |" + " --- |" * len(verbs)
        for role in Role:
            cells = [_cell(role, verb, thing) for verb in verbs]
            if any(cells):
                yield f"| {LABELS[role]} | {' | '.join(cells)} |"
        yield ""


def _cell(role: Role, verb: Verb, thing: Thing) -> str:
    found = [r.reach for r in TABLE if (r.role, r.verb, r.thing) == (role, verb, thing)]
    return ", ".join(found)


def _giving() -> Iterator[str]:
    yield "## Who gives which role\n"
    yield "Nobody gives themselves a role, or ends their own.\n"
    yield "| role | may give and end |"
    yield "| --- | --- |"
    for giver, given in MAY_GIVE.items():
        yield f"| {LABELS[giver]} | {', '.join(LABELS[role] for role in Role if role in given)} |"
    yield ""


def _scopes() -> Iterator[str]:
    yield "## Scopes of systems\n"
    yield "A system is bound to areas, to an organisation, or to both, and its scopes count there alone."
    yield "Bound to an organisation it refers people in the areas where that works (those that it is bound to as"
    yield "well, or else those whose people its services take) and reads those referrals and the ones that stand with"
    yield "it; says the space of the organisation's services; reads the figures of those whom it referred or gave a"
    yield "place. Plumbing is no organisation's own: `operate` opens nothing to it.\n"
    yield "| scope | may |"
    yield "| --- | --- |"
    for scope in SCOPES:
        yield f"| `{scope.name}` | {scope.verb} {scope.thing} |"
    yield ""


def differs(file: Path = PAGE) -> bool:
    return not file.exists() or file.read_text() != page()


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        PAGE.write_text(page())
        return 0
    if differs():
        print("docs/access.md is out of date: run python -m shared.access.access_docs")
        return 1
    print("docs/access.md says what the table says")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
