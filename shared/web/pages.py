"""Pages: NHS design system patterns, rendered on the server, usable without JavaScript."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi import Request
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)
from starlette.responses import HTMLResponse

from shared.security.csrf import csrf_field
from shared.web.catalogues import ENGLISH, progress_of
from shared.web.languages import (
    asked_language,
    direction_of,
    language_choices,
    language_of,
    offered_languages,
    remember,
)
from shared.web.page_settings import page_settings
from shared.web.phrases import (
    error_message,
    in_english,
    phrase,
    plain,
    plural_phrase,
    speaking,
    translatable,
)
from shared.web.signed_in import signed_in
from shared.web.spoken_dates import say_date, say_date_and_time, say_number

OUR_TEMPLATES = Path(__file__).parent / "templates"
ONLY_ENGLISH = translatable("This page is only in English so far.")


@cache
def environment(service_templates: Path | None = None) -> Environment:
    """Templates of one service beside ours (`kith/…`) and the design system's (`nhsuk/…`).

    ChainableUndefined, because the design system's macros read options that are mostly absent.
    """
    loaders = [
        PrefixLoader({"kith": FileSystemLoader(OUR_TEMPLATES)}),
        PackageLoader("nhsuk_frontend_jinja"),
        *([FileSystemLoader(service_templates)] if service_templates else []),
    ]
    made = Environment(
        loader=ChoiceLoader(loaders),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.extend(newstyle_gettext=True)
    made.policies["ext.i18n.trimmed"] = True
    made.filters |= {
        "date": say_date,
        "date_and_time": say_date_and_time,
        "number": say_number,
        "plain": plain,
    }
    made.globals |= {
        "form_token": form_token,
        "csrf_field": csrf_field,
        "_": phrase,
        "gettext": phrase,
        "ngettext": plural_phrase,
        "in_english": in_english,
        "error_message": error_message,
    }
    return made


def form_token() -> str:
    """A value for the hidden field `form_token`: the form's idempotency key, so a double tap acts once."""
    return str(uuid4())


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    language: str | None = None,
    templates: Path | None = None,
    translated: bool = False,
    **context: Any,
) -> HTMLResponse:
    """Renders a template. `templates` is the service's own folder, for templates outside `kith/`.

    A page whose words are in the catalogues says `translated`; any other is English throughout. `language` is one
    that a form brought along, where a switch by address would lose what was typed.
    """
    settings = page_settings(request)
    unchecked = settings.show_unchecked_translations
    offered = offered_languages(show_unchecked=unchecked)
    wanted = language_of(request, offered, posted=language)
    spoken = wanted if translated else ENGLISH
    about_the_page = {
        "request": request,
        "language": spoken,
        "direction": direction_of(spoken),
        "languages": language_choices(request, offered, spoken) if translated else [],
        "only_english": _said_in(wanted, ONLY_ENGLISH, show_unchecked=unchecked)
        if wanted != spoken
        else None,
        "wanted_language": wanted,
        "wanted_direction": direction_of(wanted),
        "machine_made": unchecked and spoken != ENGLISH and progress_of(spoken).unchecked > 0,
        "page_settings": settings,
        "signed_in": signed_in(request),
    }
    with speaking(spoken, show_unchecked=unchecked):
        html = environment(templates).get_template(template).render(about_the_page | context)
    made = HTMLResponse(html, status, headers={"content-language": spoken, **(headers or {})})
    remember(request, made, language or asked_language(request), offered)
    return made


def _said_in(language: str, message: str, *, show_unchecked: bool) -> str:
    with speaking(language, show_unchecked=show_unchecked):
        return phrase(message)
