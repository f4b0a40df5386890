"""Who is signed in, on any page: looked up once from the cookie, shown in the header, never a reason to turn away."""

from types import MappingProxyType

from fastapi import Request

from shared.access.caller import Caller, CallerKind
from shared.access.roles import LABELS
from shared.security.access_errors import bearer_token
from shared.security.access_tokens import TokenExpired, TokenNotValid, looks_like_token
from shared.security.back_path import renewal_address
from shared.security.cookies import TOKEN, cookie_name
from shared.security.csrf import FIELD, csrf_value
from shared.security.token_callers import TokenOutOfDate, caller_of
from shared.service_defaults.content_negotiation import prefers_html
from shared.service_defaults.http_errors import KithError
from shared.vocabulary.areas import areas
from shared.web.signed_in import SignedIn, note_signed_in


class RenewFirst(KithError):
    """To sign-in and straight back, signed in or not: the token in the cookie has run out."""

    status = 303
    slug = "renew-first"
    title = "One moment"
    what_to_do = "You will come back to where you were."

    def __init__(self, location: str) -> None:
        super().__init__()
        self.headers = MappingProxyType({"location": location})


async def note_whoever(request: Request) -> None:
    """For every route: pages for all know whoever is signed in. The cookie counts in browsers alone."""
    token = cookie_token(request)
    if token is None or not prefers_html(request.headers.get("accept", "")):
        return
    try:
        note_caller(request, await caller_of(request, token))
    except (TokenExpired, TokenOutOfDate):
        request.state.token_ran_out = True
    except TokenNotValid:
        return


async def renewed(request: Request) -> None:
    """For pages that differ for staff: a live session whose token ran out is not shown as nobody's.

    Not for addresses with a signed link in them: they would stand in the address of the sign-in.
    """
    if request.method == "GET" and getattr(request.state, "token_ran_out", False):
        path, query = request.url.path, request.url.query
        raise RenewFirst(renewal_address(f"{path}?{query}" if query else path))


def note_caller(request: Request, caller: Caller) -> None:
    """Makes the caller known to the page: its header, its forms, what it shows to whom."""
    if caller.kind is not CallerKind.STAFF or caller.session_id is None:
        return
    request.state.caller = caller
    key = request.app.state.settings.link_signing_key
    roles = [grant.role for grant in caller.grants]
    note_signed_in(
        request,
        SignedIn(
            role=", ".join(LABELS[role] for role in roles) or "No role yet",
            areas=tuple(sorted({areas().name(code) for grant in caller.grants for code in grant.areas})),
            fields={FIELD: csrf_value(key, caller.session_id)},
            roles=frozenset(roles),
        ),
    )


def noted_caller(request: Request) -> Caller | None:
    found = getattr(request.state, "caller", None)
    return found if isinstance(found, Caller) else None


def cookie_token(request: Request) -> str | None:
    """The access token of the cookie; a bearer token goes before it."""
    settings = getattr(request.app.state, "settings", None)
    if settings is None or bearer_token(request) is not None:
        return None
    token = request.cookies.get(cookie_name(TOKEN, settings))
    return token if token and looks_like_token(token) else None
