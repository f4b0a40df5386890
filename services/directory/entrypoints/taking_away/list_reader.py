"""Where the mail of a list goes, and what it says: told to notify, and nobody else, at the moment of sending."""

from collections.abc import Awaitable, Callable

from services.directory.domain.list_sending import ADDRESS_LIVES
from services.directory.entrypoints.taking_away.list_mail import list_address, list_mail
from services.directory.settings import DirectorySettings
from services.directory.storage.list_email_rows import find_list_email
from services.directory.storage.prescription_rows import find_prescription
from shared.postgres.pool import Pool, transaction
from shared.security.recipients import (
    RecipientAnswer,
    RecipientNotKnown,
    RecipientNotReachable,
    RecipientRequest,
)
from shared.security.sealing import CannotOpen, key_ring_of
from shared.security.signed_links import Purpose, link_url, mint
from shared.service_defaults.clock import Clock


def list_reader(
    pool: Pool, settings: DirectorySettings, clock: Clock
) -> Callable[[RecipientRequest], Awaitable[RecipientAnswer]]:
    async def answer(request: RecipientRequest) -> RecipientAnswer:
        if not settings.key_encryption_keys:
            raise RecipientNotKnown
        ring = key_ring_of(settings.key_encryption_keys)
        async with transaction(pool) as connection:
            try:
                mail = await find_list_email(connection, ring, request.recipient.id, clock(), ADDRESS_LIVES)
            except CannotOpen as error:
                raise RecipientNotReachable from error
            given = await find_prescription(connection, mail.prescription_id) if mail else None
        if mail is None or given is None:
            raise RecipientNotKnown
        token = mint(settings.link_signing_key, Purpose.PRESCRIPTION, given.id, given.expires_at, given.area)
        address = list_address(link_url(settings.public_url, Purpose.PRESCRIPTION, token), mail.language)
        subject, text = list_mail(
            mail.language,
            address,
            given.expires_at,
            show_unchecked=settings.pages.show_unchecked_translations,
        )
        return RecipientAnswer(
            address=mail.address, name="", language=mail.language, subject=subject, text=text
        )

    return answer
