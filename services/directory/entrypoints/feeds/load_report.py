"""The report of an import: for people a few lines, for programs all of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.directory.feeds.run import FindingKind, RunFinding
from services.directory.oruk.feed import Feed, Notice
from services.directory.storage.run_rows import KeptRun
from services.directory.use_cases.write_services import ImportCounts

MOST_LINES = 50  # of one kind, for people


@dataclass(frozen=True, slots=True)
class LoadReport:
    feed: Feed
    counts: ImportCounts
    is_refused = False

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


@dataclass(frozen=True, slots=True)
class RunReport:
    """Of a file that was handed over: the same lines, each with its place in the file."""

    run: KeptRun
    findings: tuple[RunFinding, ...]

    @property
    def is_refused(self) -> bool:
        return self.run.state == "refused"

    def as_json(self) -> dict[str, object]:
        run = self.run
        return {
            "run": str(run.id),
            "state": run.state,
            "refusal": run.refusal,
            "records": run.records,
            "taken": run.taken,
            "changed": run.changed,
            "unchanged": run.unchanged,
            "refused": run.refused,
            "withdrawn": run.withdrawn,
            "missing": run.missing,
            "organisations": {"taken": run.organisations_taken, "changed": run.organisations_changed},
            "findings": [_finding_as_json(each) for each in self.findings],
        }

    def as_text(self) -> str:
        run = self.run
        if run.refusal:
            return f"Refused: {run.refusal}"
        services = (
            f"{run.records} records: {run.taken} taken, {run.changed} changed ({run.withdrawn} withdrawn), "
            f"{run.unchanged} unchanged, {run.refused} refused."
        )
        lines = [
            services,
            f"Organisations: {run.organisations_taken} new, {run.organisations_changed} changed.",
            *_section("Refused:", self._of("refused")),
            *_section("Taken, but:", self._of("remark")),
            *_section("The feed's own counts:", self._of("envelope")),
        ]
        if run.missing:
            held = "a person has to look" if run.state == "held-for-a-person" else "not withdrawn yet"
            lines.append(f"{run.missing} services are no longer on the list: {held}.")
        return "\n".join([*lines, f"The report is kept at /directory/feeds/runs/{run.id}"])

    def _of(self, kind: FindingKind) -> list[str]:
        return [_finding_as_text(each) for each in self.findings if each.kind == kind]


def _finding_as_json(each: RunFinding) -> dict[str, object]:
    found = {name: getattr(each, name) for name in ("kind", "record", "file", "line", "field", "rule")}
    return found | {"id": str(each.record_id) if each.record_id else None}


def _finding_as_text(each: RunFinding) -> str:
    place = f"{each.file}, line {each.line}" if each.line else f"record {each.record}"
    return f"{place}: {each.field}: {each.rule}"


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
