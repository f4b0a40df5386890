"""What becomes of a message after a try: sent, to be tried again later, or failed for good."""

from dataclasses import dataclass
from datetime import timedelta

from shared.events.notify import FailureReason

# The pause after each failed try; after the last one we give up. A working day in all.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 3600, 3 * 3600, 4 * 3600))


@dataclass(frozen=True, slots=True)
class Sent:
    """The recipient's mail server has it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It will never arrive, and why."""

    reason: FailureReason


@dataclass(frozen=True, slots=True)
class TryLater:
    """It did not work this time. The cause is a code for the log."""

    cause: str


@dataclass(frozen=True, slots=True)
class Pending:
    """It is tried again after the pause."""

    pause: timedelta


Attempt = Sent | Failed | TryLater
Outcome = Sent | Failed | Pending


def outcome_of(attempt: Attempt, attempts: int) -> Outcome:
    """What follows from the try that was number `attempts`."""
    if not isinstance(attempt, TryLater):
        return attempt
    if attempts > len(PAUSES):
        return Failed("gave-up")
    return Pending(PAUSES[attempts - 1])
