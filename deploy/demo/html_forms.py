"""Reads the forms of a page as a browser does: fields with their values, radio choices, submit buttons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

CHOICES: Final = {"radio", "checkbox"}
Attributes = list[tuple[str, str | None]]


class NoSuchForm(LookupError):
    """The page has no form that can be used so."""


@dataclass(slots=True)
class PageForm:
    """`fields` is what goes with the form untouched; `choices` what a person can pick; `buttons` what to press."""

    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    inputs: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, button: str | None = None, **values: str) -> dict[str, str]:
        """What is sent when these fields are filled in and the button with this value is pressed."""
        unknown = set(values) - self.inputs - set(self.choices) - set(self.fields)
        if unknown:
            raise NoSuchForm(f"the form has no field {', '.join(sorted(unknown))}")
        pressed = {name: value for name, value in self.buttons if button is not None and value == button}
        if button is not None and not pressed:
            raise NoSuchForm(f"the form has no button {button}")
        return {**self.fields, **values, **pressed}


class _PageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.heading = ""
        self.words: list[str] = []
        self._open: PageForm | None = None
        self._select: str | None = None
        self._in: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        found: Mapping[str, str] = {name: value or "" for name, value in attrs}
        if tag in {"h1", "script", "style"}:
            self._in.append(tag)
        if tag == "form":
            self._open = PageForm(found.get("method", "get").lower(), found.get("action", ""))
            self.forms.append(self._open)
        elif self._open is not None and found.get("name") and "disabled" not in found:
            self._field(self._open, tag, found)
        elif tag == "option" and self._open is not None and self._select:
            self._option(self._open, self._select, found)

    def handle_endtag(self, tag: str) -> None:
        if self._in and tag == self._in[-1]:
            self._in.pop()
        if tag == "form":
            self._open = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if "h1" in self._in:
            self.heading += data
        if not {"script", "style"} & set(self._in):
            self.words.append(data)

    def _field(self, form: PageForm, tag: str, found: Mapping[str, str]) -> None:
        name, value, kind = found["name"], found.get("value", ""), found.get("type", "text").lower()
        if tag == "button" or (tag == "input" and kind == "submit"):
            form.buttons.append((name, value))
        elif tag == "select":
            self._select = name
        elif tag == "input" and kind in CHOICES:
            form.choices.setdefault(name, []).append(value)
            if "checked" in found:
                form.fields[name] = value
        elif tag in {"input", "textarea"}:
            form.inputs.add(name)
            form.fields[name] = value

    def _option(self, form: PageForm, name: str, found: Mapping[str, str]) -> None:
        value = found.get("value", "")
        form.choices.setdefault(name, []).append(value)
        if "selected" in found or name not in form.fields:
            form.fields[name] = value


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody sees it. `url` is where the browser ended up."""

    url: str
    status: int
    heading: str
    text: str
    forms: tuple[PageForm, ...]

    def form_with(self, button: str | None = None, field: str | None = None, leads_to: str = "") -> PageForm:
        """The first form with this button, or with this field, whose address ends so."""
        for form in self.forms:
            has_button = button is None or any(value == button for _, value in form.buttons)
            has_field = field is None or field in form.inputs or field in form.choices
            if form.method == "post" and has_button and has_field and form.action.endswith(leads_to):
                return form
        raise NoSuchForm(f"{self.heading!r} has no form with {button or field or leads_to}")


def read_page(url: str, status: int, html: str) -> Page:
    reader = _PageReader()
    reader.feed(html)
    words = " ".join(" ".join(reader.words).split())
    return Page(url, status, " ".join(reader.heading.split()), words, tuple(reader.forms))
