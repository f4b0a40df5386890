"""A small service that knows recipients, by the same contract as referral and directory."""

from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Depends, FastAPI, Request

from shared.security.recipients import (
    RECIPIENTS_PATH,
    RecipientAnswer,
    RecipientNotKnown,
    RecipientNotReachable,
    RecipientRequest,
    require_internal_key,
)
from shared.service_defaults.http_app import create_app
from shared.service_defaults.http_errors import KithError
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.settings import ServiceSettings

LINK = "http://localhost:8080/{purpose}/SECRET-{subject}"


class Overloaded(KithError):
    status = 503
    slug = "overloaded"
    title = "Too much to do"


def address_of(recipient_id: UUID) -> str:
    return f"{recipient_id.hex}@example.org"


@dataclass
class RecipientOwner:
    """Knows everybody, but for those whom the test takes out."""

    asked: list[RecipientRequest] = field(default_factory=list)
    traceparents: list[str | None] = field(default_factory=list)
    unknown: set[UUID] = field(default_factory=set)
    unreachable: set[UUID] = field(default_factory=set)
    overloaded: bool = False

    def app(self, settings: ServiceSettings) -> FastAPI:
        app = create_app(settings, title="owner", routers=(), health_checks=(), registry=new_registry())

        @app.post(RECIPIENTS_PATH, dependencies=[Depends(require_internal_key)])
        async def find(wanted: RecipientRequest, request: Request) -> RecipientAnswer:
            return self._answer(wanted, request)

        return app

    def _answer(self, wanted: RecipientRequest, request: Request) -> RecipientAnswer:
        self.asked.append(wanted)
        self.traceparents.append(request.headers.get("traceparent"))
        if self.overloaded:
            raise Overloaded
        if wanted.recipient.id in self.unknown:
            raise RecipientNotKnown
        if wanted.recipient.id in self.unreachable:
            raise RecipientNotReachable
        link = LINK.format(purpose=wanted.link.purpose, subject=wanted.link.subject) if wanted.link else None
        if wanted.recipient.kind.endswith("-reader"):
            return RecipientAnswer(
                address=address_of(wanted.recipient.id),
                name="",
                language="pl",
                link=link,
                subject="Wiadomość dla Ciebie",
                text=f"Dzień dobry,\n\n{link}\n",
            )
        return RecipientAnswer(
            address=address_of(wanted.recipient.id),
            name="Ada Lovelace",
            link=link,
            reference=f"REF-{wanted.about.hex}" if wanted.about else None,
        )
