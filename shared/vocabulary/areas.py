"""Areas as a dated tree: region → ICS → borough → neighbourhood. Boards merge; what they held stays known.

Codes are GSS codes of the Office for National Statistics; a code that begins with K is ours, where that
register has none (neighbourhoods, and a new board until its code is known).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

AreaKind = Literal["region", "ics", "borough", "neighbourhood"]


@dataclass(frozen=True, slots=True)
class AreaSpell:
    """One area under one parent, from a day until the day before `valid_to`."""

    code: str
    name: str
    kind: AreaKind
    parent: str | None
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class AreaTree:
    """Every spell of every area. Pure: the day is always given."""

    def __init__(self, spells: Iterable[AreaSpell]) -> None:
        self._of_code: defaultdict[str, list[AreaSpell]] = defaultdict(list)
        self._under: defaultdict[str, list[AreaSpell]] = defaultdict(list)
        for spell in spells:
            self._of_code[spell.code].append(spell)
            if spell.parent is not None:
                self._under[spell.parent].append(spell)

    def __contains__(self, code: str) -> bool:
        return code in self._of_code

    def spell(self, code: str, on: date) -> AreaSpell | None:
        """The area as it is on that day, if it is there."""
        return next((each for each in self._of_code.get(code, ()) if each.holds(on)), None)

    def name(self, code: str) -> str:
        """The latest name of an area; the code where it is not known."""
        spells = self._of_code.get(code)
        return max(spells, key=lambda each: each.valid_from).name if spells else code

    def above(self, code: str) -> list[str]:
        """The area and all that it is in, from the inside out, as last known."""
        found: list[str] = []
        while code not in found:
            found.append(code)
            spells = self._of_code.get(code)
            parent = max(spells, key=lambda each: each.valid_from).parent if spells else None
            if parent is None:
                break
            code = parent
        return found

    def below(self, code: str, on: date) -> frozenset[str]:
        """The area and all that is in it on that day; nothing when the area is not there that day."""
        if self.spell(code, on) is None:
            return frozenset()
        found, waiting = {code}, [code]
        while waiting:
            inner = {each.code for each in self._under.get(waiting.pop(), ()) if each.holds(on)} - found
            found |= inner
            waiting += inner
        return frozenset(found)

    def reached(self, code: str, on: date) -> frozenset[str]:
        """What somebody who holds a role in this area reaches on that day.

        After a merger the role reaches what the old area held on its last day: no more, and no less.
        """
        spells = self._of_code.get(code)
        if not spells:
            return frozenset()
        last = max(spells, key=lambda each: each.valid_from)
        day = on if last.valid_to is None else min(on, last.valid_to - timedelta(days=1))
        return frozenset(each for each in self.below(code, day) if self.spell(each, on) or each == code)

    def of_kind(self, kind: AreaKind, on: date) -> Mapping[str, str]:
        """Codes and names of a kind on that day."""
        spells = (each for found in self._of_code.values() for each in found)
        return {each.code: each.name for each in spells if each.kind == kind and each.holds(on)}


@cache
def areas() -> AreaTree:
    """London's areas."""
    rows = json.loads((Path(__file__).parent / "areas.json").read_text(encoding="utf-8"))
    return AreaTree(
        AreaSpell(
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent=row["parent"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in rows
    )


def areas_below(code: str, on: date) -> frozenset[str]:
    """The area and all that is in it on that day."""
    return areas().below(code, on)
