"""Where a browser lands that had to sign in again before an act: it comes back by GET, and the form is gone."""

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from shared.security.declared_access import public


def leads_back(router: APIRouter, page: str, *acts: str) -> None:
    """A GET of each of these acts, by its path below the router's prefix, leads to the page with its form.

    The page is the beginning of the act's own address, so only its length is needed.
    """
    parts = page.count("/") + 1

    async def show_instead(request: Request) -> Response:
        return RedirectResponse("/".join(request.url.path.split("/")[:parts]), 303)

    for act in acts:
        router.add_api_route(act, show_instead, dependencies=[Depends(public())])
