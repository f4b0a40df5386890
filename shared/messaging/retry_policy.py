"""When a failed event is tried again."""

from datetime import timedelta

FIRST_PAUSE = 0.2  # seconds
LONGEST_PAUSE = 300.0  # seconds
ATTEMPTS = 12  # about twelve minutes in all


def pause_before(attempt: int) -> timedelta | None:
    """The pause before the given attempt (the first retry is 1), or None when it is time to give up."""
    if attempt > ATTEMPTS:
        return None
    return timedelta(seconds=min(FIRST_PAUSE * 2.0 ** (attempt - 1), LONGEST_PAUSE))
