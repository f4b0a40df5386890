"""Help to attend in the words that people read: to the person, and to the group whose place it is."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from services.referral.domain.help_to_attend import MAIN_PLACE_ENDED
from services.referral.domain.leg import Leg, LegState
from services.referral.storage.helped_legs import BesideLeg
from shared.vocabulary.vocabulary import help_to_attend
from shared.web.phrases import phrase, translatable

LOOKING = translatable("We are asking for this now. Your place is yours whatever the answer is.")
FOR_THE_PERSON: Mapping[LegState, str] = {
    LegState.ACCEPTED: translatable("Somebody will help you with this. They will get in touch with you."),
    LegState.STARTED: translatable("Somebody is helping you with this."),
    LegState.COMPLETED: translatable("This help has finished."),
    LegState.WAITING: translatable(
        "Nobody is free for this yet. We keep asking. Your place is yours all the same."
    ),
    LegState.WITHDRAWN: translatable("You told us that you no longer want this."),
    LegState.UNMET: translatable(
        "We found nobody who can do this. Your place is yours all the same. "
        "We have told the people who plan local services."
    ),
}
ENDED = translatable("This has ended, because you do not go there any more.")
NOT_YET = translatable("We are asking for it now. Your place for them does not depend on it.")
FOR_THE_PROVIDER: Mapping[LegState, str] = {
    LegState.ACCEPTED: translatable("Somebody has said yes and will come along."),
    LegState.STARTED: translatable("Somebody has said yes and will come along."),
    LegState.COMPLETED: translatable("This help has finished."),
    LegState.WAITING: translatable("Nobody is free yet. We keep asking. Your place for them stands."),
    LegState.WITHDRAWN: translatable("The person no longer wants this."),
    LegState.UNMET: translatable(
        "We found nobody. Your place for them stands: please talk with them about it."
    ),
}


def help_for_person(leg: Leg) -> Markup:
    """Where it stands with somebody who is to come along."""
    if leg.reason == MAIN_PLACE_ENDED:
        return phrase(ENDED)
    return phrase(FOR_THE_PERSON.get(leg.state, LOOKING))


def help_for_provider(beside: Sequence[BesideLeg]) -> Sequence[tuple[Markup, Markup]]:
    """What comes along with the person, or does not, in rows for the group that has the place."""
    return [
        (phrase(help_to_attend()[each.help].label), phrase(FOR_THE_PROVIDER.get(each.state, NOT_YET)))
        for each in beside
    ]
