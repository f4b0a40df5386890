"""What of a service can be full by itself, such as a course or an event: told with the opening that says when it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from services.directory.entrypoints.entries.entry_fields import Document, NotRight, Typed, plain_text
from shared.web.phrases import translatable

LONGEST_NAME = 200
KINDS: Final = {
    "": translatable("No, it is a usual opening"),
    "session": translatable("Yes: a session"),
    "cohort": translatable("Yes: a course that people start together"),
    "event": translatable("Yes: a single event"),
    "caseload": translatable("Yes: people who are helped one by one"),
    "interpreter": translatable("Yes: interpreters who come along"),
    "volunteer": translatable("Yes: volunteers who go with people, or bring them"),
}
STARTS: Final = {
    "cohort": translatable("Write on which day it starts"),
    "event": translatable("Write on which day it is"),
}


@dataclass
class PoolRows:
    """The pools of an entry while its form is read. Of several with one opening the first is shown.

    The last one stays: a service without any takes nobody.
    """

    before: Sequence[dict[str, object]]
    now: list[dict[str, object]] = field(init=False)

    def __post_init__(self) -> None:
        self.now = list(self.before)

    @property
    def changed(self) -> bool:
        return self.now != list(self.before)

    def shown(self, opening_id: str) -> dict[str, list[str]]:
        pool = self._of(opening_id)
        return {"kind": [str(pool["kind"])], "pool": [str(pool["name"])]} if pool else {}

    def read(self, typed: Typed, row: str, opening: Document | None) -> None:
        if opening is None:
            return
        pool = self._of(str(opening["id"]))
        kind, name = typed.one(f"{row}kind"), plain_text(typed.one(f"{row}pool"))
        if (kind, name) == ((str(pool["kind"]), plain_text(str(pool["name"]))) if pool else ("", "")):
            return
        if kind:
            _check(row, kind, name, opening)
            self._keep(pool, {"kind": kind, "name": name, "opening_id": str(opening["id"])})
        elif name and pool is None:
            raise NotRight(f"{row}kind", translatable("Say what it is, or leave its name empty"))
        else:
            self.without_opening(opening)

    def without_opening(self, opening: Document | None) -> None:
        """A course goes with its days; the last of the service stays, and says no day any more."""
        if opening is None or (pool := self._of(str(opening["id"]))) is None:
            return
        place = self.now.index(pool)
        rest = {key: value for key, value in pool.items() if key != "opening_id"}
        self.now[place : place + 1] = [] if len(self.now) > 1 else [rest]

    def _keep(self, pool: dict[str, object] | None, said: Mapping[str, object]) -> None:
        if pool is None:
            self.now.append({"id": str(uuid4()), **said})
        else:
            self.now[self.now.index(pool)] = {**pool, **said}

    def _of(self, opening_id: str) -> dict[str, object] | None:
        return next((pool for pool in self.now if str(pool.get("opening_id")) == opening_id), None)


def _check(row: str, kind: str, name: str, opening: Document) -> None:
    if kind not in KINDS:
        raise NotRight(f"{row}kind", translatable("Choose one of these"))
    if not name:
        raise NotRight(f"{row}pool", translatable("Give it a name"))
    if len(name) > LONGEST_NAME:
        raise NotRight(f"{row}pool", translatable("Write at most 200 characters"))
    if kind in STARTS and not (opening.get("starts_on") or opening.get("valid_from")):
        raise NotRight(f"{row}starts", STARTS[kind])
