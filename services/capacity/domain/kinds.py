"""What can be full: one model for all, with the little in which they differ."""

from enum import StrEnum


class PoolKind(StrEnum):
    """SERVICE: the whole of a service that says of nothing in particular that it can be full."""

    SERVICE = "service"
    SESSION = "session"
    EVENT = "event"
    COHORT = "cohort"
    CASELOAD = "caseload"
    INTERPRETER = "interpreter"
    VOLUNTEER = "volunteer"

    @property
    def accompanies(self) -> bool:
        """Asked for once a main place is held, and never before: so no hold waits for another."""
        return self in {PoolKind.INTERPRETER, PoolKind.VOLUNTEER}

    @property
    def usual_places(self) -> int | None:
        """How many people it has room for in all, where the field has a usual number."""
        return 60 if self is PoolKind.CASELOAD else None
