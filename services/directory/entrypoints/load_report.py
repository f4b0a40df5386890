"""The report of an import: for people a few lines, for programs all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.directory.oruk.feed import Feed, Notice
from services.directory.use_cases.write_services import ImportCounts

MOST_LINES = 50  # of one kind, for people


@dataclass(frozen=True, slots=True)
class LoadReport:
    feed: Feed
    counts: ImportCounts

    def as_json(self) -> dict[str, object]:
        counts = self.counts
        return {
            "records": self.feed.record_count,
            "taken": counts.taken,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "refused": len(self.feed.refused),
            "withdrawn": counts.withdrawn,
            "organisations": {"taken": counts.organisations_taken, "changed": counts.organisations_changed},
            "refusals": [_as_json(notice) for notice in self.feed.refused],
            "remarks": [_as_json(notice) for notice in self.feed.remarks],
            "envelope": list(self.feed.envelope_faults),
        }

    def as_text(self) -> str:
        counts = self.counts
        services = (
            f"{self.feed.record_count} records: {counts.taken} taken, {counts.changed} changed "
            f"({counts.withdrawn} of them withdrawn), {counts.unchanged} unchanged, "
            f"{len(self.feed.refused)} refused."
        )
        lines = [
            services,
            f"Organisations: {counts.organisations_taken} new, {counts.organisations_changed} changed.",
            *_section("Refused:", [_as_text(notice) for notice in self.feed.refused]),
            *_section("Taken, but:", [_as_text(notice) for notice in self.feed.remarks]),
            *_section("The feed's own counts:", self.feed.envelope_faults),
        ]
        return "\n".join(lines)


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    shown = [f"  {line}" for line in lines[:MOST_LINES]]
    more = [f"  … and {len(lines) - MOST_LINES} more (--json shows all)"] if len(lines) > MOST_LINES else []
    return [heading, *shown, *more]


def _as_json(notice: Notice) -> dict[str, object]:
    return {
        "record": notice.record,
        "id": str(notice.record_id) if notice.record_id else None,
        "field": notice.field,
        "rule": notice.rule,
    }


def _as_text(notice: Notice) -> str:
    return f"record {notice.record} ({notice.record_id or 'no id'}): {notice.field}: {notice.rule}"
