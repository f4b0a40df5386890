"""A list that was given: its link to scan, to print, to mail, or to send by text from somebody's own phone."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID, uuid5

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from services.directory.domain.list_sending import (
    LONGEST_ADDRESS,
    TooManyMails,
    address_mark,
    is_address,
)
from services.directory.domain.prescription import Prescription
from services.directory.entrypoints.front_page import TEMPLATES
from services.directory.entrypoints.people.way_back import leads_back
from services.directory.entrypoints.taking_away.list_mail import list_address, list_text
from services.directory.entrypoints.taking_away.qr_code import qr_code
from services.directory.entrypoints.taking_away.taking_away_desk import TakingAwayDesk
from services.directory.storage.list_email_rows import NewListEmail, states_of_mails
from services.directory.storage.prescription_rows import find_prescription
from services.directory.use_cases.send_list import count_way, send_by_email
from shared.access.decide import Facts
from shared.access.vocabulary import Thing, Verb
from shared.postgres.pool import Connection, transaction
from shared.security.access_errors import refused
from shared.security.sealing import KeyRing, key_ring_of
from shared.security.signed_links import PATHS, Purpose, link_url, mint
from shared.security.staff import NotThere, Permit, allowed
from shared.web.catalogues import ENGLISH
from shared.web.languages import OWN_NAMES, offered_languages
from shared.web.pages import form_token, render

GIVEN = "/directory/prescription/{prescription_id}"
NO_ADDRESS = "Write an email address, like name@example.com"
TOO_MANY = "That is as many emails as we send for now. Give the list on paper, by its code or by its link"

MayGive = Annotated[Permit, Depends(allowed(Verb.CREATE, Thing.PRESCRIPTION))]
Language = Annotated[str, Form(max_length=10)]


def prescription_given_router(desk: TakingAwayDesk) -> APIRouter:
    router = APIRouter(prefix=GIVEN, include_in_schema=False)
    ring = key_ring_of(desk.settings.key_encryption_keys) if desk.settings.key_encryption_keys else None

    @router.get("")
    async def given(request: Request, permit: MayGive, prescription_id: UUID) -> Response:
        """Whoever gave it may look at its link again; nobody else learns that it is there."""
        async with transaction(desk.pool) as connection:
            found = await _own(desk, connection, permit, prescription_id)
            mails = await states_of_mails(connection, prescription_id)
        return _page(desk, request, found, mails)

    leads_back(router, GIVEN, "/email")
    if ring is not None:
        _add_email(router, desk, ring)
    _add_text(router, desk)
    return router


def _add_email(router: APIRouter, desk: TakingAwayDesk, ring: KeyRing) -> None:
    @router.post("/email")
    async def send(
        request: Request,
        permit: MayGive,
        prescription_id: UUID,
        form_token: Annotated[UUID, Form()],
        email: Annotated[str, Form(max_length=1000)] = "",
        language: Language = ENGLISH,
    ) -> Response:
        """The address goes from the form into a sealed row, and from there to the mail server: nowhere else."""
        typed, now = email.strip(), desk.clock()
        async with transaction(desk.pool) as connection:
            found = await _own(desk, connection, permit, prescription_id)
            mails = await states_of_mails(connection, prescription_id)
            if not is_address(typed):
                return _page(desk, request, found, mails, fault=NO_ADDRESS, typed=email, language=language)
            wanted = NewListEmail(
                uuid5(prescription_id, str(form_token)),
                prescription_id,
                _known(desk, language),
                now,
                typed,
                address_mark(desk.settings.link_signing_key.get_secret_value().encode(), typed),
            )
            try:
                await send_by_email(connection, ring, found, wanted)
            except TooManyMails:
                return _page(desk, request, found, mails, fault=TOO_MANY, status=429, language=language)
        return RedirectResponse(_path(prescription_id), 303)


def _add_text(router: APIRouter, desk: TakingAwayDesk) -> None:
    @router.post("/text")
    async def count(permit: MayGive, prescription_id: UUID, text_language: Language = ENGLISH) -> Response:
        async with transaction(desk.pool) as connection:
            found = await _own(desk, connection, permit, prescription_id)
            await count_way(connection, found, "text", desk.clock())
        return RedirectResponse(f"{_path(prescription_id)}/text?in={_known(desk, text_language)}", 303)

    @router.get("/text")
    async def show(request: Request, permit: MayGive, prescription_id: UUID) -> Response:
        """The address `sms:` opens the messages of the phone that shows the page; nobody's number is asked for."""
        async with transaction(desk.pool) as connection:
            found = await _own(desk, connection, permit, prescription_id)
        language = _known(desk, request.query_params.get("in", ""))
        words = list_text(language, _address(desk, found, language), show_unchecked=desk.shows_unchecked)
        return render(
            request,
            "prescription_text.html",
            templates=TEMPLATES,
            back=_path(prescription_id),
            words=words,
            words_language=language,
            # Older iPhones want the ampersand, all others pass it over (RFC 5724 has the question mark).
            sms=f"sms:?&body={quote(words, safe='')}",
        )


async def _own(
    desk: TakingAwayDesk, connection: Connection, permit: Permit, prescription_id: UUID
) -> Prescription:
    found = await find_prescription(connection, prescription_id)
    if found is None or found.given_by != permit.member_id or desk.clock() >= found.expires_at:
        raise refused(permit.request, NotThere())
    permit.check(Facts(Thing.PRESCRIPTION, area=found.area, organisations=permit.organisations()))
    return found


def _page(
    desk: TakingAwayDesk,
    request: Request,
    found: Prescription,
    mails: list[str],
    *,
    fault: str | None = None,
    status: int = 422,
    typed: str = "",
    language: str = ENGLISH,
) -> Response:
    token = _token(desk, found)
    about_mail: dict[str, Any] = {
        "can_mail": bool(desk.settings.key_encryption_keys),
        "mails": mails,
        "fault": fault,
        "typed": typed[:LONGEST_ADDRESS],
        "chosen_language": language,
        "list_languages": [(code, OWN_NAMES[code]) for code in _languages(desk)],
        "token": form_token(),
    }
    return render(
        request,
        "prescription_given.html",
        status=status if fault else 200,
        templates=TEMPLATES,
        here=_path(found.id),
        how=found.how,
        number=len(found.service_ids),
        address=link_url(desk.settings.public_url, Purpose.PRESCRIPTION, token),
        path=PATHS[Purpose.PRESCRIPTION].format(token=token),
        qr_code=qr_code,
        until=found.expires_at,
        **about_mail,
    )


def _address(desk: TakingAwayDesk, found: Prescription, language: str) -> str:
    url = link_url(desk.settings.public_url, Purpose.PRESCRIPTION, _token(desk, found))
    return list_address(url, language)


def _token(desk: TakingAwayDesk, given: Prescription) -> str:
    return mint(desk.settings.link_signing_key, Purpose.PRESCRIPTION, given.id, given.expires_at, given.area)


def _languages(desk: TakingAwayDesk) -> tuple[str, ...]:
    return offered_languages(show_unchecked=desk.shows_unchecked)


def _known(desk: TakingAwayDesk, language: str) -> str:
    return language if language in _languages(desk) else ENGLISH


def _path(prescription_id: UUID) -> str:
    return GIVEN.format(prescription_id=prescription_id)
