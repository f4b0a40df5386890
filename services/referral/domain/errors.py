"""What a caller of referral can do wrong, in the words that the caller is told."""


class ReferralError(Exception):
    """The root of this service's own errors."""


class StepNotAllowed(ReferralError):
    """The leg is not in a state from which this step leads on."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"{step} is not possible when {state}")
        self.step = step
        self.state = state
