"""What a service did for people, in figures about nobody in particular."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Felt = Literal["most-better", "half-better", "few-better"]
SMALL = 30  # people; what fewer felt may be chance. As in the commissioner's figures.
TENTH = Decimal("0.1")
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


def together(several: Sequence[Evidence]) -> Evidence:
    """Of entries that are one service: people are added up, and whoever came by two entries counts twice.

    The mean is that of all who answered; what most felt is said where all entries say the same of it.
    """
    if len(several) < 2:
        return several[0] if several else NOT_TOLD
    answered = [each for each in several if each.answered is not None]
    felt = {each.felt for each in answered}
    return Evidence(
        max((each.as_of for each in several if each.as_of is not None), default=None),
        _sum(each.placed for each in several),
        _sum(each.helped for each in several),
        _sum(each.answered for each in several),
        _mean(answered),
        felt.pop() if len(felt) == 1 else None,
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    """Too few people at one entry add nothing: what is hidden there stays hidden here."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _mean(answered: Sequence[Evidence]) -> Decimal | None:
    people, points = 0, Decimal(0)
    for each in answered:
        if each.mean_change is None or each.answered is None:
            return None
        people += each.answered
        points += each.mean_change * each.answered
    return (points / people).quantize(TENTH) if people else None
