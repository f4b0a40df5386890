"""The ways in which handling an event, or a whole log, can fail, by name. What each means is decided here once."""

import re

REASON_CODE = re.compile(r"[a-z0-9][a-z0-9:_.-]{0,99}")


class EventFailure(Exception):
    """Says its reason code such as `service-unknown`. Words, which might be somebody's data, are not repeated."""

    def __str__(self) -> str:
        text = super().__str__()
        return text if REASON_CODE.fullmatch(text) else "no-reason-code"


class IgnorableEvent(EventFailure):
    """Nothing is to be done, and that is fine: counted and acknowledged."""


class RetryableFailure(EventFailure):
    """It may work later: tried again when due, with growing pauses."""


class PoisonMessage(EventFailure):
    """It can never work: a dead letter at once."""


class LogNotWhole(Exception):
    """What is made again from this log would not be what is there now."""
