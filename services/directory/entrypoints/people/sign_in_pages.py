"""Sign-in and sign-out: the page, the way to the provider and back, and the renewal of tokens that ran out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from services.directory.demo_people import DEMO_ISSUER, DEMO_PEOPLE
from services.directory.domain.errors import NobodyByThatSubject, NoLiveSession
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.people.attempt_cookie import forget_attempt, keep_attempt, read_attempt
from services.directory.entrypoints.people.sign_in_access import SignInAccess, same_origin
from services.directory.outbound.oidc_provider import (
    NotAskedAnew,
    NotStrongEnough,
    OidcProvider,
    ProviderFailed,
    new_attempt,
)
from services.directory.settings import DirectorySettings
from services.directory.use_cases.keep_session import Proven, end_session, open_for, renew
from services.directory.use_cases.keep_session import SignedIn as NewSession
from shared.access.caller import Caller
from shared.postgres.pool import Pool, transaction
from shared.security.access_tokens import TokenSigner
from shared.security.back_path import safe_back, sign_in_address
from shared.security.cookies import SESSION, TOKEN, cookie_name, drop_cookie, set_cookie
from shared.security.declared_access import public
from shared.security.staff import FRESH_FOR, signed_in
from shared.service_defaults.clock import Clock
from shared.web.pages import render

log = structlog.get_logger(__name__)

WORDS_FOR: Mapping[type, str] = {
    NotAskedAnew: "sign_in_not_anew.html",
    NotStrongEnough: "sign_in_not_strong.html",
}


@dataclass(frozen=True, slots=True)
class SignInDesk:
    """What the sign-in pages work with."""

    pool: Pool
    settings: DirectorySettings
    clock: Clock
    signer: TokenSigner
    provider: OidcProvider | None

    def secret(self, request: Request) -> str | None:
        return request.cookies.get(cookie_name(SESSION, self.settings))

    async def let_in(self, request: Request, proven: Proven, back: str) -> Response:
        """A new session, whatever the browser had before; then back to the page."""
        now = self.clock()
        async with transaction(self.pool) as connection:
            opened: NewSession = await open_for(connection, proven, now, instead_of=self.secret(request))
        way = "demonstration" if proven.issuer == DEMO_ISSUER else "provider"
        log.info("sign_in.done", way=way, member_id=str(opened.caller.member_id))
        response = RedirectResponse(safe_back(back), 303)
        set_cookie(response, SESSION, opened.secret, self.settings)
        self.give_token(response, opened.caller)
        forget_attempt(response, self.settings)
        return response

    def give_token(self, response: Response, caller: Caller) -> None:
        set_cookie(response, TOKEN, self.signer.sign(caller, self.clock()), self.settings)

    def forget(self, response: Response) -> Response:
        for name in (SESSION, TOKEN):
            drop_cookie(response, name, self.settings)
        # What the browser kept of pages and scripts goes too; the language that was chosen stays.
        response.headers["clear-site-data"] = '"cache", "storage"'
        return response

    def page(self, request: Request, back: str, *, fresh: bool) -> Response:
        return render(
            request,
            "sign_in.html",
            templates=TEMPLATES,
            back=safe_back(back),
            fresh=fresh,
            provider=self.settings.oidc_provider_name if self.provider else None,
            people=DEMO_PEOPLE if self.settings.demo_sign_in else (),
        )

    def not_known(self, request: Request, reference: str) -> Response:
        log.warning("sign_in.refused", reason="nobody-by-that-reference")
        response = render(request, "not_a_member.html", status=403, templates=TEMPLATES, reference=reference)
        forget_attempt(response, self.settings)
        return response

    def failed(self, request: Request, why: ProviderFailed | None = None) -> Response:
        page = WORDS_FOR.get(type(why), "sign_in_failed.html")
        response = render(request, page, status=400, templates=TEMPLATES)
        forget_attempt(response, self.settings)
        return response


def sign_in_router(desk: SignInDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[Depends(SignInAccess())])
    _add_page(router, desk)
    _add_start(router, desk)
    _add_callback(router, desk)
    return router


def _add_page(router: APIRouter, desk: SignInDesk) -> None:
    @router.api_route("/directory/sign-in", methods=["GET", "POST"], response_model=None)
    async def sign_in(
        request: Request, back: str = "/", *, fresh: bool = False, ask: bool = True
    ) -> Response:
        """A live session goes straight back, with its form; 307 keeps method and body.

        Without `ask` nobody is asked to sign in: the page they came from is open to all.
        """
        try:
            async with transaction(desk.pool) as connection:
                caller = await renew(connection, desk.secret(request), desk.clock())
        except NoLiveSession:
            if not ask:
                return desk.forget(RedirectResponse(safe_back(back), 303))
            return _sign_in_page(desk, request, back, fresh=fresh)
        if fresh and not _is_fresh(caller, desk.clock):
            return _sign_in_page(desk, request, back, fresh=True)
        response = RedirectResponse(safe_back(back), 307)
        desk.give_token(response, caller)
        return response


def _add_start(router: APIRouter, desk: SignInDesk) -> None:
    @router.get("/directory/sign-in/start", response_model=None)
    async def start(request: Request, back: str = "/", *, fresh: bool = False) -> Response:
        if desk.provider is None:
            return desk.failed(request)
        attempt = new_attempt(safe_back(back), fresh=fresh)
        try:
            response = RedirectResponse(await desk.provider.address(attempt), 303)
        except ProviderFailed as error:
            log.warning("sign_in.provider_failed", reason=str(error))
            return desk.failed(request)
        keep_attempt(response, attempt, desk.settings)
        return response


def _add_callback(router: APIRouter, desk: SignInDesk) -> None:
    @router.get("/directory/sign-in/callback", response_model=None)
    async def callback(
        request: Request,
        state: Annotated[str, Query(max_length=200)] = "",
        code: Annotated[str, Query(max_length=4000)] = "",
    ) -> Response:
        attempt = read_attempt(request, desk.settings)
        if desk.provider is None or attempt is None or not code:
            log.warning("sign_in.refused", reason="not-asked-for")
            return desk.failed(request)
        try:
            vouched = await desk.provider.vouched(attempt, state, code)
        except ProviderFailed as error:
            log.warning("sign_in.provider_failed", reason=str(error))
            return desk.failed(request, error)
        proven = Proven(vouched.issuer, vouched.subject, vouched.authenticated_at)
        try:
            return await desk.let_in(request, proven, attempt.back)
        except NobodyByThatSubject:
            return desk.not_known(request, vouched.subject)


def demo_sign_in_router(desk: SignInDesk) -> APIRouter:
    """One click each; only where the settings allow it, and they do in demo mode alone."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(SignInAccess())])

    @router.post("/directory/sign-in/demo", response_model=None)
    async def sign_in_as(
        request: Request,
        person: Annotated[str, Form(pattern=r"^[a-z-]{1,50}$")],
        back: Annotated[str, Form()] = "/",
    ) -> Response:
        same_origin(request)
        try:
            return await desk.let_in(request, Proven(DEMO_ISSUER, person, desk.clock()), back)
        except NobodyByThatSubject:
            return desk.not_known(request, person)

    return router


def sign_out_router(desk: SignInDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/directory/sign-out", response_model=None, dependencies=[Depends(signed_in())])
    async def sign_out(request: Request) -> Response:
        """Ends the session; its tokens are refused everywhere within a second."""
        async with transaction(desk.pool) as connection:
            await end_session(connection, desk.secret(request), desk.clock())
        return desk.forget(RedirectResponse("/", 303))

    @router.get("/directory/sign-out", response_model=None, dependencies=[Depends(public())])
    async def back_to_start() -> Response:
        """Whoever signed out, then in again on the way: a GET ends nothing."""
        return RedirectResponse("/", 303)

    return router


def _sign_in_page(desk: SignInDesk, request: Request, back: str, *, fresh: bool) -> Response:
    """A form whose session has ended cannot be kept: the page it came from comes next."""
    if request.method == "POST":
        return RedirectResponse(sign_in_address(back, fresh=fresh), 303)
    return desk.page(request, back, fresh=fresh)


def _is_fresh(caller: Caller, clock: Clock) -> bool:
    return caller.authenticated_at is not None and clock() - caller.authenticated_at <= FRESH_FOR
