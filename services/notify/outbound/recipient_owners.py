"""Asks the owner of a recipient, at the moment of sending, where to write and for the link. Kept nowhere."""

from collections.abc import Mapping

import httpx
from opentelemetry import propagate
from pydantic import SecretStr, ValidationError

from services.notify.domain.delivery_attempts import Failed, TryLater
from services.notify.storage.message_rows import Message
from shared.security.recipients import (
    RECIPIENTS_PATH,
    LinkWanted,
    Recipient,
    RecipientAnswer,
    RecipientKind,
    RecipientNotKnown,
    RecipientNotReachable,
    RecipientRequest,
)
from shared.security.signed_links import Purpose

NO_ADDRESS = frozenset(f"/problems/{problem.slug}" for problem in (RecipientNotKnown, RecipientNotReachable))
TIME_LIMIT = 5.0  # seconds


class RecipientOwners:
    """The services that know recipients, by kind."""

    def __init__(
        self, http: httpx.AsyncClient, urls: Mapping[RecipientKind, str], internal_key: SecretStr
    ) -> None:
        self._http = http
        self._urls = {kind: url.rstrip("/") + RECIPIENTS_PATH for kind, url in urls.items()}
        self._internal_key = internal_key

    async def ask(self, message: Message) -> RecipientAnswer | Failed | TryLater:
        """Where to write, or why not. A recipient that its owner does not know has no address."""
        wanted = RecipientRequest(
            recipient=Recipient(kind=message.recipient_kind, id=message.recipient_id),
            link=LinkWanted(purpose=Purpose(message.link_purpose), subject=message.link_subject)
            if message.link_purpose
            else None,
            about=None if message.link_purpose else message.link_subject,
            area=message.area,
        )
        headers = {
            "authorization": f"Bearer {self._internal_key.get_secret_value()}",
            "content-type": "application/json",
            "accept": "application/json",
        }
        propagate.inject(headers)
        try:
            response = await self._http.post(
                self._urls[message.recipient_kind],
                content=wanted.model_dump_json(),
                headers=headers,
                timeout=TIME_LIMIT,
            )
        except httpx.HTTPError as error:
            return TryLater(f"owner-away: {type(error).__name__}")
        return _read(response)


def _read(response: httpx.Response) -> RecipientAnswer | Failed | TryLater:
    if response.status_code == httpx.codes.OK:
        try:
            return RecipientAnswer.model_validate_json(response.content)
        except ValidationError:
            return TryLater("owner-answer-malformed")
    if _problem_type(response) in NO_ADDRESS:
        return Failed("no-address")
    return TryLater(f"owner-status: {response.status_code}")


def _problem_type(response: httpx.Response) -> str | None:
    try:
        problem = response.json()
    except ValueError:
        return None
    found = problem.get("type") if isinstance(problem, dict) else None
    return found if isinstance(found, str) else None
