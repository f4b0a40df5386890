"""One service as its page shows it, in the words that people use and the language of the page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from services.directory.domain.assurance import Assurer
from services.directory.domain.catchment import Catchment
from services.directory.domain.evidence import NOT_TOLD, Evidence
from services.directory.domain.occurrences import LONDON
from services.directory.domain.service import Service
from services.directory.domain.space import Space
from services.directory.entrypoints.finding.told_choices import WORKER_WORDS, language_name
from services.directory.entrypoints.finding.told_evidence import ToldEvidence
from services.directory.entrypoints.finding.told_service import ToldService, told_circle
from services.directory.entrypoints.finding.told_space import ToldFreshness, ToldSpace
from services.directory.storage.service_rows import ListedService
from shared.vocabulary import vocabulary
from shared.vocabulary.areas import areas
from shared.web.phrases import in_english, phrase, translatable

ASSURERS: dict[Assurer, str] = {
    "source": translatable("The list that it comes from says so."),
    "organisation": translatable("The group itself says so."),
    "coordinator": translatable("Your local social prescribing team says so."),
}
Row = tuple[Markup, Markup]


@dataclass(frozen=True, slots=True)
class ServiceView:
    told: ToldService
    space: ToldSpace
    freshness: ToldFreshness
    wards: tuple[str, ...]
    evidence: ToldEvidence

    @classmethod
    def of(
        cls,
        found: ListedService,
        space: Space,
        confirmed_on: date | None,
        now: datetime,
        wards: Iterable[str] = (),
        evidence: Evidence = NOT_TOLD,
    ) -> "ServiceView":
        """`wards` are the names of those that it takes people from."""
        today = now.astimezone(LONDON).date()
        freshness = ToldFreshness(confirmed_on, today)
        return cls(
            ToldService(found.service, found.organisation, today),
            ToldSpace(space, now),
            freshness,
            tuple(wards),
            ToldEvidence(evidence),
        )

    @property
    def service(self) -> Service:
        return self.told.service

    @property
    def withdrawn(self) -> bool:
        return self.service.status in {"inactive", "defunct"}

    @property
    def closed_for_now(self) -> bool:
        return self.service.status == "temporarily closed"

    @property
    def email(self) -> str | None:
        return self.service.email or self.told.organisation.email

    def checked(self) -> list[Markup]:
        """When the entry was last said to be right, and by whom where that is known."""
        said = [self.freshness.checked()]
        assurance = self.service.assurance
        if assurance is not None and assurance.on == self.freshness.confirmed_on:
            said.append(phrase(ASSURERS[assurance.by]))
        return said

    def facts(self) -> list[Row]:
        """What a service does not say is not shown."""
        return [(title, Markup("<br>").join(lines)) for title, lines in self._rows() if lines]

    def _rows(self) -> Iterator[tuple[Markup, list[Markup]]]:
        service, suits = self.service, self.service.suitability
        yield phrase("Helps with"), list(_labels(vocabulary.needs(), suits.needs))
        yield phrase("Who it is for"), self.told.who()
        yield phrase("Not right for"), list(_labels(vocabulary.groups(), suits.does_not_suit))
        yield phrase("Who can come"), _in_english(service.eligibility)
        yield phrase("For people who live in"), list(told_catchment(service.catchment, self.wards))
        yield phrase("When"), self.told.when()
        yield phrase("Where"), self.told.where()
        yield phrase("How to join"), self.told.joining()
        yield phrase("Cost"), _in_english(service.fees)
        yield phrase("Languages"), [language_name(code) for code in suits.languages]
        yield phrase("The people who help speak"), [language_name(code) for code in suits.worker_languages]
        yield (
            phrase("You can ask to be helped by"),
            [phrase(WORKER_WORDS[sex]) for sex in suits.worker_sexes],
        )
        yield phrase("Getting in and taking part"), self.told.access()
        yield phrase("What shows that it helps"), _in_english(service.evidence_note)


def told_catchment(catchment: Catchment, wards: Iterable[str]) -> Iterator[Markup]:
    if catchment.everywhere:
        yield phrase("All of London")
        return
    for code in catchment.areas:
        yield in_english(areas().name(code) if code in areas() else code)
    yield from map(in_english, wards)
    if catchment.circle is not None:
        yield told_circle(catchment.circle.metres, catchment.circle.name)
    if catchment.outline is not None:
        yield in_english(catchment.outline.name) if catchment.outline.name else phrase("A part of London")


def _labels(terms: Mapping[str, vocabulary.Term], codes: Iterable[str]) -> Iterator[Markup]:
    for code in codes:
        yield phrase(terms[code].label) if code in terms else in_english(code)


def _in_english(text: str | None) -> list[Markup]:
    return [in_english(text)] if text else []
