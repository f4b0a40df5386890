"""The state of a pool in the words of the one-tap page."""

from dataclasses import dataclass

from services.capacity.domain.status import Source, Status
from services.capacity.entrypoints.http_schemas import PoolState, SignalAnswer
from shared.web.dates import as_date, as_date_and_time


@dataclass(frozen=True, slots=True)
class SpaceWords:
    """What was said, when, and how the places stand."""

    headline: str
    facts: tuple[tuple[str, str], ...]


def space_words(state: PoolState) -> SpaceWords:
    facts = [("Now", headline(state)), ("Said", _when(state))]
    if state.expires_at and state.status is not Status.UNKNOWN:
        facts.append(("Counts until", as_date(state.expires_at)))
    facts.append(("People offered a place, waiting for an answer", str(state.held)))
    facts.append(("People who have a place", str(state.taken)))
    return SpaceWords(headline(state), tuple(facts))


def headline(state: PoolState) -> str:
    match state.status:
        case Status.OPEN if state.free is None:
            return "You have places for everyone"
        case Status.OPEN:
            return f"You have {places(state.free)} free"
        case Status.LIMITED:
            return f"You have a little space: {places(state.free)} free"
        case Status.FULL:
            return "You are full"
        case Status.PAUSED:
            until = f" until {as_date(state.paused_until)}" if state.paused_until else ""
            return f"You take nobody new for now{until}"
        case Status.UNKNOWN:
            return "We do not know if you have space, so nobody is sent to you"


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


def _when(state: PoolState) -> str:
    if state.confirmed_at is None:
        return "Nobody has told us yet"
    if state.source is Source.DECAY:
        return f"You last told us on {as_date_and_time(state.confirmed_at)}. That is too long ago to count"
    return as_date_and_time(state.confirmed_at)
