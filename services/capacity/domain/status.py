"""What can be said of a pool's space, and who said it."""

from enum import StrEnum


class Status(StrEnum):
    """UNKNOWN: nobody has said anything that still counts."""

    OPEN = "open"
    LIMITED = "limited"
    FULL = "full"
    PAUSED = "paused"
    UNKNOWN = "unknown"

    @property
    def gives_places(self) -> bool:
        return self in {Status.OPEN, Status.LIMITED}


class Source(StrEnum):
    """How a provider's word came, or DECAY where it is too old to count.

    PHONED: a coordinator was told, and by whom is kept as a role.
    """

    LINK = "link"
    BOARD = "board"
    API = "api"
    CSV = "csv"
    PHONED = "phoned"
    DECAY = "decay"


class ToldBy(StrEnum):
    """Who told a coordinator: a role, never a name."""

    MANAGER = "manager"
    COORDINATOR = "coordinator"
    WORKER = "worker"
    VOLUNTEER = "volunteer"
    OTHER = "other"
