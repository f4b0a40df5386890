"""The one internal contract: notify asks a recipient's owner, at the moment of sending, where to send.

`POST /internal/recipients`, served by referral (people and referrers) and directory (organisations, and readers of
the menu: whoever was given a list, and members who are told what is on). The edge never routes it. The owner also mints the link, so that tokens pass through no event.
"""

import hmac
from typing import Literal
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from shared.events.event_data import AreaCode
from shared.security.access_errors import NotKnown, bearer_token, refused
from shared.security.declared_access import DeclaresAccess
from shared.security.signed_links import Purpose
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.settings import ServiceSettings

RECIPIENTS_PATH = "/internal/recipients"

RecipientKind = Literal["person", "referrer", "organisation", "list-reader", "digest-reader"]


class _Contract(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Recipient(_Contract):
    """Whom a message is for."""

    kind: RecipientKind
    id: UUID


class LinkWanted(_Contract):
    """The link that the message needs."""

    purpose: Purpose
    subject: UUID


class RecipientRequest(_Contract):
    """`area` is that of the message: the owner looks there and nowhere else, and the link leads there."""

    recipient: Recipient
    link: LinkWanted | None = None
    area: AreaCode | None = None
    about: UUID | None = None
    """The referral whose reference the message names, where it has no link."""


class RecipientAnswer(_Contract):
    """Where and how to write. Kept by nobody: it is used once and forgotten."""

    channel: Literal["email"] = "email"
    address: str = Field(min_length=3, max_length=254, repr=False)
    name: str = Field(max_length=200, repr=False)
    language: str = Field(default="en", max_length=35)
    link: str | None = Field(default=None, repr=False)
    reference: str | None = Field(default=None, max_length=40)
    subject: str | None = Field(default=None, max_length=200, repr=False)
    text: str | None = Field(default=None, max_length=60_000, repr=False)
    """The whole mail, where only its owner can write it: in the reader's language, or of what is on just now."""


class RecipientNotKnown(KithError):
    status = 404
    slug = "recipient-not-known"
    title = "There is no such recipient"
    what_to_do = "Do not send this message."


class RecipientNotReachable(KithError):
    status = 409
    slug = "recipient-not-reachable"
    title = "This recipient has no way to be reached"
    what_to_do = "Do not send this message; tell a person who can look into it."


class RequireInternalKey(DeclaresAccess):
    """Only our own services, which share the internal key."""

    access = "internal key"

    async def __call__(self, request: Request) -> None:
        settings: ServiceSettings = request.app.state.settings
        given = bearer_token(request) or ""
        wanted = settings.internal_key.get_secret_value()
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise refused(request, NotKnown())


require_internal_key = RequireInternalKey()
