"""Who may call a route. Every route carries exactly one of these declarations; a test lists those without.

router = APIRouter(dependencies=[Depends(public())])                      # anybody
subject: Annotated[UUID, Depends(signed_link(Purpose.OFFER))]             # whoever holds the link
caller: Annotated[ApiCaller, Depends(require_scope("referrals:write"))]   # a system with a token
dependencies=[Depends(require_internal_key)]                              # another of our services
permit: Annotated[Permit, Depends(allowed(Verb.READ, Thing.REFERRAL))]    # staff, by the access table
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from shared.security.rate_limits import PUBLIC_FORMS, take_or_refuse


class DeclaresAccess:
    """A dependency that says who may call, in words that a list of routes can show."""

    access: str = ""


class Public(DeclaresAccess):
    """Anybody may call: it shows nothing about a person and changes nothing that matters."""

    access = "public"

    async def __call__(self, request: Request) -> None:
        """A form that anybody may send is still not sent by one address without end.

        The small tools beside the services, which the edge does not show to the world, keep no count.
        """
        if request.method == "POST" and hasattr(request.app.state, "buckets"):
            take_or_refuse(request, PUBLIC_FORMS)


def public() -> Public:
    """Declares that a route is open to all."""
    return Public()


def declarations(dependant: Dependant) -> Iterator[str]:
    """All access declarations in a route's tree of dependencies."""
    call: object = dependant.call
    if isinstance(call, DeclaresAccess):
        yield call.access
    for each in dependant.dependencies:
        yield from declarations(each)


def access_by_route(routers: Iterable[APIRouter]) -> dict[str, list[str]]:
    """`GET /referral/offer/{token}` → what it declares, for every route of the routers."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in routers:
        app.include_router(router)
    found: dict[str, list[str]] = {}
    for context in iter_route_contexts(app.routes):
        dependant: Any = getattr(context, "dependant", None)
        declared = sorted(declarations(dependant)) if isinstance(dependant, Dependant) else []
        for method in sorted(context.methods or {"ANY"}):
            found[f"{method} {context.path}"] = declared
    return found


def faults(routers: Iterable[APIRouter]) -> list[str]:
    """The routes that declare no access, or more than one."""
    return [
        f"{route} declares {', '.join(declared) if declared else 'no access'}"
        for route, declared in access_by_route(routers).items()
        if len(declared) != 1
    ]
