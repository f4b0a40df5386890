"""The board's pools and sums in words, in the language of the page: called while it is being made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup, escape

from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.pool import Pool
from services.capacity.domain.status import Source, Status
from services.capacity.entrypoints.board.board_view import Board, OfOrganisation, Sums
from services.capacity.entrypoints.http_schemas import PoolState
from services.capacity.entrypoints.pool_names import pool_name
from services.capacity.entrypoints.space_words import SpaceWords
from shared.web.dates import LONDON
from shared.web.phrases import phrase, plural_phrase, translatable
from shared.web.spoken_dates import say_date

KINDS: Final[Mapping[PoolKind, str]] = {
    PoolKind.SERVICE: translatable("The whole service"),
    PoolKind.SESSION: translatable("A session"),
    PoolKind.EVENT: translatable("An event"),
    PoolKind.COHORT: translatable("A course"),
    PoolKind.CASELOAD: translatable("One worker's people"),
    PoolKind.INTERPRETER: translatable("An interpreter"),
    PoolKind.VOLUNTEER: translatable("A volunteer who comes along"),
}
STATUSES: Final[Mapping[Status, tuple[str, str]]] = {
    Status.OPEN: (translatable("Has places"), "green"),
    Status.LIMITED: (translatable("A little space"), "yellow"),
    Status.FULL: (translatable("Full"), "red"),
    Status.PAUSED: (translatable("On a break"), "orange"),
    Status.UNKNOWN: (translatable("Not known"), "grey"),
}
MOST_NAMED: Final = 2
NO_PLACE_LEFT = (translatable("No place left"), "red")
WAYS: Final[Mapping[Source, str]] = {
    Source.LINK: translatable("by the link in our message"),
    Source.BOARD: translatable("on this page"),
    Source.API: translatable("by your own system"),
    Source.CSV: translatable("by a list that was sent in"),
    Source.PHONED: translatable("on the phone"),
}


@dataclass(frozen=True, slots=True)
class PoolWords:
    """One pool for whoever may say its space, or only looks (`own` False: then its note stays unsaid)."""

    pool: Pool
    now: datetime
    own: bool

    def name(self) -> str:
        return pool_name(self.pool)

    def kind(self) -> Markup:
        return phrase(KINDS[self.pool.kind])

    def status(self) -> tuple[Markup, str]:
        return status_words(self.pool)

    def facts(self) -> Sequence[tuple[Markup, Markup]]:
        ledger, said = self.pool.ledger, self.pool.said
        facts = [
            (phrase("Free places"), free_words(self.pool)),
            (phrase("People offered a place, waiting for an answer"), escape(ledger.held)),
            (phrase("People who have a place"), escape(ledger.taken)),
            (phrase("Last said"), said_words(self.pool, self.now)),
        ]
        if said is not None and ledger.status is Status.PAUSED and said.paused_until:
            facts.append((phrase("The break ends"), escape(say_date(said.paused_until))))
        if said is not None and ledger.status is not Status.UNKNOWN:
            facts.append((phrase("Counts until"), escape(say_date(said.expires_at))))
        if said is not None and said.note and self.own:
            facts.append((phrase("Your note"), Markup("<bdi>%s</bdi>") % said.note))
        return facts

    def doubts(self) -> Sequence[Markup]:
        return SpaceWords(PoolState.of(self.pool), None).doubts() if self.own else ()


@dataclass(frozen=True, slots=True)
class BoardWords:
    board: Board
    now: datetime

    def name(self, group: OfOrganisation) -> Markup:
        """As the directory calls it, else by what it runs."""
        if group.name:
            return Markup("<bdi>%s</bdi>") % group.name
        services = sorted({pool.service_name for pool in group.pools})
        more = ", …" if len(services) > MOST_NAMED else ""
        return Markup("<bdi>%s</bdi>") % (", ".join(services[:MOST_NAMED]) + more)

    def of(self, pool: Pool) -> PoolWords:
        return PoolWords(pool, self.now, own=True)

    def heads(self) -> list[Markup]:
        return [
            phrase("Group"),
            phrase("What can be full"),
            phrase("With space"),
            phrase("Full or on a break"),
            phrase("Not known"),
            phrase("Free places"),
            phrase("Offered, not answered"),
            phrase("Have a place"),
        ]

    def rows(self) -> list[list[Markup]]:
        rows = [[self.name(group), *_cells(group.sums)] for group in self.board.ours]
        if self.board.elsewhere:
            rows.append([phrase("Others in your areas"), *_cells(Sums.of(self.board.elsewhere))])
        for each in self.board.networks:
            name = Markup("<bdi>%s</bdi>") % each.network.name
            rows.append([phrase("%(name)s and all below it", name=name), *_cells(each.sums)])
        if len(rows) > 1 and not self.board.is_one_network:
            rows.append([phrase("All together"), *_cells(self.board.all_together)])
        return rows


def status_words(pool: Pool) -> tuple[Markup, str]:
    status, ledger = pool.ledger.status, pool.ledger
    text, colour = NO_PLACE_LEFT if status.gives_places and ledger.free_or_no_limit == 0 else STATUSES[status]
    return phrase(text), colour


def free_words(pool: Pool) -> Markup:
    if pool.ledger.status is Status.UNKNOWN:
        return phrase("Not known")
    if not pool.ledger.status.gives_places:
        return escape(0)
    free = pool.ledger.free_or_no_limit
    return phrase("No limit") if free is None else escape(free)


def said_words(pool: Pool, now: datetime) -> Markup:
    """`3 days ago, on the phone`; days are those of London."""
    said = pool.said
    if said is None:
        return phrase("Nothing yet")
    days = (now.astimezone(LONDON).date() - said.confirmed_at.astimezone(LONDON).date()).days
    when = plural_phrase("%(num)s day ago", "%(num)s days ago", days) if days > 0 else phrase("Today")
    if said.source is Source.DECAY:
        return Markup("%s. %s") % (when, phrase("That is too long ago to count."))
    return phrase("%(when)s, %(how)s", when=when, how=phrase(WAYS[said.source]))


def _cells(sums: Sums) -> list[Markup]:
    free = phrase("%(num)s, and no limit", num=sums.free) if sums.no_limit else escape(sums.free)
    counts = (sums.pools, sums.with_space, sums.no_space, sums.unknown)
    return [*map(escape, counts), free, escape(sums.held), escape(sums.taken)]
