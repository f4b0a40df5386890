"""Why the router decided as it did, in plain words for the person, in the language of the page."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from services.referral.domain.decision_story import PastDecision
from services.referral.domain.leg import Leg, LegState
from services.referral.domain.suitability import UnmetReason
from shared.web.phrases import phrase, plural_phrase, translatable

SAID_IN = frozenset(
    {LegState.REQUESTED, LegState.OFFERED, LegState.ACCEPTING, LegState.WAITING, LegState.UNMET}
)
"""While somebody looks for them or in vain: later it is past, and before nothing is decided."""

WHY_NONE: Mapping[UnmetReason, str] = {
    "no-service": translatable("There is none that takes people from your area for this at the times you can come."),
    "not-eligible": translatable("Most of them are for other groups of people."),
    "language": translatable("Most of them do not speak your language."),
    "age": translatable("Most of them are for people of another age."),
    "access": translatable("Most of them do not have what you need to take part."),
    "travel": translatable("Most of them are places to travel to."),
}  # fmt: skip


def decision_for_person(leg: Leg, decision: PastDecision | None) -> Markup:
    """Nothing where nothing was decided, or the leg has gone on since."""
    if decision is None or leg.state not in SAID_IN:
        return Markup()
    return Markup(" ").join(_sentences(decision))


def _sentences(decision: PastDecision) -> Iterator[Markup]:
    if decision.looked_at:
        yield plural_phrase("We looked at %(num)s group.", "We looked at %(num)s groups.", decision.looked_at)
    if decision.unmet_reason is not None:
        for reason, words in WHY_NONE.items():
            if reason == decision.unmet_reason:
                yield phrase(words)
        return
    yield plural_phrase(
        "%(num)s of them is right for you.", "%(num)s of them are right for you.", len(decision.suited)
    )
    asked = decision.asked
    if asked is None:
        return
    yield phrase("We asked the one that fits you best and has space.")
    if asked.is_specialist or asked.fits_a_group:
        yield phrase("It is there for people like you.")
    if asked.speaks_own_language:
        yield phrase("People there speak your language.")
