"""Where each bar of the waterfall goes: plain numbers for the page's SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.spans.span import Span
from deploy.spans.waterfall import Row, rows, services, total_ms

WIDTH, LABELS, LINE = 960, 360, 22  # pixels
NARROWEST_BAR = 2.0  # pixels
LONGEST_LABEL = 56  # characters
MOST_ROWS = 400
# No red: it is for what failed.
COLOURS = ("#005eb8", "#007f3b", "#7c2855", "#330072", "#00a9ce", "#ae2573", "#425563", "#fa9200")


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture."""

    row: Row
    label: str
    indent: int
    y: int
    x: float
    width: float
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    bars: Sequence[Bar]
    height: int
    total_ms: float
    left_out: int
    width: int = WIDTH


def picture(spans: Sequence[Span]) -> Picture:
    """The bars of a trace; of a very long one, the first."""
    shape = rows(spans)
    shown = shape[:MOST_ROWS]
    total = total_ms(spans)
    scale = (WIDTH - LABELS - 10) / total if total else 0.0
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(services(spans))}
    bars = [
        Bar(
            row,
            shortened(f"{row.span.service} · {row.span.name}", LONGEST_LABEL - 2 * row.depth),
            6 + 10 * row.depth,
            place * LINE,
            round(LABELS + row.offset_ms * scale, 1),
            round(max(NARROWEST_BAR, row.took_ms * scale), 1),
            colours[row.span.service],
        )
        for place, row in enumerate(shown)
    ]
    return Picture(bars, len(bars) * LINE + 4, total, len(shape) - len(shown))


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
