"""What a service did for people, in words of the page's language, and as bars that the server draws."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from services.directory.domain.evidence import Evidence, Felt
from shared.web.dates import as_number
from shared.web.phrases import phrase, spoken_language, translatable

FELT: dict[Felt, str] = {
    "most-better": translatable("Most of them felt better."),
    "half-better": translatable("About half of them felt better."),
    "few-better": translatable("Fewer than half of them felt better."),
}
FULL_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A number of people, drawn as long as it is to the greatest."""

    label: Markup
    people: int
    width: int


@dataclass(frozen=True, slots=True)
class ToldEvidence:
    evidence: Evidence

    @property
    def is_told(self) -> bool:
        return self.evidence.is_told

    def in_short(self) -> Markup:
        """One line for a list of services."""
        return Markup(" ").join(part for part in (self.helped(), self.felt()) if part)

    def helped(self) -> Markup:
        people = self.evidence.helped
        return (
            phrase("In the last year it helped about %(people)s people.", people=people)
            if people
            else Markup()
        )

    def came(self) -> Markup:
        """How many of those who were given a place, where they are many."""
        ten = self.evidence.came_of_ten
        if ten is None:
            return Markup()
        return phrase("Of every 10 people who were given a place, about %(people)s came.", people=ten)

    def answered(self) -> Markup:
        people = self.evidence.answered
        if not people:
            return Markup()
        return phrase("%(people)s people told us how they felt, before and after.", people=people)

    def felt(self) -> Markup:
        return phrase(FELT[self.evidence.felt]) if self.evidence.felt else Markup()

    def change(self) -> Markup:
        mean = self.evidence.mean_change
        if mean is None:
            return Markup()
        points = as_number(abs(float(mean)), spoken_language())
        if mean > 0:
            return phrase("Their wellbeing score went up by %(points)s points on average.", points=points)
        if mean < 0:
            return phrase("Their wellbeing score went down by %(points)s points on average.", points=points)
        return phrase("Their wellbeing score stayed the same on average.")

    def bars(self) -> list[Bar]:
        """None where there is but one number: there is nothing to compare it with."""
        rows = list(self._rows())
        greatest = max((people for _, people in rows), default=0)
        bars = [Bar(label, people, people * FULL_WIDTH // greatest) for label, people in rows]
        return bars if len(bars) > 1 else []

    def _rows(self) -> Iterator[tuple[Markup, int]]:
        told = self.evidence
        if told.placed:
            yield phrase("Were given a place"), told.placed
        if told.helped:
            yield phrase("Came"), told.helped
        if told.answered:
            yield phrase("Told us how they felt, before and after"), told.answered
