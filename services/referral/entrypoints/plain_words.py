"""Codes in the words that people read."""

from collections.abc import Iterable, Mapping

from services.referral.domain.leg import Leg, LegState
from services.referral.domain.wants import Wants, age_band
from shared.vocabulary.vocabulary import access_terms, boroughs, groups, languages, needs

FOR_THE_PERSON: Mapping[LegState, str] = {
    LegState.MATCHING: "We are looking for the right help for you.",
    LegState.REQUESTED: "We are asking a local group if they have a place for you.",
    LegState.OFFERED: "We have asked a local group. They are reading about what you need.",
    LegState.ACCEPTING: "A local group has said yes. We are booking your place.",
    LegState.ACCEPTED: "You have a place. They will get in touch with you.",
    LegState.STARTED: "You have started.",
    LegState.COMPLETED: "This help has finished.",
    LegState.WAITING: "All the groups that suit you are full. You are on the waiting list.",
    LegState.WITHDRAWN: "You told us that you no longer want this.",
    LegState.UNMET: "We have not found help that suits you. We have told the people who plan local services.",
}


def need_label(code: str) -> str:
    return needs()[code].label


def area_label(code: str) -> str:
    borough = boroughs().get(code)
    return borough.name if borough else code


def facts_for_provider(wants: Wants) -> list[tuple[str, str]]:
    """All that a provider sees before it accepts. Nothing here names the person."""
    facts = [
        ("Need", need_label(wants.need)),
        ("Age", age_band(wants.age)),
        ("Area", area_label(wants.area)),
        ("Language", languages()[wants.language].label),
        ("Access", _labels(wants.access, access_terms()) or "No access needs were named"),
        ("Travel", "Can travel" if wants.can_travel else "Cannot travel"),
    ]
    if wants.groups:
        facts.append(("Part of", _labels(wants.groups, groups())))
    if wants.worker_sex:
        facts.append(
            ("Asked for", "A woman to work with" if wants.worker_sex == "female" else "A man to work with")
        )
    if wants.only_evenings_or_weekends:
        facts.append(("Times", "Evenings or weekends only"))
    return facts


def words_for_person(leg: Leg, ahead: int | None) -> str:
    """Where a need stands. `ahead` is how many wait before them."""
    words = FOR_THE_PERSON[leg.state]
    if leg.state is not LegState.WAITING or ahead is None:
        return words
    if ahead == 0:
        return f"{words} You are first in line."
    return f"{words} {'1 person is' if ahead == 1 else f'{ahead} people are'} before you."


def _labels(codes: Iterable[str], vocabulary: Mapping[str, object]) -> str:
    return ", ".join(
        str(getattr(vocabulary[code], "label", code)) for code in sorted(codes) if code in vocabulary
    )
