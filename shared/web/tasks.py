"""Things that somebody can do or has to do, as the task list shows them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """`status` is a word or two; with a colour it is a tag. Without `href` it cannot be done yet.

    `counted_at` is a page of the service that knows how many there are: asked by htmx, it answers with its sum alone.
    """

    title: str
    href: str | None = None
    hint: str = ""
    status: str = ""
    colour: str | None = None
    counted_at: str | None = None


@dataclass(frozen=True, slots=True)
class TaskGroup:
    title: str
    tasks: Sequence[Task]
    nothing: str = ""
