"""A trace as a tree of text for a terminal."""

from collections.abc import Sequence

from deploy.spans.span import Span
from deploy.spans.waterfall import Row, rows, services, total_ms

NARROWEST = 44  # columns for the tree itself


def tree(spans: Sequence[Span]) -> str:
    """One line per span: service, name, start offset, duration."""
    shape = rows(spans)
    labels = [_branch(row) + f"{row.span.service}  {row.span.name}" for row in shape]
    width = max([NARROWEST, *(len(label) for label in labels)])
    return "\n".join(
        f"{label:<{width}}  +{row.offset_ms:>8.1f} ms  {row.took_ms:>8.1f} ms{'  failed' if row.span.failed else ''}"
        for row, label in zip(shape, labels, strict=True)
    )


def summary(spans: Sequence[Span]) -> str:
    """How long it took and who took part."""
    return f"{total_ms(spans):.1f} ms, {len(spans)} steps, {', '.join(services(spans))}"


def _branch(row: Row) -> str:
    if not row.last:
        return ""
    above = "".join("   " if ended else "│  " for ended in row.last[:-1])
    return above + ("└─ " if row.last[-1] else "├─ ")
