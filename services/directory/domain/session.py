"""How long a sign-in counts: half an hour without a sign of life, twelve hours in all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

IDLE_FOR = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    id: UUID
    member_id: UUID
    created_at: datetime
    last_seen_at: datetime
    authenticated_at: datetime | None  # None where the provider did not say: good for no sensitive act
    revoked: bool

    def is_live(self, now: datetime) -> bool:
        if self.revoked:
            return False
        return now - self.last_seen_at < IDLE_FOR and now - self.created_at < AT_MOST
