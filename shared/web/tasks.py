"""Things that somebody can do or has to do, as the task list shows them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """`status` is a word or two; with a colour it is a tag. Without `href` it cannot be done yet."""

    title: str
    href: str | None = None
    hint: str = ""
    status: str = ""
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class TaskGroup:
    title: str
    tasks: Sequence[Task]
    nothing: str = ""
