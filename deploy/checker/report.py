"""What a look found, as JSON for programs and as lines for people. Pure."""

from collections import defaultdict
from typing import Any

from deploy.checker.look import Fault, Findings
from deploy.checker.rules import MEANINGS

SHOWN_OF_EACH = 100


def as_json(findings: Findings) -> dict[str, Any]:
    by_kind: defaultdict[str, list[Fault]] = defaultdict(list)
    for fault in findings.faults:
        by_kind[fault.kind].append(fault)
    return {
        "looked_at": findings.looked_at.isoformat(),
        "clean": findings.clean,
        "counts": dict(findings.counts()),
        "faults": [
            {"kind": kind, "id": fault.id, "area": fault.area, "since": fault.since.isoformat()}
            for kind, faults in by_kind.items()
            for fault in faults[:SHOWN_OF_EACH]
        ],
    }


def as_lines(findings: Findings) -> list[str]:
    if findings.clean:
        return [f"Nobody has fallen out: 0 faults of {len(MEANINGS)} kinds."]
    lines = []
    for kind, number in findings.counts().items():
        if number:
            lines.append(f"{kind}, {number}: {MEANINGS[kind]}")
            of_kind = [fault for fault in findings.faults if fault.kind == kind]
            lines += [
                f"    {each.id}  {each.area or ''}  since {each.since:%Y-%m-%d %H:%M:%S}"
                for each in of_kind[:10]
            ]
    return [*lines, "What to do: docs/runbooks/somebody-falls-out.md"]
