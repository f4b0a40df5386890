"""Where a message to a person or a referrer goes, asked by notify at the moment of sending."""

from uuid import UUID

from fastapi import APIRouter, Depends

from services.referral.settings import ReferralSettings
from services.referral.storage.people import PersonDetails, PersonVault, find_person
from services.referral.storage.referrals import (
    Address,
    concerns,
    find_referral,
    find_referrer_address,
)
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import areas_reach
from shared.security.recipients import (
    RECIPIENTS_PATH,
    LinkWanted,
    Recipient,
    RecipientAnswer,
    RecipientNotKnown,
    RecipientNotReachable,
    RecipientRequest,
    require_internal_key,
)
from shared.security.signed_links import Purpose, link_url, mint
from shared.service_defaults.process import Platform


def recipients_router(platform: Platform[ReferralSettings], vault: PersonVault) -> APIRouter:
    router = APIRouter(dependencies=[Depends(require_internal_key)], include_in_schema=False)

    @router.post(RECIPIENTS_PATH)
    async def resolve(asked: RecipientRequest) -> RecipientAnswer:
        async with transaction(platform.pool, areas_reach([asked.area])) as connection:
            found = await _find_address(connection, vault, asked.recipient)
            if found is None or not await _may_have(connection, asked.recipient.id, asked.link):
                raise RecipientNotKnown
            reference = await _reference(connection, asked)
        if not found.email:
            raise RecipientNotReachable
        return RecipientAnswer(
            address=found.email,
            name=found.name,
            language=found.language,
            link=_link(platform, asked.link, asked.area) if asked.link else None,
            reference=reference,
        )

    return router


async def _find_address(connection: Connection, vault: PersonVault, recipient: Recipient) -> Address | None:
    if recipient.kind == "person":
        person = await find_person(connection, vault, recipient.id)
        return _address(person) if person else None
    if recipient.kind == "referrer":
        return await find_referrer_address(connection, recipient.id)
    return None


def _address(person: PersonDetails) -> Address:
    """A way that is not safe is no way."""
    safe = "email" not in person.safe_contact.not_by
    return Address(person.email if safe else None, person.given_name, person.language)


async def _may_have(connection: Connection, who: UUID, link: LinkWanted | None) -> bool:
    """A link to a referral goes only to whom it concerns; a follow-up is outcomes' to know."""
    if link is None or link.purpose is Purpose.MEASURE:
        return True
    return link.purpose is Purpose.MY_REFERRAL and await concerns(connection, link.subject, who)


async def _reference(connection: Connection, asked: RecipientRequest) -> str | None:
    """Of their own referral only."""
    if asked.about is None:
        return None
    referral = await find_referral(connection, asked.about)
    if referral is None or not await concerns(connection, asked.about, asked.recipient.id):
        raise RecipientNotKnown
    return referral.reference


def _link(platform: Platform[ReferralSettings], wanted: LinkWanted, area: str | None) -> str:
    settings = platform.settings
    expires_at = platform.clock() + settings.link_time
    token = mint(settings.link_signing_key, wanted.purpose, wanted.subject, expires_at, area)
    return link_url(settings.public_url, wanted.purpose, token)
