"""What a caller of referral can do wrong, in the words that the caller is told."""


class ReferralError(Exception):
    """The root of this service's own errors."""


class StepNotAllowed(ReferralError):
    """The leg is not in a state from which this step leads on."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(f"{step} is not possible when {state}")
        self.step = step
        self.state = state


class NotOverdueAnyMore(ReferralError):
    """Somebody else, or the next step, has settled what was overdue."""


class NoPlaceWithThem(ReferralError):
    """The provider has no place for the person, or not any more: who they are is not theirs to know."""


class PlaceIsOver(ReferralError):
    """The place that a provider's link was sent for is theirs no more, whoever has the person now."""


class AskedTooOften(ReferralError):
    """Who the person is was asked for as often as a day allows."""


class EventNotKnown(ReferralError):
    """There is no such event for people of the area, or it is over."""


class EventFull(ReferralError):
    """The group does not say that there are places at the event."""
