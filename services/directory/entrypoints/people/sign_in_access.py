"""Who may call the sign-in pages: anybody, but no address without end, and no other site's form."""

from urllib.parse import urlsplit

from fastapi import Request

from shared.security.access_errors import refused
from shared.security.declared_access import DeclaresAccess
from shared.security.rate_limits import CLIENT_TOKENS, SIGN_IN, take_or_refuse
from shared.security.staff import FormNotOurs
from shared.service_defaults.settings import ServiceSettings


class SignInAccess(DeclaresAccess):
    access = "public, limited by address"

    async def __call__(self, request: Request) -> None:
        # Renewing a token is everyday traffic; trying to sign in is not.
        if not (request.method in {"GET", "POST"} and request.url.path == "/directory/sign-in"):
            take_or_refuse(request, SIGN_IN)


class ClientSecretAccess(DeclaresAccess):
    """The route itself answers a wrong secret, in the words of OAuth."""

    access = "client id and secret"

    async def __call__(self, request: Request) -> None:
        take_or_refuse(request, CLIENT_TOKENS)


def same_origin(request: Request) -> None:
    """For forms of whoever is not signed in: browsers say where a form comes from.

    Our pages name no referrer, and with that a browser gives a form's origin as `null`: then only the fetch
    metadata tell, which every browser of today sends to a secure origin and to localhost.
    """
    settings: ServiceSettings = request.app.state.settings
    ours = urlsplit(settings.public_url)
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin", "null")
    if site is not None:
        fine = site in {"same-origin", "none"}
    else:
        fine = origin in {"null", f"{ours.scheme}://{ours.netloc}"}
    if not fine:
        raise refused(request, FormNotOurs())
