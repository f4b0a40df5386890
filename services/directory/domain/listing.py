"""What a service's public entry carries besides, kept as its source says it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OtherTerm:
    """A classification in a taxonomy that is not ours."""

    id: UUID
    term_id: UUID
    name: str
    description: str
    taxonomy: str | None = None
    taxonomy_id: UUID | None = None
    term: str | None = None
    term_uri: str | None = None
    parent_id: UUID | None = None
    link_type: str | None = None


@dataclass(frozen=True, slots=True)
class OtherArea:
    """A service area in words or outlines, which routing cannot read."""

    id: UUID
    name: str | None = None
    extent: str | None = None
    extent_type: str | None = None
    uri: str | None = None
    service_area: str | None = None


@dataclass(frozen=True, slots=True)
class Funding:
    id: UUID
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CostOption:
    """A price, as text so that no penny is lost to binary fractions."""

    id: UUID
    valid_from: str | None = None
    valid_to: str | None = None
    option: str | None = None
    amount: str | None = None
    amount_description: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignTerm:
    """A term of somebody else's taxonomy, as it was first named."""

    id: UUID
    taxonomy_id: UUID
    taxonomy: str | None
    name: str
    description: str
    term: str | None
    uri: str | None
    parent_id: UUID | None
