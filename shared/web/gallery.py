"""Every component in every state, for those who build pages and for the tests. Only in demonstrations."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from shared.security.declared_access import public
from shared.web.dates import as_number
from shared.web.gallery_examples import EXAMPLES, Example
from shared.web.live import LiveEvent, event_stream
from shared.web.pages import render
from shared.web.signed_in import note_signed_in

GALLERY = "/directory/gallery"
BETWEEN_SECONDS = 1.0


def gallery_router() -> APIRouter:
    router = APIRouter(prefix=GALLERY, include_in_schema=False, dependencies=[Depends(public())])

    @router.get("")
    async def index(request: Request) -> Response:
        return render(request, "kith/gallery/index.html", translated=True, path=GALLERY, examples=EXAMPLES)

    @router.get("/news")
    async def news() -> StreamingResponse:
        return event_stream(_counting())

    @router.api_route("/{name}", methods=["GET", "POST"])
    async def example(request: Request, name: str) -> Response:
        if name not in EXAMPLES:
            raise HTTPException(404)
        form = await request.form()
        return _show(request, EXAMPLES[name], str(form.get("lang", "")) or None)

    return router


def _show(request: Request, example: Example, language: str | None) -> Response:
    if example.signed_in is not None:
        note_signed_in(request, example.signed_in)
    return render(
        request,
        f"kith/gallery/{example.template}.html",
        translated=example.translated,
        language=language,
        title=example.title,
        gallery=GALLERY,
        **example.context(request),
    )


async def _counting() -> AsyncIterator[LiveEvent]:
    for number in range(1, 1000):
        yield LiveEvent(f"<p>Places free now: <strong>{as_number(number)}</strong></p>", id=str(number))
        await asyncio.sleep(BETWEEN_SECONDS)
