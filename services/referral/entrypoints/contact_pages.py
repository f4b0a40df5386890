"""The provider learns who has a place with them: asked for on one page, sent by mail, shown behind that link.
The link shows them once: whoever finds the message later learns nothing by it.
The page from which they ask may lie in many hands; the link goes to the address that is known of the organisation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.errors import AskedTooOften, NoPlaceWithThem
from services.referral.entrypoints.error_responses import ContactAskedTooOften, ContactNotShown
from services.referral.entrypoints.offer_pages import PROGRESS, TEMPLATES, ProgressLink, place_behind
from services.referral.entrypoints.plain_words import Facts, FactsWhenShown, language_said, name_of
from services.referral.settings import ReferralSettings
from services.referral.storage.contacts import PersonContact
from services.referral.storage.people import PersonVault
from services.referral.use_cases.ask_for_contact import ask_for_contact, expect_place, show_contact
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.postgres.pool import transaction
from shared.security.reaches import link_reach
from shared.security.signed_links import PATHS, Purpose, expect_unused, signed_link, use_link
from shared.service_defaults.process import Platform
from shared.service_defaults.security_headers import NOT_KEPT
from shared.vocabulary.vocabulary import languages
from shared.web.pages import render
from shared.web.phrases import phrase

CONTACT = PATHS[Purpose.PERSON_CONTACT]
ASK = PROGRESS + "/contact"

ContactLink = Annotated[UUID, Depends(signed_link(Purpose.PERSON_CONTACT))]


def contact_router(platform: Platform[ReferralSettings], vault: PersonVault, trail: AuditTrail) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    provider = Actor(ActorKind.PROVIDER)
    by, looking = (Acting(trail, provider, why) for why in (AuditPurpose.CONTACT, AuditPurpose.SUPPORT))

    @router.post(ASK)
    async def ask(request: Request, _: ProgressLink) -> Response:
        with in_plain_words():
            async with transaction(platform.pool, link_reach(request)) as connection:
                leg = await place_behind(request, connection, lock=True)
                await ask_for_contact(connection, leg.leg_id, platform.clock(), by)
        return RedirectResponse(request.url.path.removesuffix("/contact"), 303)

    @router.get(CONTACT)
    async def say_what_it_is_for(request: Request, _: ContactLink) -> Response:
        with in_plain_words():
            async with transaction(platform.pool, link_reach(request)) as connection:
                await expect_unused(request, connection)
                leg = await place_behind(request, connection)
                await expect_place(connection, leg.leg_id, looking)
        return _page(request)

    @router.post(CONTACT)
    async def show(request: Request, _: ContactLink) -> Response:
        with in_plain_words():
            async with transaction(platform.pool, link_reach(request)) as connection:
                await use_link(request, connection)
                leg = await place_behind(request, connection, lock=True)
                contact = await show_contact(connection, vault, leg.leg_id, platform.clock(), by)
        return _page(request, partial(_facts, contact))

    return router


@contextmanager
def in_plain_words() -> Iterator[None]:
    try:
        yield
    except NoPlaceWithThem as error:
        raise ContactNotShown from error
    except AskedTooOften as error:
        raise ContactAskedTooOften from error


def _facts(contact: PersonContact) -> Facts:
    language = languages().get(contact.language)
    return [
        (phrase("Name"), name_of(f"{contact.given_name} {contact.family_name}")),
        (phrase("Phone"), _as_typed(contact.phone)),
        (phrase("Email"), _as_typed(contact.email)),
        *([(phrase("How to reach them safely"), name_of(contact.note))] if contact.note else []),
        (phrase("Language"), language_said(language) if language else name_of(contact.language)),
    ]


def _as_typed(contact: str | None) -> Markup:
    """Numbers and addresses are read from the left in every language."""
    return Markup('<bdi dir="ltr">%s</bdi>') % contact if contact else phrase("We do not know this")


def _page(request: Request, facts: FactsWhenShown | None = None) -> Response:
    """Said here too, whatever the platform says of pages: this one is kept nowhere."""
    headers = {"cache-control": NOT_KEPT}
    return render(
        request, "referral/contact.html", headers=headers, templates=TEMPLATES, translated=True, facts=facts
    )
