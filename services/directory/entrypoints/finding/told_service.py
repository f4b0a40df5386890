"""What is told of a service in few words, each in the language of the page. Templates ask; nothing is put together before."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from services.directory.domain.joining import JoinWay
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Place
from services.directory.domain.service import DeliveryMode, Service
from services.directory.entrypoints.finding.told_times import told_opening
from shared.vocabulary import vocabulary
from shared.web.phrases import in_english, phrase, translatable

WAYS_IN: dict[JoinWay, str] = {
    "just-come": translatable("Just come along."),
    "book": translatable("Book a place first."),
    "ask-us": translatable("Ask us first."),
    "referral-only": translatable("Somebody has to refer you, such as your GP."),
}
AWAY: dict[DeliveryMode, str] = {
    "home-visit": translatable("They can come to your home"),
    "phone": translatable("By phone"),
    "online": translatable("Online"),
}
METRES_OF_A_MILE = 1609.344
MOST_LINES = 7
LONGEST_SENTENCE = 240  # characters; a word more than fits is cut with it


@dataclass(frozen=True, slots=True)
class Fact:
    title: Markup
    lines: list[Markup]


@dataclass(frozen=True, slots=True)
class ToldService:
    """One service for a page made on a day."""

    service: Service
    organisation: Organisation
    today: date

    @property
    def website(self) -> str | None:
        return self.service.url or self.organisation.website

    @property
    def phones(self) -> list[str]:
        return [phone.number for phone in self.service.phones][:2]

    def about(self, most: int) -> str:
        return shortened(self.service.description or "", most)

    def when(self) -> list[Markup]:
        lines = [told for each in self.service.opening if (told := told_opening(each, self.today))]
        return list(dict.fromkeys(lines))[:MOST_LINES]

    def where(self) -> list[Markup]:
        if self.service.sensitive:
            return [phrase("We keep the address private, to keep people safe.")]
        met = [in_english(_address(place)) for place in self.service.places if place.kind == "physical"][:3]
        return [line for line in met if line] + [
            phrase(AWAY[way]) for way in self.service.suitability.delivery if way in AWAY
        ]

    def who(self) -> list[Markup]:
        suits = self.service.suitability
        known = vocabulary.groups()
        groups = [phrase(known[code].label) for code in suits.suits if code in known]
        return [line for line in (_ages(suits.minimum_age, suits.maximum_age), *groups) if line]

    def needs(self) -> list[tuple[str, Markup]]:
        """What it helps with, as code and words."""
        known = vocabulary.needs()
        return [(code, phrase(known[code].label)) for code in self.service.suitability.needs if code in known]

    def joining(self) -> list[Markup]:
        join = self.service.how_to_join
        if join is None:
            return []
        return [phrase(WAYS_IN[way]) for way in join.ways] + ([in_english(join.words)] if join.words else [])

    def contacts(self) -> list[Markup]:
        """A phone first: whoever reads paper cannot tap on it."""
        email = self.service.email or self.organisation.email
        said = [*self.phones, *([email] if email else [])]
        return [Markup('<bdi dir="ltr">{}</bdi>').format(line) for line in said]

    def access(self) -> list[Markup]:
        known = vocabulary.access_terms()
        return [phrase(known[code].label) for code in self.service.suitability.access if code in known]

    def facts(self) -> list[Fact]:
        """In the order in which people ask."""
        fees = self.service.fees
        facts = [
            Fact(phrase("When"), self.when()),
            Fact(phrase("Where"), self.where()),
            Fact(phrase("How to join"), self.joining()),
            Fact(phrase("Call or write"), self.contacts()),
            Fact(phrase("Who it is for"), self.who()),
            Fact(phrase("Cost"), [in_english(shortened(fees, LONGEST_SENTENCE))] if fees else []),
            Fact(phrase("Access"), self.access()),
        ]
        return [fact for fact in facts if fact.lines]


def told_circle(metres: int, name: str | None) -> Markup:
    """With the name of the place that it is drawn around, where the entry has one."""
    if name:
        return phrase("Within %(miles)s miles: %(place)s", miles=miles_of(metres), place=in_english(name))
    return phrase("Within %(miles)s miles", miles=miles_of(metres))


def miles_of(metres: int) -> str:
    return f"{metres / METRES_OF_A_MILE:.1f}".removesuffix(".0")


def shortened(text: str, most: int) -> str:
    """As many whole sentences as fit; of one that is too long, as many words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    end = max(text.rfind(mark, 0, most) for mark in (". ", "! ", "? "))
    if end > 0:
        return text[: end + 1]
    return text[:most].rpartition(" ")[0] + "\N{HORIZONTAL ELLIPSIS}"


def _address(place: Place) -> str:
    lines = (part for each in place.addresses[:1] for part in (each.address_1, each.city, each.postal_code))
    return ", ".join(dict.fromkeys(part for part in (place.name, *lines) if part))


def _ages(low: int | None, high: int | None) -> Markup | None:
    if low is not None and high is not None:
        return phrase("People from %(low)s to %(high)s years", low=low, high=high)
    if low is not None:
        return phrase("People of %(low)s years and over", low=low)
    return phrase("People up to %(high)s years", high=high) if high is not None else None
