"""The form of a list to give away. What was chosen travels in the form; nothing is kept until the list is given."""

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import UUID

from fastapi import Form

from services.directory.domain.prescription import MOST_SERVICES
from shared.vocabulary import vocabulary

Words = Annotated[str, Form(max_length=200, pattern=r"^[^\x00]*$")]
Ids = Annotated[list[UUID] | None, Form(max_length=MOST_SERVICES)]


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody has typed and chosen so far, and the button that they pressed."""

    chosen: tuple[UUID, ...] = ()
    words: str = ""
    where: str = ""
    need: str = ""
    area: str = ""
    form_token: UUID | None = None
    go: str = "find"

    @property
    def is_full(self) -> bool:
        return len(self.chosen) >= MOST_SERVICES

    @property
    def looks_for_something(self) -> bool:
        return bool(self.words.strip() or self.where.strip() or self.need)

    def after_the_button(self) -> "Draft":
        """With one service more or less, where that was the button. A button that is none of ours finds."""
        act, _, named = self.go.partition(":")
        service_id = _uuid(named)
        if service_id is None:
            return self
        if act == "remove":
            return replace(self, chosen=tuple(each for each in self.chosen if each != service_id))
        if act == "add" and not self.is_full and service_id not in self.chosen:
            return replace(self, chosen=(*self.chosen, service_id))
        return self


def read_draft(
    form_token: Annotated[UUID, Form()],
    chosen: Ids = None,
    words: Words = "",
    where: Words = "",
    need: Words = "",
    area: Words = "",
    go: Annotated[str, Form(max_length=50)] = "find",
) -> Draft:
    """Reads the form; what no list of ours offers counts as nothing."""
    known_need = need if need in vocabulary.needs() else ""
    once = tuple(dict.fromkeys(chosen or ()))
    return Draft(once, words, where, known_need, area, form_token, go)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
