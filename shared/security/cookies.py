"""The names and flags of our cookies. With https they carry the prefix that no other host can set."""

from starlette.responses import Response

from shared.service_defaults.settings import ServiceSettings

SESSION = "kith-session"
TOKEN = "kith-token"  # noqa: S105  (a name, not a secret)
SIGNING_IN = "kith-signing-in"


def cookie_name(name: str, settings: ServiceSettings) -> str:
    return f"__Host-{name}" if settings.is_https else name


def set_cookie(
    response: Response, name: str, value: str, settings: ServiceSettings, *, seconds: int | None = None
) -> None:
    response.set_cookie(
        cookie_name(name, settings),
        value,
        max_age=seconds,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, name: str, settings: ServiceSettings) -> None:
    response.delete_cookie(
        cookie_name(name, settings), path="/", secure=settings.is_https, httponly=True, samesite="lax"
    )
