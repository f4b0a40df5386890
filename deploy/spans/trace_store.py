"""The last traces, in memory, found by their id or by the referral that they are about."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence

from deploy.spans.span import Span

MOST_SPANS = 5000  # of one trace; a loop that never ends must not fill the memory


class TraceStore:
    """Keeps a bounded number of traces; the one that was longest without a new span goes first."""

    def __init__(self, traces_kept: int) -> None:
        self._kept = traces_kept
        self._traces: OrderedDict[str, dict[str, Span]] = OrderedDict()
        self._by_referral: defaultdict[str, dict[str, None]] = defaultdict(dict)

    def add(self, spans: Iterable[Span]) -> None:
        for span in spans:
            trace = self._traces.setdefault(span.trace_id, {})
            self._traces.move_to_end(span.trace_id)
            if len(trace) < MOST_SPANS:
                trace[span.span_id] = span
            if span.referral_id:
                self._by_referral[span.referral_id][span.trace_id] = None
        while len(self._traces) > self._kept:
            self._forget(*self._traces.popitem(last=False))

    def trace(self, trace_id: str) -> Sequence[Span]:
        """The spans of a trace in order of their start; none when it is not kept."""
        return sorted(self._traces.get(trace_id, {}).values(), key=lambda span: (span.started, span.span_id))

    def traces_of_referral(self, referral_id: str) -> list[Sequence[Span]]:
        """All traces with a span about this referral, the earliest first."""
        found = [self.trace(trace_id) for trace_id in self._by_referral.get(referral_id, {})]
        return sorted((each for each in found if each), key=lambda spans: spans[0].started)

    def latest(self, count: int) -> list[Sequence[Span]]:
        """The traces that had a span last, the newest first."""
        return [self.trace(trace_id) for trace_id in list(reversed(self._traces))[:count]]

    def __len__(self) -> int:
        return len(self._traces)

    def _forget(self, trace_id: str, spans: dict[str, Span]) -> None:
        for referral_id in {span.referral_id for span in spans.values() if span.referral_id}:
            traces = self._by_referral[referral_id]
            traces.pop(trace_id, None)
            if not traces:
                del self._by_referral[referral_id]
