"""What can be wrong with an answer or a wish about a follow-up."""


class OutcomesError(Exception):
    """The root of this service's own errors."""


class AnswerMissing(OutcomesError):
    """A statement has no answer, or one that is not on the scale."""


class FollowUpNotFound(OutcomesError):
    """There is no such follow-up."""


class SupportNotStarted(OutcomesError):
    """The leg has no follow-up `after` yet, because the support has not started."""
