"""The state of a pool in the words of the one-tap page."""

from dataclasses import dataclass

from services.capacity.domain.status import Source, Status
from services.capacity.entrypoints.http_schemas import PoolState, SignalAnswer
from services.capacity.storage.pool_rows import LastWord
from shared.web.dates import as_date, as_date_and_time


@dataclass(frozen=True, slots=True)
class SpaceWords:
    """What was said, when, and how the places stand."""

    headline: str
    facts: tuple[tuple[str, str], ...]


def space_words(state: PoolState, last_word: LastWord | None) -> SpaceWords:
    facts = [("You last said", _said(state, last_word)), ("Now", headline(state))]
    if state.expires_at and state.status is not Status.UNKNOWN:
        facts.append(("Counts until", as_date(state.expires_at)))
    facts.append(("People offered a place, waiting for an answer", str(state.held)))
    facts.append(("People who have a place", str(state.taken)))
    return SpaceWords(headline(state), tuple(facts))


def headline(state: PoolState) -> str:
    match state.status:
        case Status.FULL:
            return "You are full"
        case Status.PAUSED:
            until = f" until {as_date(state.paused_until)}" if state.paused_until else ""
            return f"You take nobody new for now{until}"
        case Status.UNKNOWN:
            return "We do not know if you have space, so nobody is sent to you"
        case _:
            return _what_is_left(state)


def _what_is_left(state: PoolState) -> str:
    if state.free is None:
        return "You have places for everyone"
    if state.free == 0:
        return "All the places you gave us are taken or on offer"
    little = "a little space: " if state.status is Status.LIMITED else ""
    return f"You have {little}{places(state.free)} free"


def confirmation_words(answer: SignalAnswer) -> tuple[str, str]:
    """What was done, and what it means."""
    match answer.status:
        case Status.FULL:
            return "Thank you. You are full", "From now on nobody new is offered to you."
        case Status.PAUSED:
            return "Thank you. You take a break", "From now on nobody new is offered to you."
        case _:
            return f"Thank you. {headline(answer)}", "People who suit you can now be offered to you."


def places(number: int | None) -> str:
    return "1 place" if number == 1 else f"{number or 0} places"


def _said(state: PoolState, last_word: LastWord | None) -> str:
    if last_word is None:
        return "Nothing yet"
    too_old = " That is too long ago to count." if state.source is Source.DECAY else ""
    return f"{_words_of(last_word)}, on {as_date_and_time(last_word.confirmed_at)}.{too_old}"


def _words_of(last_word: LastWord) -> str:
    match last_word.status:
        case Status.FULL:
            return "We are full"
        case Status.PAUSED:
            return "We take a break"
        case Status.LIMITED:
            return f"A little space, {places(last_word.free)}"
        case _:
            return "Places for everyone" if last_word.free is None else f"We have {places(last_word.free)}"
