"""How long an entry counts as right after somebody said so, and when its organisation is asked again."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final, Literal

Freshness = Literal["fresh", "due", "stale", "old"]


@dataclass(frozen=True, slots=True)
class FreshnessPolicy:
    days_until_reminder: int
    days_between_reminders: tuple[int, ...]
    days_until_stale: int
    days_until_old: int

    @property
    def reminders(self) -> int:
        """How often an organisation is asked before we stop asking."""
        return 1 + len(self.days_between_reminders)


def _read() -> FreshnessPolicy:
    said = json.loads((Path(__file__).parent / "freshness.json").read_text(encoding="utf-8"))
    return FreshnessPolicy(**said | {"days_between_reminders": tuple(said["days_between_reminders"])})


POLICY: Final = _read()


def freshness_of(confirmed_on: date | None, today: date) -> Freshness:
    """An entry of which nobody ever said that it is right is stale."""
    if confirmed_on is None:
        return "stale"
    days = (today - confirmed_on).days
    if days >= POLICY.days_until_old:
        return "old"
    if days >= POLICY.days_until_stale:
        return "stale"
    return "due" if days >= POLICY.days_until_reminder else "fresh"


def due_on(confirmed_on: date) -> date:
    return confirmed_on + timedelta(days=POLICY.days_until_reminder)
