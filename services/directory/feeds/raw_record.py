"""A service out of a table or a sheet, in the shape of Open Referral, that still knows which cell said what."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file: the line is the one where its row begins, the heading's being 1."""

    file: str
    line: int
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that belongs to no service, or to none that could be read."""

    where: Where
    rule: str


@dataclass(frozen=True, slots=True)
class RawRecord:
    """`values` goes to `read_service_record`; the fields that it refuses or remarks on are found again by `cell`.

    `origins` says of parts of the record, such as `schedules[0]`, where they come from.
    """

    values: dict[str, object]
    where: Where
    origins: Mapping[str, Where] = field(default_factory=dict)

    def cell(self, path: str) -> Where:
        """Where the field stands that has this path in the record."""
        known = path
        while known and known not in self.origins:
            known = known.rpartition(".")[0]
        origin = self.origins.get(known, self.where)
        rest = path[len(known) :].lstrip(".")
        if origin.column is not None or not rest:
            return origin
        return Where(origin.file, origin.line, rest.partition(".")[0].partition("[")[0])


@dataclass(frozen=True, slots=True)
class Taken:
    """All that came out of a feed's files, in their order."""

    records: tuple[RawRecord, ...]
    findings: tuple[Finding, ...] = ()
