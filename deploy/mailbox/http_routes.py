"""The mailbox's pages and its list for programs."""

from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi import Path as PathParameter
from pydantic import AwareDatetime
from starlette.responses import Response

from deploy.mailbox.linked_text import linked_text
from deploy.mailbox.message_store import MessageStore
from shared.security.declared_access import public
from shared.service_defaults.http_errors import KithError
from shared.web.pages import render

TEMPLATES = Path(__file__).parent / "templates"
ON_A_PAGE = 100

To = Annotated[str, Query(max_length=254)]


class MessageNotKept(KithError):
    status = 404
    slug = "message-not-kept"
    title = "This message is not here"
    what_to_do = "Look in the list. Only the last messages are kept."


def routes(store: MessageStore) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public())], include_in_schema=False)

    @router.get("/mailbox")
    @router.get("/mailbox/")
    async def inbox(request: Request, to: To = "") -> Response:
        found = list(islice(store.newest_first(to=to), ON_A_PAGE + 1))
        return render(
            request,
            "inbox.html",
            templates=TEMPLATES,
            messages=found[:ON_A_PAGE],
            more=len(found) > ON_A_PAGE,
            to=to,
            kept=len(store),
        )

    @router.get("/mailbox/messages.json")
    async def messages(
        to: To = "",
        since: AwareDatetime | None = None,
        limit: Annotated[int, Query(ge=1, le=100_000)] = 1000,
    ) -> list[dict[str, Any]]:
        moment: datetime | None = since
        return [message.as_json() for message in islice(store.newest_first(to=to, since=moment), limit)]

    @router.get("/mailbox/{message_id}")
    async def one(
        request: Request, message_id: Annotated[str, PathParameter(pattern=r"^[0-9a-f]{24}$")]
    ) -> Response:
        message = store.find(message_id)
        if message is None:
            raise MessageNotKept
        return render(
            request, "message.html", templates=TEMPLATES, message=message, text=linked_text(message.text)
        )

    return router
