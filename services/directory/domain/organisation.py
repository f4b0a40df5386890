"""The organisations behind services, and how to reach them without saying so in the open."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number in somebody's register, such as a charity number."""

    id: UUID
    identifier_type: str
    identifier: str
    identifier_scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """`referrals_email` is private: it goes to the recipient contract and never into the feed or an event."""

    id: UUID
    name: str
    description: str
    email: str | None = None
    website: str | None = None
    logo: str | None = None
    uri: str | None = None
    parent_id: UUID | None = None
    identifiers: tuple[Identifier, ...] = ()
    referrals_email: str | None = None

    @property
    def address_for_messages(self) -> str | None:
        return self.referrals_email or self.email
