"""From who asks to how far their transaction reaches: the area of a link, the areas of a system or of staff."""

from fastapi import Request

from shared.postgres.reach import Reach, areas_reach
from shared.security.access_errors import NotAllowed
from shared.security.api_callers import ApiCaller
from shared.security.signed_links import Link
from shared.security.staff import Permit
from shared.security.token_callers import now_of
from shared.vocabulary.areas import areas
from shared.vocabulary.vocabulary import boroughs
from shared.web.dates import LONDON


def every_borough() -> Reach:
    """For what is about all of them: figures without names."""
    return areas_reach(boroughs())


def link_reach(request: Request) -> Reach:
    """The area that the link was made for. Links of the time before areas stood in them reach every borough."""
    link: Link = request.state.link
    return areas_reach([link.area]) if link.area else every_borough()


def client_reach(request: Request, caller: ApiCaller) -> Reach:
    """Where a system is bound to: areas, one organisation, or one organisation within areas."""
    own = caller.system.organisation_id
    organisations = None if own is None else frozenset({own})
    if organisations is not None and not caller.system.areas:
        return Reach(every_borough().areas, organisations)
    on = now_of(request).astimezone(LONDON).date()
    reached = frozenset(area for code in caller.system.areas for area in areas().reached(code, on))
    return Reach(reached, organisations)


def operator_reach(request: Request, caller: ApiCaller) -> Reach:
    """The areas of a system that operates. Raises NotAllowed for one of an organisation: no plumbing is its own."""
    reach = client_reach(request, caller)
    if reach.organisations is not None:
        raise NotAllowed("Only systems that are bound to areas alone may do this.")
    return reach


def permit_reach(permit: Permit) -> Reach:
    """Where the role that permits this is held: in areas, or for organisations within every borough."""
    by_area = permit.areas()
    if by_area:
        return areas_reach(by_area)
    return Reach(every_borough().areas, permit.organisations())
