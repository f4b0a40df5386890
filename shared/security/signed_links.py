"""Links that let one person do one thing: signed, for one purpose and one subject, until a moment.

The token holds ids and times, never a name. A GET only shows; a POST acts, because mail scanners follow every
link. A link can be taken back, alone, with all others about its subject or with all that its holder was sent
(`revoked_links`). A link that is no good, for whatever reason but its age, is told in the same words. Where the act is one, a second try is
refused or shown what was done, and counted as `link-used`: by the state of what the link is about, or, where the
act only shows something, by the link's own id (`use_link`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from fastapi import Path, Request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import SecretStr

from shared.postgres.pool import Connection
from shared.security.access_errors import refused
from shared.security.declared_access import DeclaresAccess
from shared.security.rate_limits import FAILED_LINKS, take_or_refuse
from shared.security.revoked_links import is_revoked, is_used, use_once
from shared.service_defaults.clock import Clock
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.settings import ServiceSettings
from shared.web.phrases import translatable

SALT = "kith.signed-link."
LONGEST_TOKEN = 300  # characters


class Purpose(StrEnum):
    """What a link is for. A token of one purpose is worth nothing for another."""

    CAPACITY_SIGNAL = "capacity-signal"
    OFFER = "offer"
    PROGRESS = "progress"
    MEASURE = "measure"
    MY_REFERRAL = "my-referral"
    PERSON_CONTACT = "person-contact"
    PRESCRIPTION = "prescription"
    ENTRY = "entry"
    DIGEST = "digest"


PATHS = {
    Purpose.CAPACITY_SIGNAL: "/capacity/space/{token}",
    Purpose.OFFER: "/referral/offer/{token}",
    Purpose.PROGRESS: "/referral/progress/{token}",
    Purpose.MEASURE: "/outcomes/measure/{token}",
    Purpose.MY_REFERRAL: "/referral/mine/{token}",
    Purpose.PERSON_CONTACT: "/referral/contact/{token}",
    Purpose.PRESCRIPTION: "/directory/list/{token}",
    Purpose.ENTRY: "/directory/entry/{token}",
    Purpose.DIGEST: "/directory/digest/{token}",
}

# What an organisation may be sent, and for how long the link works: shortest where it opens who somebody is.
ORGANISATION_LINK_LIVES = {
    Purpose.CAPACITY_SIGNAL: timedelta(days=90),
    Purpose.OFFER: timedelta(days=30),
    Purpose.PROGRESS: timedelta(days=365),
    Purpose.PERSON_CONTACT: timedelta(minutes=30),
    Purpose.ENTRY: timedelta(days=30),
}


class LinkNotValid(KithError):
    status = 404
    slug = "link-not-valid"
    title = translatable("This link does not work")
    what_to_do = translatable(
        "Check that the whole link was copied. If it still does not work, ask for a new one."
    )


class LinkExpired(KithError):
    status = 410
    slug = "link-expired"
    title = translatable("This link is too old")
    what_to_do = translatable("Links work for a limited time, to keep people safe. Ask for a new one.")


class LinkUsed(KithError):
    status = 410
    slug = "link-used"
    title = "This link has been used"
    what_to_do = "It works once, to keep people safe. If you still need it, ask for a new one."


@dataclass(frozen=True, slots=True)
class Holder:
    """The organisation that a link is sent to. What was made before `links_valid_from` it had taken back."""

    id: UUID
    links_valid_from: datetime | None = None


def mint(
    key: SecretStr,
    purpose: Purpose,
    subject: UUID,
    expires_at: datetime,
    area: str | None = None,
    holder: Holder | None = None,
) -> str:
    """A token for this subject and purpose, good until then, with an id of its own.

    `area` is that of the rows behind it: it must be known before the first of them is read.
    """
    issued = datetime.now(UTC)
    if holder is not None and holder.links_valid_from is not None:
        issued = max(issued, holder.links_valid_from)
    of_holder = [area or "", holder.id.hex] if holder else [area] if area else []
    parts = [
        subject.hex,
        int(expires_at.timestamp()),
        uuid4().hex,
        int(issued.timestamp()),
        *of_holder,
    ]
    token: str = _signer(key, purpose).dumps(parts)
    return token


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine token says."""

    id: UUID
    subject: UUID
    expires_at: datetime
    issued_at: datetime
    area: str | None = None
    holder_id: UUID | None = None


def read(key: SecretStr, purpose: Purpose, token: str, now: datetime) -> UUID:
    """The subject of a token. Raises LinkNotValid or LinkExpired."""
    return read_link(key, purpose, token, now).subject


def read_link(key: SecretStr, purpose: Purpose, token: str, now: datetime) -> Link:
    """All that a token says. Raises LinkNotValid or LinkExpired; the signature is looked at first."""
    if len(token) > LONGEST_TOKEN:
        raise LinkNotValid
    try:
        link = _link(token, _signer(key, purpose).loads(token))
    except (BadSignature, ValueError, TypeError, AttributeError, OverflowError, OSError) as error:
        raise LinkNotValid from error
    if now >= link.expires_at:
        raise LinkExpired
    return link


def _link(token: str, parts: Sequence[Any]) -> Link:
    """Links sent before links had ids carry two parts: their id is made from the token itself."""
    subject, expires, *rest = parts
    link_id = UUID(hex=rest[0]) if rest else UUID(bytes=hashlib.sha256(token.encode()).digest()[:16])
    issued, area, holder = (*rest[1:], None, None, None)[:3] if rest else (0, None, None)
    expires_at, issued_at = datetime.fromtimestamp(expires, UTC), datetime.fromtimestamp(issued, UTC)
    holder_id = UUID(hex=holder) if holder else None
    return Link(link_id, UUID(hex=subject), expires_at, issued_at, area or None, holder_id)


def link_url(public_url: str, purpose: Purpose, token: str) -> str:
    """The address to send to somebody."""
    return public_url.rstrip("/") + PATHS[purpose].format(token=token)


class SignedLink(DeclaresAccess):
    """A route with `{token}` in its path; gives the subject's id.

    Only links that fail are limited: a good one is let in, however often others at the same address guess.
    """

    def __init__(self, purpose: Purpose) -> None:
        self.purpose = purpose
        self.access = f"signed link {purpose}"

    async def __call__(self, request: Request, token: str = Path()) -> UUID:
        settings: ServiceSettings = request.app.state.settings
        clock: Clock = request.app.state.clock
        try:
            link = read_link(settings.link_signing_key, self.purpose, token, clock())
        except (LinkNotValid, LinkExpired) as error:
            take_or_refuse(request, FAILED_LINKS)
            raise refused(request, error) from None
        ended_with = [link.subject, *([link.holder_id] if link.holder_id else [])]
        if await is_revoked(request.app.state.pool, link.id, ended_with, link.issued_at):
            take_or_refuse(request, FAILED_LINKS)
            raise refused(request, LinkNotValid(), counted_as="link-revoked")  # told like any other
        request.state.link = link
        return link.subject


def signed_link(purpose: Purpose) -> SignedLink:
    """Declares that a route is for whoever holds a link of this purpose."""
    return SignedLink(purpose)


async def use_link(request: Request, connection: Connection) -> None:
    """Before an act that a link does once, in its transaction. Raises LinkUsed for a second."""
    link: Link = request.state.link
    if not await use_once(connection, link.id, link.expires_at):
        raise refused(request, LinkUsed())


async def expect_unused(request: Request, connection: Connection) -> None:
    """Before a page that offers such an act. Raises LinkUsed where it was done."""
    link: Link = request.state.link
    if await is_used(connection, link.id):
        raise refused(request, LinkUsed())


def count_second_try(request: Request) -> None:
    """For an act that is single by the state of what it is about: it was done before and is not done again."""
    refused(request, LinkUsed())


def _signer(key: SecretStr, purpose: Purpose) -> Any:
    return URLSafeSerializer(
        key.get_secret_value(), salt=SALT + purpose, signer_kwargs={"digest_method": hashlib.sha256}
    )
