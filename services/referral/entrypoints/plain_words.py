"""Codes in the words that people read, in the language of the page: called while it is being made."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from services.referral.domain.leg import NO_PLACE_AT_EVENT, NO_PLACE_MEANWHILE, Leg, LegState
from services.referral.domain.wants import Wants, age_band
from services.referral.entrypoints.help_words import help_for_person
from shared.vocabulary.vocabulary import (
    Language,
    Term,
    access_terms,
    all_needs,
    boroughs,
    groups,
    help_to_attend,
    languages,
)
from shared.web.phrases import phrase, plural_phrase, spoken_language, translatable

Facts = Sequence[tuple[Markup, Markup]]
FactsWhenShown = Callable[[], Facts]

FOR_THE_PERSON: Mapping[LegState, str] = {
    LegState.MATCHING: translatable("We are looking for the right help for you."),
    LegState.PROPOSED: translatable("We found groups that may suit you. You can choose which one we ask."),
    LegState.REQUESTED: translatable("We are asking a local group if they have a place for you."),
    LegState.OFFERED: translatable("We have asked a local group. They are reading about what you need."),
    LegState.ACCEPTING: translatable("A local group has said yes. We are booking your place."),
    LegState.ACCEPTED: translatable("You have a place. They will get in touch with you."),
    LegState.STARTED: translatable("You have started."),
    LegState.COMPLETED: translatable("This help has finished."),
    LegState.WAITING: translatable("All the groups that suit you are full. You are on the waiting list."),
    LegState.WITHDRAWN: translatable("You told us that you no longer want this."),
    LegState.UNMET: translatable(
        "We have not found help that suits you. We have told the people who plan local services."
    ),
}
SPACE_NOT_KNOWN = translatable(
    "No group that suits you has told us that it has a place. You are on the waiting list."
)
NO_PLACE_WORDS = translatable(
    "We could not get you a place at the event. You keep your place on the waiting list for all you wait for."
)
NO_PLACE_MEANWHILE_WORDS = translatable(
    "That group could not take you. Nothing else that you asked for has changed."
)
REASONS: Mapping[str, str] = {
    "not-suitable": translatable("This is not right for the person"),
    "no-space": translatable("We have no space"),
    "cannot-reach": translatable("We could not get in touch"),
    "wrong-area": translatable("We do not cover this area"),
    "risk": translatable("We cannot support this safely"),
    "other": translatable("Another reason"),
}
WORKERS: Mapping[str, str] = {
    "female": translatable("A woman to work with"),
    "male": translatable("A man to work with"),
}
AGES: Mapping[str, str] = {
    "under 18": translatable("under 18"),
    "75 or over": translatable("75 or over"),
}


def area_label(code: str) -> str:
    borough = boroughs().get(code)
    return borough.name if borough else code


def name_of(text: str) -> Markup:
    """A name in the middle of other words, whichever way either is written."""
    return Markup("<bdi>%s</bdi>") % text


def facts_for_provider(wants: Wants) -> Facts:
    """All that a provider sees before it accepts. Nothing here names the person."""
    facts = [
        (phrase("Need"), phrase(all_needs()[wants.need].label)),
        (phrase("Age"), _age(wants.age)),
        (phrase("Area"), name_of(area_label(wants.area))),
        (phrase("Language"), language_said(languages()[wants.language])),
        (phrase("Access"), _labels(wants.access, access_terms()) or phrase("No access needs were named")),
        (phrase("Travel"), phrase("Can travel") if wants.can_travel else phrase("Cannot travel")),
    ]
    if wants.groups:
        facts.append((phrase("Part of"), _labels(wants.groups, groups())))
    if wants.worker_sex:
        facts.append((phrase("Asked for"), phrase(WORKERS[wants.worker_sex])))
    if wants.only_evenings_or_weekends:
        facts.append((phrase("Times"), phrase("Evenings or weekends only")))
    if wants.help_to_attend:
        facts.append((phrase("Help to go there"), _labels(wants.help_to_attend, help_to_attend())))
    return facts


def words_for_person(leg: Leg, ahead: int | None, *, asked_first: bool = False) -> Markup:
    """Where a need stands. `ahead` is how many of their borough wait for the same before them; `asked_first` where not all that suits is full."""
    if leg.reason == NO_PLACE_AT_EVENT:
        return phrase(NO_PLACE_WORDS)
    if leg.reason == NO_PLACE_MEANWHILE:
        return phrase(NO_PLACE_MEANWHILE_WORDS)
    if leg.beside:
        words = help_for_person(leg)
    else:
        words = phrase(SPACE_NOT_KNOWN if asked_first else FOR_THE_PERSON[leg.state])
    if leg.state is not LegState.WAITING or ahead is None:
        return words
    if ahead == 0:
        return Markup("%s %s") % (
            words,
            phrase("Of those in your borough who wait for this, you come first."),
        )
    before = plural_phrase(
        "Of those in your borough who wait for this, %(num)s person is before you.",
        "Of those in your borough who wait for this, %(num)s people are before you.",
        ahead,
    )
    return Markup("%s %s") % (words, before)


def language_said(language: Language) -> Markup:
    """In English by its English name; elsewhere by the name that its own speakers have for it."""
    if spoken_language() == "en":
        return escape(language.label)
    return Markup('<span lang="%s" dir="%s">%s</span>') % (
        language.code,
        language.direction,
        language.own_name,
    )


def _age(age: int) -> Markup:
    band = age_band(age)
    lower, _, upper = band.partition(" to ")
    return phrase("%(lower)s to %(upper)s", lower=lower, upper=upper) if upper else phrase(AGES[band])


def _labels(codes: Iterable[str], vocabulary: Mapping[str, Term]) -> Markup:
    return Markup(", ").join(phrase(vocabulary[code].label) for code in sorted(codes) if code in vocabulary)
