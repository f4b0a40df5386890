"""The shape of a trace: which span is below which, when it began and how long it took."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.spans.span import Span

NANOSECONDS = 1_000_000  # in a millisecond


@dataclass(frozen=True, slots=True)
class Row:
    """A span in its place: `last` says for each level above whether its line ends here."""

    span: Span
    last: tuple[bool, ...]
    offset_ms: float
    took_ms: float

    @property
    def depth(self) -> int:
        return len(self.last)


def rows(spans: Sequence[Span]) -> list[Row]:
    """Parents before children, children by their start. A span whose parent is not here is a root."""
    if not spans:
        return []
    known = {span.span_id for span in spans}
    began = min(span.started for span in spans)
    below: defaultdict[str | None, list[Span]] = defaultdict(list)
    for span in sorted(spans, key=lambda each: (each.started, each.span_id)):
        below[span.parent_id if span.parent_id in known else None].append(span)

    placed: list[Row] = []
    waiting: list[tuple[Span, tuple[bool, ...]]] = [(span, ()) for span in reversed(below[None])]
    while waiting:  # no recursion: a chain of retries may be thousands deep
        span, last = waiting.pop()
        placed.append(Row(span, last, _ms(span.started - began), _ms(span.ended - span.started)))
        children = below.pop(span.span_id, [])
        waiting += [(child, (*last, child is children[-1])) for child in reversed(children)]
    return placed


def total_ms(spans: Sequence[Span]) -> float:
    """From the first start to the last end."""
    return _ms(max(span.ended for span in spans) - min(span.started for span in spans)) if spans else 0.0


def services(spans: Sequence[Span]) -> list[str]:
    """The services that took part, in order of their first span."""
    return list(dict.fromkeys(span.service for span in sorted(spans, key=lambda each: each.started)))


def _ms(nanoseconds: int) -> float:
    return round(nanoseconds / NANOSECONDS, 1)
