"""Where a message to a person or a referrer goes, asked by notify at the moment of sending."""

from collections.abc import Iterator
from uuid import UUID

from fastapi import APIRouter, Depends

from services.referral.domain.audit_act import Act, Actor, ActorKind, AuditPurpose, RecordKind
from services.referral.entrypoints.http_routes import read_of_referral
from services.referral.settings import ReferralSettings
from services.referral.storage.erasure import find_erased_reference
from services.referral.storage.people import PersonDetails, PersonVault, find_person
from services.referral.storage.referrals import (
    Address,
    ReferralRow,
    find_referral_of,
    find_referrer_address,
)
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import areas_reach
from shared.security.recipients import (
    RECIPIENTS_PATH,
    LinkWanted,
    RecipientAnswer,
    RecipientNotKnown,
    RecipientNotReachable,
    RecipientRequest,
    require_internal_key,
)
from shared.security.signed_links import Purpose, link_url, mint
from shared.service_defaults.process import Platform


def recipients_router(
    platform: Platform[ReferralSettings], vault: PersonVault, trail: AuditTrail
) -> APIRouter:
    router = APIRouter(dependencies=[Depends(require_internal_key)], include_in_schema=False)
    by = Acting(trail, Actor(ActorKind.SERVICE, "notify"), AuditPurpose.MESSAGE)

    @router.post(RECIPIENTS_PATH)
    async def resolve(asked: RecipientRequest) -> RecipientAnswer:
        async with transaction(platform.pool, areas_reach([asked.area])) as connection:
            found = await _find_address(connection, vault, asked)
            if found is None:
                raise RecipientNotKnown
            shown = await _referral_to_link(connection, asked.recipient.id, asked.link)
            named = await _referral_to_name(connection, asked)
            reference = named.reference if named else await _erased_reference(connection, asked)
            await by.record(connection, *_acts(by, asked, found, shown or named))
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


async def _find_address(
    connection: Connection, vault: PersonVault, asked: RecipientRequest
) -> Address | None:
    recipient = asked.recipient
    if recipient.kind == "person":
        person = await find_person(connection, vault, recipient.id)
        return _address(person, asked.area) if person else None
    if recipient.kind == "referrer":
        return await find_referrer_address(connection, recipient.id)
    return None


def _address(person: PersonDetails, area: str | None) -> Address:
    """A way that is not safe is no way."""
    safe = "email" not in person.safe_contact.not_by
    return Address(person.email if safe else None, person.given_name, person.language, area)


async def _referral_to_link(connection: Connection, who: UUID, link: LinkWanted | None) -> ReferralRow | None:
    """A link to a referral goes only to whom it concerns; a follow-up is outcomes' to know."""
    if link is None or link.purpose is Purpose.MEASURE:
        return None
    found = None
    if link.purpose is Purpose.MY_REFERRAL:
        found = await find_referral_of(connection, link.subject, who)
    if found is None:
        raise RecipientNotKnown
    return found


def _acts(by: Acting, asked: RecipientRequest, found: Address, shown: ReferralRow | None) -> Iterator[Act]:
    """A person's address was read; or somebody else is given a link to the person's referral."""
    if found.area is not None:
        yield by.act(
            Verb.READ, RecordKind.PERSON, asked.recipient.id, area=found.area, person_id=asked.recipient.id,
            referral_id=shown.referral_id if shown else None,
        )  # fmt: skip
    elif shown is not None:
        yield read_of_referral(by, shown)


async def _referral_to_name(connection: Connection, asked: RecipientRequest) -> ReferralRow | None:
    """Of their own referral only."""
    return await find_referral_of(connection, asked.about, asked.recipient.id) if asked.about else None


async def _erased_reference(connection: Connection, asked: RecipientRequest) -> str | None:
    """Where the person is forgotten, who referred them still hears that they have stopped."""
    if asked.about is None:
        return None
    reference = await find_erased_reference(connection, asked.about, asked.recipient.id)
    if reference is None:
        raise RecipientNotKnown
    return reference


def _link(platform: Platform[ReferralSettings], wanted: LinkWanted, area: str | None) -> str:
    settings = platform.settings
    expires_at = platform.clock() + settings.link_time
    token = mint(settings.link_signing_key, wanted.purpose, wanted.subject, expires_at, area)
    return link_url(settings.public_url, wanted.purpose, token)
