"""The internal contract by which referral learns what else is held on a person who asks to see it all.

`POST /internal/held`, served by whoever keeps rows about people; the edge never routes it. The answer is made to be
read by the person: what, why and since when. It is shown once and kept by nobody.
"""

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.events.event_data import AreaCode

HELD_PATH = "/internal/held"

Value = str | int | float | bool | list[int] | None


class _Contract(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class HeldRequest(_Contract):
    """A person by every id under which something may be held."""

    person_id: UUID
    area: AreaCode
    referral_ids: tuple[UUID, ...]
    leg_ids: tuple[UUID, ...]
    request_ids: tuple[UUID, ...]

    @property
    def ids(self) -> list[UUID]:
        """All of them: no two things have the same id."""
        return [self.person_id, *self.referral_ids, *self.leg_ids, *self.request_ids]


class HeldRecords(_Contract):
    """Records of one kind, each with its fields in words."""

    what: str
    why: str
    records: tuple[dict[str, Value], ...] = Field(repr=False)


class HeldAnswer(_Contract):
    held: tuple[HeldRecords, ...] = Field(repr=False)
