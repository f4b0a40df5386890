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
from shared.web.dates import as_date, as_date_and_time

OUR_TEMPLATES = Path(__file__).parent / "templates"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "ckb"})


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
    )
    made.filters |= {"date": as_date, "date_and_time": as_date_and_time}
    made.globals |= {"form_token": form_token, "csrf_field": csrf_field}
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
    language: str = "en",
    templates: Path | None = None,
    **context: Any,
) -> HTMLResponse:
    """Renders a template. `templates` is the service's own folder, for templates outside `kith/`."""
    html = (
        environment(templates)
        .get_template(template)
        .render(
            request=request,
            language=language,
            direction="rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
            **context,
        )
    )
    return HTMLResponse(html, status, headers={"content-language": language, **(headers or {})})
