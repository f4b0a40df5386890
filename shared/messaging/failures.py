"""The three ways in which handling an event can fail, by name. What each means is decided here once."""


class IgnorableEvent(Exception):
    """Nothing is to be done, and that is fine: counted and acknowledged.

    The argument is a reason code such as `service-unknown`, never data.
    """


class RetryableFailure(Exception):
    """It may work later: tried again when due, with growing pauses. The argument is a reason code."""


class PoisonMessage(Exception):
    """It can never work: a dead letter at once. The argument is a reason code."""
