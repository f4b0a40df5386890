"""The fields of the forms about an entry: what is shown becomes what can be typed, and back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from markupsafe import Markup

from services.directory.domain.revision import document_value
from services.directory.storage.own_fields import OwnFields
from shared.web.phrases import phrase, translatable

Document = Mapping[str, object]
Options = Sequence[tuple[str, str]]
PHONES = UUID("6a1d2f0c-5c3f-4a52-9f0b-1f6f3f1c7d11")  # the namespace of numbers that are typed here
MOST_PHONES = 5
OLDEST = 120
LONGEST = (5000, translatable("Write at most 5000 characters"))
LONGEST_LINE = (300, translatable("Write at most 300 characters"))
MOST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form carries, by the name of its field."""

    values: Mapping[str, Sequence[str]]

    def one(self, key: str) -> str:
        return next(iter(self.values.get(key, ())), "").strip()

    def number(self, key: str) -> int | None:
        text = self.one(key)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None

    def all(self, key: str) -> list[str]:
        return list(self.values.get(key, ()))


class NotRight(Exception):
    """What was typed cannot be taken. `words` are for whoever typed it, and stand in the catalogues."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(key)
        self.key = key
        self.words = words


class EntryField(Protocol):
    """`kind` says which macro shows it, `shown` what stands in the form, `read` what the entry then says of its own."""

    kind: ClassVar[str]

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    def shown(self, document: Document) -> dict[str, list[str]]: ...

    def read(self, typed: Typed, document: Document) -> OwnFields: ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or several where it is `long`."""

    kind: ClassVar[str] = "line"
    name: str
    label: str
    hint: str | None = None
    long: bool = False
    needed: bool = False
    type: str = "text"
    check: Callable[[str], str | None] = field(default=lambda _text: None)

    def shown(self, document: Document) -> dict[str, list[str]]:
        value = document_value(document, self.name)
        return {self.name: [str(value)] if value is not None else []}

    def read(self, typed: Typed, document: Document) -> OwnFields:
        text = plain_text(typed.one(self.name))
        if text == plain_text("".join(self.shown(document)[self.name])):
            return {}
        most, too_long = LONGEST if self.long else LONGEST_LINE
        if len(text) > most:
            raise NotRight(self.name, too_long)
        if not text and self.needed:
            raise NotRight(self.name, translatable("Write something here"))
        if text and (wrong := self.check(text)):
            raise NotRight(self.name, wrong)
        return {self.name: text or None}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number of years."""

    kind: ClassVar[str] = "line"
    name: str
    label: str
    hint: str | None = None
    long: bool = False
    type: str = "number"

    def shown(self, document: Document) -> dict[str, list[str]]:
        value = document_value(document, self.name)
        return {self.name: [str(value)] if value is not None else []}

    def read(self, typed: Typed, document: Document) -> OwnFields:  # noqa: ARG002
        if not typed.one(self.name):
            return {self.name: None}
        number = typed.number(self.name)
        if number is None or number > OLDEST:
            raise NotRight(self.name, translatable("Write a number from 0 to 120, or nothing"))
        return {self.name: number}


@dataclass(frozen=True, slots=True)
class Ticks:
    """Some of many. What the entry says besides and we do not offer stays as it is. `told` has the words of each."""

    kind: ClassVar[str] = "ticks"
    name: str
    label: str
    options: Callable[[], Options]
    hint: str | None = None
    told: Callable[[str, str], Markup] = field(default=lambda _code, label: phrase(label))

    def choices(self) -> list[tuple[str, Markup]]:
        return [(code, self.told(code, label)) for code, label in self.options()]

    def shown(self, document: Document) -> dict[str, list[str]]:
        return {self.name: codes_in(document_value(document, self.name))}

    def read(self, typed: Typed, document: Document) -> OwnFields:
        ticked = set(typed.all(self.name))
        offered = [code for code, _label in self.options()]
        before = codes_in(document_value(document, self.name))
        kept = [code for code in before if code in ticked or code not in offered]
        return {self.name: [*kept, *(code for code in offered if code in ticked and code not in before)]}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few."""

    kind: ClassVar[str] = "one"
    name: str
    label: str
    options: Callable[[], Options]
    hint: str | None = None

    def shown(self, document: Document) -> dict[str, list[str]]:
        return {self.name: [str(document_value(document, self.name) or "")]}

    def read(self, typed: Typed, document: Document) -> OwnFields:
        chosen = typed.one(self.name)
        if chosen in {"", str(document_value(document, self.name) or "")}:
            return {}
        if chosen not in {code for code, _label in self.options()}:
            raise NotRight(self.name, translatable("Choose one of these"))
        return {self.name: chosen}


@dataclass(frozen=True, slots=True)
class Phones:
    """One number a line; what is known of a number beside it stays with it.

    Two may be of one number, with extensions or words of their own: whoever typed nothing takes none away.
    """

    kind: ClassVar[str] = "line"
    name: str = "phones"
    label: str = translatable("Phone numbers")
    hint: str | None = translatable(
        "One on each line. Everybody sees them: give numbers of the group, not of a person"
    )
    long: bool = True
    type: str = "text"

    def shown(self, document: Document) -> dict[str, list[str]]:
        return {self.name: ["\n".join(str(each["number"]) for each in objects(document, "phones"))]}

    def read(self, typed: Typed, document: Document) -> OwnFields:
        if plain_text(typed.one(self.name)) == plain_text("".join(self.shown(document)[self.name])):
            return {}
        before = {str(each["number"]): each for each in objects(document, "phones")}
        numbers = dict.fromkeys(line.strip() for line in typed.one(self.name).splitlines() if line.strip())
        if len(numbers) > max(MOST_PHONES, len(before)):
            raise NotRight(self.name, translatable("Give at most 5 numbers"))
        if any(number not in before and not _is_number(number) for number in numbers):
            raise NotRight(
                self.name, translatable("Write phone numbers as people dial them, such as 020 7946 0000")
            )
        return {self.name: [before.get(each) or _phone(document, each) for each in numbers]}


@dataclass(frozen=True, slots=True)
class HowToJoin:
    """The ways in, and words about them: one field of the entry."""

    kind: ClassVar[str] = "join"
    label: str
    options: Callable[[], Options]
    name: str = "how_to_join"

    def shown(self, document: Document) -> dict[str, list[str]]:
        join = document.get("how_to_join")
        said = join if isinstance(join, Mapping) else {}
        words = said.get("words")
        return {"join_ways": codes_in(said.get("ways")), "join_words": [str(words)] if words else []}

    def read(self, typed: Typed, document: Document) -> OwnFields:
        ticked, words = set(typed.all("join_ways")), plain_text(typed.one("join_words"))
        if len(words) > 2000:
            raise NotRight("join_words", translatable("Write at most 2000 characters"))
        before = self.shown(document)["join_ways"]
        offered = [code for code, _label in self.options() if code in ticked]
        ways = [*(code for code in before if code in ticked), *(way for way in offered if way not in before)]
        return {self.name: {"ways": ways, **({"words": words} if words else {})} if ways or words else None}


def objects(document: Document, name: str) -> list[dict[str, object]]:
    found = document.get(name)
    return [dict(each) for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def is_web_address(text: str) -> str | None:
    """What is wrong with it, if anything: a page must lead to pages alone."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.hostname and not any(each.isspace() for each in text):
        return None
    return translatable("Write a whole web address, such as https://www.example.org")


def is_email(text: str) -> str | None:
    name, at, host = text.partition("@")
    if (
        name
        and at
        and "." in host.strip(".")
        and text.isascii()
        and not set(text) & set(" \t\n<>\"',;()?&%#/")
    ):
        return None
    return translatable("Write an email address, such as hello@example.org")


def plain_text(text: str) -> str:
    """Browsers end lines in a way of their own."""
    return text.replace("\r\n", "\n").strip()


def codes_in(found: object) -> list[str]:
    return [str(each) for each in found] if isinstance(found, list | tuple) else []


def _is_number(text: str) -> bool:
    digits = sum(each.isdigit() for each in text)
    return 3 <= digits <= 15 and not set(text) - set("0123456789+()- ")


def _phone(document: Document, number: str) -> dict[str, object]:
    return {"id": str(uuid5(PHONES, f"{document['id']} {number}")), "number": number}
