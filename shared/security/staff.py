"""Routes for staff who have signed in: `permit: Annotated[Permit, Depends(allowed(Verb.READ, Thing.REFERRAL))]`.

The declaration asks whether the caller could do this to anything; the route then asks of the very thing:
`permit.check(Facts(...))`. Lists ask `permit.areas()` and `permit.organisations()`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from fastapi import Request

from shared.access.caller import Caller, CallerKind
from shared.access.decide import Allowed, Facts, areas_for, may, may_somewhere, organisations_for
from shared.access.table import TABLE
from shared.access.vocabulary import Reach, Thing, Verb
from shared.security.access_errors import NotKnown, bearer_token, refused
from shared.security.access_tokens import TokenExpired, TokenNotValid, looks_like_token
from shared.security.back_path import sign_in_address
from shared.security.csrf import csrf_holds
from shared.security.declared_access import DeclaresAccess
from shared.security.known_caller import cookie_token, note_caller, noted_caller
from shared.security.token_callers import TokenOutOfDate, caller_of, now_of
from shared.service_defaults.content_negotiation import prefers_html
from shared.service_defaults.http_errors import KithError
from shared.web.dates import LONDON

FRESH_FOR = timedelta(minutes=10)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInFirst(KithError):
    """To the sign-in page and back; 307 keeps the method and body of a form for a token that only ran out."""

    slug = "sign-in-first"
    title = "Sign in first"
    what_to_do = "Sign in, and you will come back to where you were."

    def __init__(self, location: str, *, keep_form: bool) -> None:
        super().__init__()
        self.status = 307 if keep_form else 303
        self.headers = MappingProxyType({"location": location})


class SignInAgain(KithError):
    """A page would lead here for ever if it sent a token that cannot be read back to sign-in."""

    status = 401
    slug = "sign-in-again"
    title = "You need to sign in again"
    what_to_do = "Sign out, and sign in again."


class NotForYou(KithError):
    status = 403
    slug = "not-allowed"
    title = "You may not do this"
    what_to_do = "Your role does not include this. If you need it for your work, ask your coordinator."


class NotThere(KithError):
    """Out of reach and not there are told in the same words, so that nobody learns what exists elsewhere."""

    status = 404
    slug = "not-found"
    title = "Page not found"
    what_to_do = "Check the address. If you followed a link, ask for a new one."


class FormNotOurs(KithError):
    status = 403
    slug = "form-not-ours"
    title = "This form is too old, or did not come from us"
    what_to_do = "Go back, reload the page, and send the form again."


class SignInAgainForThis(KithError):
    """For programs; a browser is sent to sign in."""

    status = 401
    slug = "sign-in-again-for-this"
    title = "Sign in again to do this"
    what_to_do = "This act needs a sign-in of the last ten minutes."


@dataclass(frozen=True, slots=True)
class Permit:
    """A caller who could do this to something, and the question whether they may do it to this."""

    caller: Caller
    verb: Verb
    thing: Thing
    now: datetime
    request: Request

    @property
    def on(self) -> date:
        """The day in London."""
        return self.now.astimezone(LONDON).date()

    @property
    def member_id(self) -> UUID:
        assert self.caller.member_id is not None  # noqa: S101  (no token without one is read)
        return self.caller.member_id

    def check(self, facts: Facts) -> None:
        """Raises NotThere for what is out of reach."""
        if not self.allows(facts):
            raise refused(self.request, NotThere())

    def allows(self, facts: Facts) -> bool:
        return isinstance(may(self.caller, self.verb, facts, self.on), Allowed)

    def areas(self) -> frozenset[str]:
        return areas_for(self.caller, self.verb, self.thing, self.on)

    def everywhere(self) -> bool:
        """Whether a role of theirs lets them do this wherever it is."""
        return any(
            rule.reach is Reach.EVERYWHERE and rule.role in self.caller.roles()
            for rule in TABLE
            if (rule.verb, rule.thing) == (self.verb, self.thing)
        )

    def organisations(self) -> frozenset[UUID]:
        return organisations_for(self.caller, self.verb, self.thing)


class StaffMay(DeclaresAccess):
    """A signed-in member whose role has this verb on this thing. 401 or the sign-in page; 403 without the role."""

    def __init__(self, verb: Verb, thing: Thing, *, fresh: bool = False) -> None:
        self.verb, self.thing, self.fresh = verb, thing, fresh
        self.access = f"staff who may {verb} {thing}" + (", signed in just now" if fresh else "")

    async def __call__(self, request: Request) -> Permit:
        caller = await staff_caller(request)
        note_caller(request, caller)
        if self.fresh:
            _require_fresh(request, caller)
        if not may_somewhere(caller, self.verb, self.thing):
            raise refused(request, NotForYou())
        return Permit(caller, self.verb, self.thing, now_of(request), request)


class SignedIn(DeclaresAccess):
    """Any signed-in member, for what is their own: their sign-out, their home page, their sessions."""

    def __init__(self, *, fresh: bool = False) -> None:
        self.fresh = fresh
        self.access = "any staff member" + (", signed in just now" if fresh else "")

    async def __call__(self, request: Request) -> Caller:
        caller = await staff_caller(request)
        note_caller(request, caller)
        if self.fresh:
            _require_fresh(request, caller)
        return caller


def allowed(verb: Verb, thing: Thing, *, fresh: bool = False) -> StaffMay:
    """Declares that a route is for staff whose role has this in the access table."""
    return StaffMay(verb, thing, fresh=fresh)


def signed_in(*, fresh: bool = False) -> SignedIn:
    """Declares that a route is for whoever has signed in."""
    return SignedIn(fresh=fresh)


async def staff_caller(request: Request) -> Caller:
    """The member who asks, by bearer token or by cookie. A cookie alone never acts: the form must be ours."""
    by_cookie = cookie_token(request)
    token = bearer_token(request) or by_cookie
    if token is None or not looks_like_token(token):
        raise refused(request, _not_signed_in(request, keep_form=False))
    try:
        caller = (noted_caller(request) if by_cookie else None) or await caller_of(request, token)
    except (TokenExpired, TokenOutOfDate) as error:
        raise refused(request, _not_signed_in(request, keep_form=True)) from error
    except TokenNotValid as error:
        raise refused(request, SignInAgain() if _is_page(request) else NotKnown()) from error
    if caller.kind is not CallerKind.STAFF or caller.session_id is None:
        raise refused(request, NotKnown())
    if by_cookie and request.method not in SAFE_METHODS:
        key = request.app.state.settings.link_signing_key
        if not await csrf_holds(request, key, caller.session_id):
            raise refused(request, FormNotOurs())
    return caller


def _require_fresh(request: Request, caller: Caller) -> None:
    since = caller.authenticated_at
    if since is not None and now_of(request) - since <= FRESH_FOR:
        return
    if _is_page(request):
        raise refused(request, SignInFirst(sign_in_address(_here(request), fresh=True), keep_form=False))
    raise refused(request, SignInAgainForThis())


def _not_signed_in(request: Request, *, keep_form: bool) -> KithError:
    if not _is_page(request):
        return NotKnown()
    return SignInFirst(sign_in_address(_here(request)), keep_form=keep_form)


def _is_page(request: Request) -> bool:
    return bearer_token(request) is None and prefers_html(request.headers.get("accept", ""))


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
