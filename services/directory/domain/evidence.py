"""What a service did for people, in figures about nobody in particular."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Felt = Literal["most-better", "half-better", "few-better"]
SMALL = 30  # people; what fewer felt may be chance. As in the commissioner's figures.
ENOUGH_FOR_A_SHARE = 50  # people: counted in fives, fewer would be out by more than one in ten


@dataclass(frozen=True, slots=True)
class Evidence:
    """In the year before a day. People are counted in fives; None: too few."""

    as_of: date | None = None
    placed: int | None = None
    helped: int | None = None
    answered: int | None = None
    mean_change: Decimal | None = None
    felt: Felt | None = None

    @property
    def is_told(self) -> bool:
        return self.helped is not None or self.answered is not None

    @property
    def is_of_few(self) -> bool:
        return self.answered is not None and self.answered < SMALL

    @property
    def came_of_ten(self) -> int | None:
        """Of ten people who were given a place, how many came."""
        if self.helped is None or self.placed is None or self.placed < ENOUGH_FOR_A_SHARE:
            return None
        return min(10, (20 * self.helped + self.placed) // (2 * self.placed))


NOT_TOLD = Evidence()
