"""A list of services that somebody was given to take away, without a referral. Nothing says who."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

HowGiven = Literal["print", "link", "email", "text"]
MOST_SERVICES = 10  # what people can take in
LINK_LIVES = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Prescription:
    id: UUID
    area: str
    service_ids: tuple[UUID, ...]
    given_by: UUID
    role: str
    how: HowGiven
    given_at: datetime

    def __post_init__(self) -> None:
        if not 1 <= len(self.service_ids) <= MOST_SERVICES:
            raise ValueError(f"a list has between one service and {MOST_SERVICES}")
        if len(set(self.service_ids)) != len(self.service_ids):
            raise ValueError("a service stands in a list once")

    @property
    def expires_at(self) -> datetime:
        """What is on changes: whoever comes back later needs a new list."""
        return self.given_at + LINK_LIVES
