"""When a crashed process is started again, and when it is given up. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class RestartPolicy:
    """The first crash waits least; `crashes_to_give_up` within `within_seconds` end the attempt."""

    crashes_to_give_up: int = 3
    within_seconds: float = 60.0
    first_delay_seconds: float = 0.5
    longest_delay_seconds: float = 8.0

    def delay_after(self, crashes: Sequence[float], now: float) -> float | None:
        """Seconds to wait before the next start, or None: it cannot stay up. `crashes` are times, `now` the last."""
        recent = [moment for moment in crashes if now - moment < self.within_seconds]
        if len(recent) >= self.crashes_to_give_up:
            return None
        return float(min(self.first_delay_seconds * 4 ** max(len(recent) - 1, 0), self.longest_delay_seconds))
