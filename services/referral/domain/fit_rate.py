"""How well those fit whom somebody refers, and when whoever scatters is slowed: a pure rule over kept figures."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.referral.domain.fact_kind import FactKind
from services.referral.domain.leg import Fact, Leg

NOT_RIGHT_FOR_THEM = "not-suitable"


@dataclass(frozen=True, slots=True)
class FitFigures:
    """What providers decided of a referrer's people: accepted, or declined as not right for them."""

    fitted: int = 0
    did_not_fit: int = 0

    def __add__(self, other: "FitFigures") -> "FitFigures":
        return FitFigures(self.fitted + other.fitted, self.did_not_fit + other.did_not_fit)

    @property
    def decided(self) -> int:
        """Declines for want of space, or of an answer, say nothing of who was sent."""
        return self.fitted + self.did_not_fit

    @property
    def percent(self) -> int | None:
        """Of those decided, how many fitted. None where there is nothing to tell."""
        return round(100 * self.fitted / self.decided) if self.decided else None


@dataclass(frozen=True, slots=True)
class Brake:
    """From how many decisions in how many days, and below what share, a referrer counts as one who scatters."""

    days: int = 90
    least_decided: int = 10
    least_percent: int = 40
    time_to_look: timedelta = timedelta(hours=24)
    """The longest that a person is held up by it: then they are routed as anybody is."""

    def since(self, today: date) -> date:
        return today - timedelta(days=self.days - 1)

    def slows(self, figures: FitFigures) -> bool:
        # Of whole numbers, so that a share just below the line does not round up to it.
        return (
            figures.decided >= self.least_decided
            and 100 * figures.fitted < self.least_percent * figures.decided
        )


BRAKE = Brake()


def figures_of(fact: Fact) -> FitFigures | None:
    """What a fact adds; None where it says nothing of who was sent."""
    if fact.kind is FactKind.ACCEPTED:
        return FitFigures(fitted=1)
    if fact.kind is FactKind.DECLINED and fact.reason == NOT_RIGHT_FOR_THEM:
        return FitFigures(did_not_fit=1)
    return None


def sender_of(leg: Leg) -> UUID | None:
    """Who referred: the organisation, or the practice's referrer where no organisation is known. Nobody of a self-referral."""
    if leg.goes_nowhere_else:
        return None  # they said yes to it themselves: whoever referred them did not send them there
    return leg.referring_organisation_id or leg.referrer_id
