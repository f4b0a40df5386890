"""Which language a page is in: the one asked for by `?lang=`, else the one chosen before, else the browser's."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from babel import Locale
from fastapi import Request
from starlette.responses import Response

from shared.web.catalogues import ENGLISH, languages_with_a_catalogue, progress_of

ASKED_BY = "lang"
COOKIE = "kith_language"
SECURE_COOKIE = f"__Host-{COOKIE}"
KEPT_SECONDS = 365 * 24 * 60 * 60
OWN_NAMES = {"ar": "العربية", "bn": "বাংলা", "en": "English", "pl": "Polski", "so": "Soomaali"}


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """One entry of the language switch. `href` leads to this same place in that language."""

    code: str
    own_name: str
    direction: str
    href: str
    chosen: bool


def direction_of(language: str) -> str:
    return Locale.parse(language, sep="-").text_direction


def offered_languages(*, show_unchecked: bool) -> tuple[str, ...]:
    return tuple(
        language
        for language in languages_with_a_catalogue()
        if language == ENGLISH or progress_of(language).is_enough(show_unchecked=show_unchecked)
    )


def language_of(request: Request, offered: Sequence[str], posted: str | None = None) -> str:
    """The first that is offered, of all that was asked for, the strongest wish first."""
    wishes = [
        posted,
        asked_language(request),
        request.cookies.get(SECURE_COOKIE if _by_https(request) else COOKIE),
        *_accepted(request.headers.get("accept-language", "")),
    ]
    return next((wish for wish in wishes if wish and wish in offered), ENGLISH)


def language_choices(request: Request, offered: Sequence[str], language: str) -> list[LanguageChoice]:
    kept = [
        (name, value)
        for name, value in parse_qsl(_query(request), keep_blank_values=True)
        if name != ASKED_BY
    ]
    path = request.scope.get("path", "/")
    return [
        LanguageChoice(
            code,
            OWN_NAMES.get(code, code),
            direction_of(code),
            f"{path}?{urlencode([*kept, (ASKED_BY, code)])}",
            code == language,
        )
        for code in offered
    ]


def remember(request: Request, response: Response, asked: str | None, offered: Sequence[str]) -> None:
    """Keeps a choice that was made on purpose; a preference, nothing about the person."""
    secure = _by_https(request)
    name = SECURE_COOKIE if secure else COOKIE
    if asked in offered and request.cookies.get(name) != asked:
        response.set_cookie(
            name, str(asked), max_age=KEPT_SECONDS, httponly=True, samesite="lax", secure=secure
        )


def _by_https(request: Request) -> bool:
    """As whoever runs this says: TLS ends before us, and nothing of the request tells."""
    app = request.scope.get("app")
    settings = getattr(app.state, "settings", None) if app is not None else None
    return bool(settings.is_https) if settings is not None else request.scope.get("scheme") == "https"


def asked_language(request: Request) -> str | None:
    return dict(parse_qsl(_query(request))).get(ASKED_BY)


def _query(request: Request) -> str:
    query: bytes = request.scope.get("query_string", b"")
    return query.decode("latin-1")


def _accepted(header: str) -> list[str]:
    """The browser's languages without their region, the most wanted first."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = parameter.strip().removeprefix("q=")
        try:
            wanted.append((float(quality) if quality else 1.0, tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return [tag for quality, tag in sorted(wanted, key=lambda each: -each[0]) if quality > 0]
