"""The shape of a trace."""

from deploy.spans.picture import LABELS, WIDTH, picture
from deploy.spans.span import Span, span_from_json
from deploy.spans.trace_store import TraceStore
from deploy.spans.tree_text import summary, tree
from deploy.spans.waterfall import rows, services, total_ms

TRACE = "a" * 32


def span(
    span_id: str,
    parent: str | None = None,
    start: int = 0,
    end: int = 1,
    service: str = "referral",
    trace: str = TRACE,
) -> Span:
    return Span(trace, span_id, parent, service, f"step {span_id}", start * 1_000_000, end * 1_000_000)


JOURNEY = [
    span("3", "2", 5, 6, "capacity"),
    span("1", None, 0, 10, "edge"),
    span("2", "1", 1, 9),
    span("4", "1", 7, 8),
    span("5", "gone", 20, 30, "notify"),
]


def test_parents_come_before_children_and_children_by_their_start() -> None:
    assert [(row.span.span_id, row.depth, row.offset_ms) for row in rows(JOURNEY)] == [
        ("1", 0, 0.0),
        ("2", 1, 1.0),
        ("3", 2, 5.0),
        ("4", 1, 7.0),
        ("5", 0, 20.0),
    ]


def test_a_chain_of_thousands_is_drawn() -> None:
    chain = [span(str(place), str(place - 1) if place else None, place, place + 1) for place in range(4000)]

    assert len(rows(chain)) == 4000


def test_tree_shows_branches_offsets_and_durations() -> None:
    lines = tree(JOURNEY).splitlines()

    assert [line.split("  +")[0].rstrip() for line in lines] == [
        "edge  step 1",
        "├─ referral  step 2",
        "│  └─ capacity  step 3",
        "└─ referral  step 4",
        "notify  step 5",
    ]
    assert lines[2].split()[-4:] == ["5.0", "ms", "1.0", "ms"]
    assert summary(JOURNEY) == "30.0 ms, 5 steps, edge, referral, capacity, notify"


def test_bars_stay_in_the_picture() -> None:
    drawn = picture(JOURNEY)

    assert drawn.total_ms == total_ms(JOURNEY) == 30.0
    assert all(bar.x >= LABELS and bar.x + bar.width <= WIDTH for bar in drawn.bars)
    assert len({bar.colour for bar in drawn.bars}) == len(services(JOURNEY))


def test_empty_trace_has_no_rows() -> None:
    assert rows([]) == []
    assert total_ms([]) == 0.0


def test_oldest_trace_goes_when_the_store_is_full() -> None:
    store = TraceStore(2)
    about = [
        Span(trace, "1", None, "referral", "x", 1, 2, attributes={"kith.referral_id": "r-1"})
        for trace in "abc"
    ]

    store.add(about)

    assert store.trace("a") == []
    assert [spans[0].trace_id for spans in store.traces_of_referral("r-1")] == ["b", "c"]
    assert len(store) == 2


def test_same_span_sent_twice_counts_once() -> None:
    store = TraceStore(2)

    store.add([span("1"), span("1")])

    assert len(store.trace(TRACE)) == 1


def test_span_survives_being_written_and_read() -> None:
    whole = Span(TRACE, "1", "0", "edge", "x", 1, 2, failed=True, attributes={"a": "b"}, linked_traces=("c",))

    assert span_from_json(whole.as_json()) == whole
