"""Organisations by name, and the networks that they make: who is above whom, as the directory tells it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NamedOrganisation:
    """One organisation, and the one directly above it where there is one."""

    id: UUID
    name: str
    lead_id: UUID | None = None
    lead_name: str | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """A lead with all that are below it, at any depth."""

    lead_id: UUID
    name: str
    members: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Organisations:
    """What is known of some organisations. Names of leads are known by those below them as well."""

    known: Mapping[UUID, NamedOrganisation] = field(default_factory=dict)

    @classmethod
    def of(cls, named: Iterable[NamedOrganisation]) -> "Organisations":
        return cls({each.id: each for each in named})

    def name(self, organisation_id: UUID | None) -> str | None:
        known = self.known.get(organisation_id) if organisation_id else None
        return known.name if known else None

    def networks(self, leads: Collection[UUID]) -> Sequence[Network]:
        """Of those of the leads that have somebody below them, in order of name."""
        below: dict[UUID, set[UUID]] = {}
        names: dict[UUID, str] = {}
        for each in self.known.values():
            for lead, name in self._above(each):
                below.setdefault(lead, {lead}).add(each.id)
                names[lead] = name
        found = [Network(lead, names[lead], frozenset(below[lead])) for lead in below if lead in leads]
        return sorted(found, key=lambda network: (network.name.casefold(), network.lead_id))

    def _above(self, organisation: NamedOrganisation) -> list[tuple[UUID, str]]:
        """All above it, each once: a circle that somebody wrote down ends where it began."""
        found: dict[UUID, str] = {}
        at: NamedOrganisation | None = organisation
        while at is not None and at.lead_id not in {None, organisation.id, *found}:
            assert at.lead_id is not None  # noqa: S101  (as asked above)
            found[at.lead_id] = at.lead_name or ""
            at = self.known.get(at.lead_id)
        return list(found.items())
