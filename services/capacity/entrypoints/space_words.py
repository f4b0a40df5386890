"""The state of a pool in the words of the one-tap page, in its language: called while the page is being made."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from services.capacity.domain.doubt import DoubtCode
from services.capacity.domain.status import Source, Status
from services.capacity.entrypoints.http_schemas import PoolState, SignalAnswer, ToldReason
from services.capacity.entrypoints.pool_names import pool_name
from services.capacity.storage.pool_rows import LastWord
from shared.web.phrases import phrase, plural_phrase
from shared.web.spoken_dates import say_date, say_date_and_time


@dataclass(frozen=True, slots=True)
class SpaceWords:
    """What was said, when, and how the places stand; `done` is what a tap has done, and what that means."""

    state: PoolState
    last_word: LastWord | None
    answer: SignalAnswer | None = None

    def name(self) -> str:
        return pool_name(self.state)

    def headline(self) -> Markup:
        return headline(self.state)

    def facts(self) -> Sequence[tuple[Markup, Markup]]:
        state = self.state
        facts = [
            (phrase("You last said"), _said(state, self.last_word)),
            (phrase("Now"), headline(state)),
        ]
        if state.expires_at and state.status is not Status.UNKNOWN:
            facts.append((phrase("Counts until"), escape(say_date(state.expires_at))))
        facts.append((phrase("People offered a place, waiting for an answer"), escape(state.held)))
        facts.append((phrase("People who have a place"), escape(state.taken)))
        if state.in_all is not None:
            facts.append((phrase("Places in all, as you said"), escape(state.in_all)))
        return facts

    def done(self) -> tuple[Markup, Markup]:
        return confirmation_words(self.answer or self.state)

    def doubts(self) -> Sequence[Markup]:
        reasons = self.state.doubt.reasons if self.state.doubt else []
        return [_doubt(reason) for reason in reasons]


def _doubt(reason: ToldReason) -> Markup:
    match reason.code:
        case DoubtCode.DECLINED_AS_FULL:
            return phrase(
                "Of the last %(of)s people offered to you, you had no space for %(num)s.",
                of=reason.of,
                num=reason.number,
            )
        case DoubtCode.LAPSED:
            return phrase(
                "Of the last %(of)s people offered to you, %(num)s had no answer in time.",
                of=reason.of,
                num=reason.number,
            )
        case DoubtCode.WAITS_GROW:
            return phrase(
                "Days until people start: about %(num)s now, %(of)s before.", num=reason.number, of=reason.of
            )


def headline(state: PoolState) -> Markup:
    match state.status:
        case Status.FULL:
            return phrase("You are full")
        case Status.PAUSED if state.paused_until:
            return phrase("You take nobody new for now until %(day)s", day=say_date(state.paused_until))
        case Status.PAUSED:
            return phrase("You take nobody new for now")
        case Status.UNKNOWN:
            return phrase("We do not know if you have space, so nobody is sent to you")
        case _:
            return _what_is_left(state)


def _what_is_left(state: PoolState) -> Markup:
    if state.free is None:
        return phrase("You have places for everyone")
    if state.free == 0:
        return phrase("All the places you gave us are taken or on offer")
    if state.status is Status.LIMITED:
        return plural_phrase(
            "You have a little space: %(num)s place free",
            "You have a little space: %(num)s places free",
            state.free,
        )
    return plural_phrase("You have %(num)s place free", "You have %(num)s places free", state.free)


def confirmation_words(state: PoolState) -> tuple[Markup, Markup]:
    """What was done, and what it means."""
    nobody = phrase("From now on nobody new is offered to you.")
    match state.status:
        case Status.FULL:
            return phrase("Thank you. You are full"), nobody
        case Status.PAUSED:
            return phrase("Thank you. You take a break"), nobody
        case _:
            done = phrase("Thank you. %(now)s", now=headline(state))
            return done, phrase("People who suit you can now be offered to you.")


def _said(state: PoolState, last_word: LastWord | None) -> Markup:
    if last_word is None:
        return phrase("Nothing yet")
    when = say_date_and_time(last_word.confirmed_at)
    said = phrase("%(said)s, on %(when)s.", said=_words_of(last_word), when=when)
    if state.source is not Source.DECAY:
        return said
    return Markup("%s %s") % (said, phrase("That is too long ago to count."))


def _words_of(last_word: LastWord) -> Markup:
    free = last_word.free
    match last_word.status:
        case Status.FULL:
            return phrase("We are full")
        case Status.PAUSED:
            return phrase("We take a break")
        case _ if last_word.in_all is not None:
            return phrase("So many in all: %(num)s", num=last_word.in_all)
        case Status.LIMITED:
            return plural_phrase("A little space, %(num)s place", "A little space, %(num)s places", free or 0)
        case _ if free is None:
            return phrase("Places for everyone")
        case _:
            return plural_phrase("We have %(num)s place", "We have %(num)s places", free)
