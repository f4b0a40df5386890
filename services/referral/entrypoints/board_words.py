"""The response clock and the people of a group in words, in the language of the page: called while it is being made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from services.referral.domain.working_days import working_days_after
from services.referral.storage.board_rows import LegOnBoard, PeopleForNeed
from shared.vocabulary.vocabulary import all_needs
from shared.web.dates import LONDON
from shared.web.phrases import phrase, plural_phrase, translatable
from shared.web.spoken_dates import say_date, say_date_and_time

STATES: Final[Mapping[str, str]] = {
    "accepting": translatable("You said yes, and the place is being booked"),
    "accepted": translatable("Has a place"),
    "started": translatable("Has started"),
}


@dataclass(frozen=True, slots=True)
class BoardWords:
    """In the panel the counts alone; on the page each by reference."""

    now: datetime
    offers: Sequence[PeopleForNeed]
    people: Sequence[PeopleForNeed]
    each_offer: Sequence[LegOnBoard] = ()
    each_person: Sequence[LegOnBoard] = ()

    def first_to_answer(self) -> Markup | None:
        """What is due first, of all."""
        due = [each.first_due for each in self.offers if each.first_due]
        return phrase("Answer the first by %(when)s: %(left)s.", when=say_date_and_time(min(due)),
                      left=left_words(min(due), self.now)) if due else None  # fmt: skip

    def offers_by_need(self) -> list[list[object]]:
        return [
            [
                _need(each.need),
                each.people,
                _since(each.first_asked, self.now),
                *_due(each.first_due, self.now),
            ]
            for each in self.offers
        ]

    def people_by_need(self) -> list[list[object]]:
        return [[_need(each.need), each.people] for each in self.people]

    def offers_by_reference(self) -> list[list[object]]:
        return [
            [
                each.referral.reference, _need(each.need), _name(each.service),
                _since(each.offered_at, self.now), *_due(each.answer_by, self.now),
            ]
            for each in self.each_offer
        ]  # fmt: skip

    def people_by_reference(self) -> list[list[object]]:
        return [
            [
                each.referral.reference, _need(each.need), _name(each.service),
                phrase(STATES[each.state]), say_date(each.changed_at),
            ]
            for each in self.each_person
        ]  # fmt: skip


def left_words(answer_by: datetime, now: datetime) -> Markup:
    """How much of the time to answer is left: days on which groups work, those of London."""
    if answer_by <= now:
        return phrase("the time is over")
    left = working_days_after(now.astimezone(LONDON).date(), answer_by.astimezone(LONDON).date())
    if left == 0:
        return phrase("no working day left after today")
    return plural_phrase("%(num)s working day left", "%(num)s working days left", left)


def _since(asked_at: datetime | None, now: datetime) -> Markup:
    if asked_at is None:
        return Markup()
    days = working_days_after(asked_at.astimezone(LONDON).date(), now.astimezone(LONDON).date())
    return plural_phrase("%(num)s working day ago", "%(num)s working days ago", days)


def _due(answer_by: datetime | None, now: datetime) -> list[Markup | str]:
    return [say_date_and_time(answer_by), left_words(answer_by, now)] if answer_by else ["", ""]


def _need(code: str) -> Markup:
    return phrase(all_needs()[code].label)


def _name(service: str) -> Markup:
    return Markup("<bdi>%s</bdi>") % service
