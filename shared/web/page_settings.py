"""What an operator decides about pages."""

from dataclasses import dataclass

from fastapi import Request

WEATHER = "https://www.bbc.co.uk/weather"


@dataclass(frozen=True, slots=True)
class PageSettings:
    """`exit_url` is where 'exit this page' leads: a page that anybody might have been reading."""

    exit_url: str = WEATHER
    show_unchecked_translations: bool = False
    demo_mode: bool = False


DEFAULT = PageSettings()


def page_settings(request: Request) -> PageSettings:
    """The app's, where it has some: a tool or the edge has none."""
    app = request.scope.get("app")
    found = getattr(app.state, "page_settings", None) if app is not None else None
    return found if isinstance(found, PageSettings) else DEFAULT
