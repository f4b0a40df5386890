"""What became of one need of one person, as far as the figures ask."""

from dataclasses import dataclass
from datetime import datetime

from simulator.people import Arrival


@dataclass(slots=True)
class Story:
    """Moments that have come. A need that is unmet or given up has an end and no place."""

    arrival: Arrival
    waited: bool = False
    placed_at: datetime | None = None
    unmet: str | None = None
    gave_up: bool = False
    declines: int = 0
    lapses: int = 0

    @property
    def days_to_place(self) -> float | None:
        """From the referral to the place."""
        if self.placed_at is None:
            return None
        return (self.placed_at - self.arrival.at).total_seconds() / 86_400
