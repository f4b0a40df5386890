"""Which path goes where: the whole of the edge's table.

    /assets/…            the edge itself
    /health/live|ready   the edge itself
    /referral/… and so on   the upstream with the longest matching prefix, path unchanged
    /                    the upstream of "/" for all else

Never passed on, whatever the upstreams: what services keep for each other and for operators.
"""

from collections.abc import Mapping

NEVER_EXPOSED = frozenset({"internal", "health", "metrics", "asyncapi.json"})


def is_exposed(path: str) -> bool:
    """Whether a decoded path may be passed on. A path that a server could read in two ways may not."""
    segments = path.split("/")[1:]
    if not path.startswith("/") or segments[0] in NEVER_EXPOSED:
        return False
    inner = segments[:-1]
    return "" not in inner and not {".", ".."} & set(segments) and "\\" not in path and "\0" not in path


def prefix_of(path: str, upstreams: Mapping[str, str]) -> str | None:
    """The longest prefix, in whole segments, that has an upstream."""
    candidate = path.rstrip("/") or "/"
    while candidate not in upstreams:
        if candidate == "/":
            return None
        candidate = candidate.rpartition("/")[0] or "/"
    return candidate
