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
    """LINK and API are a provider's word; DECAY means that the word is too old to count."""

    LINK = "link"
    API = "api"
    DECAY = "decay"
