"""What a page says that is still English, although its language is another."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

SAID_BY = ("aria-label", "alt", "title", "placeholder", "data-once", "data-twice")
NEVER_SHOWN = frozenset({"script", "style", "noscript"})
EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr"})
NAMES = frozenset({"Kith", "Samaritans", "Shift"})
WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")


def left_in_english(page: str, direction: str, name: str = "Kith") -> list[str]:
    """Latin words outside of names (`name`, `bdi`, references) and of what says that it is in another language."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert f'dir="{direction}"' in page.partition("<head>")[0]
    return [word for text in reader.said for word in _words(text.replace(name, ""))]


def _words(text: str) -> Iterator[str]:
    return (word for word in WORD.findall(text) if word not in NAMES)


class _Reader(HTMLParser):
    """Keeps what is read out in the page's own language."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        other = (
            (tag != "html" and "lang" in about)
            or tag == "bdi"
            or tag in NEVER_SHOWN
            or "kith-reference" in (about.get("class") or "")
        )
        if not self._elsewhere and not other:
            self.said += [about.get(name) or "" for name in SAID_BY]
        if tag not in EMPTY:
            self._open.append((tag, other))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._elsewhere:
            self.said.append(data)

    @property
    def _elsewhere(self) -> bool:
        return any(other for _, other in self._open)
