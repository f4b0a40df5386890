"""The menu of an area: all that takes people from there, need by need, as one page and as one answer for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi import Query as QueryParameter
from markupsafe import Markup
from starlette.responses import Response

from services.directory.domain.evidence import Evidence
from services.directory.entrypoints.finding.asked import AREA_CODE, Asked
from services.directory.entrypoints.finding.find_desk import FindDesk
from services.directory.entrypoints.finding.find_pages import MENU_PAGE, boroughs_by_name, shown
from services.directory.entrypoints.finding.whereabouts import Where
from services.directory.entrypoints.open_referral.open_feed import JSON_OR_PAGE, get_and_head, open_answer
from services.directory.oruk.write_details import JsonObject, without_empty
from services.directory.search.query import Query
from services.directory.storage.copied_evidence import evidence_of
from services.directory.storage.menu_lines import MenuLine, menu_lines
from shared.security.declared_access import public
from shared.security.known_caller import renewed
from shared.service_defaults.content_negotiation import prefers_html
from shared.service_defaults.http_errors import KithError
from shared.vocabulary import vocabulary
from shared.web.phrases import phrase, translatable

MOST_SERVICES = 3_000  # some tens of milliseconds; no area has so many, unless a list wants to be everywhere
MOST_PAGES = 100
SHOWN_OF_A_NEED = 6
SHOWN_OF_OTHERS = 60
OTHER = "other"

ANY_AREA = "A neighbourhood, ward, borough, board or postcode district"
AreaCode = Annotated[str, Path(pattern=f"^({AREA_CODE.pattern})$", description=ANY_AREA)]


class NoSuchArea(KithError):
    """No area that the directory knows has this code."""

    status = 404
    slug = "area-not-found"
    title = translatable("We do not know this area")
    what_to_do = translatable("Go back and choose your area again.")


@dataclass(frozen=True, slots=True)
class NeedOfMenu:
    """One heading of the menu. Services whose source names no need of ours stand under the last."""

    code: str
    lines: Sequence[MenuLine]
    address: str
    number: int
    page: int = 1
    """Of the services under the last heading, for which there is no search that shows the others."""

    def label(self) -> Markup:
        known = vocabulary.needs().get(self.code)
        return phrase(known.label) if known else phrase("Other things")

    def hint(self) -> Markup:
        known = vocabulary.needs().get(self.code)
        return phrase(known.hint) if known else Markup()

    @property
    def first(self) -> Sequence[MenuLine]:
        if self.code != OTHER:
            return self.lines[:SHOWN_OF_A_NEED]
        return self.lines[(self.page - 1) * SHOWN_OF_OTHERS : self.page * SHOWN_OF_OTHERS]

    @property
    def has_more(self) -> bool:
        return self.code != OTHER and len(self.first) < self.number

    @property
    def earlier(self) -> str | None:
        return self._others(self.page - 1) if self.code == OTHER and self.page > 1 else None

    @property
    def later(self) -> str | None:
        more = self.code == OTHER and self.page * SHOWN_OF_OTHERS < len(self.lines)
        return self._others(self.page + 1) if more else None

    def _others(self, page: int) -> str:
        return f"{self.address}?page={page}#{OTHER}"


def menu_router(desk: FindDesk) -> APIRouter:
    router = APIRouter(dependencies=[Depends(public()), Depends(renewed)])

    @router.get(MENU_PAGE, include_in_schema=False)
    async def choose_area(request: Request) -> Response:
        return shown(request, "menu_places.html", fault=None, typed="", boroughs=boroughs_by_name())

    @get_and_head(router, MENU_PAGE + "/{area}", responses=JSON_OR_PAGE)
    async def menu(
        request: Request, area: AreaCode, page: Annotated[int, QueryParameter(ge=1, le=MOST_PAGES)] = 1
    ) -> Response:
        """All services that take people from an area, by need. A service stands under each of its needs.

        Of more than 3,000 the first by name are listed; `page` turns the pages of those without a need of ours.
        """
        where = desk.where(area)
        if where is None:
            raise NoSuchArea
        found = await desk.keeper.search(desk.from_there(Query(sort="name", per_page=MOST_SERVICES), where))
        async with desk.pool.acquire() as connection:
            ids = [result.id for result in found.results]
            lines, evidence = await menu_lines(connection, ids), await evidence_of(connection, ids)
        needs = list(menu_of(where, lines, found.facets["needs"], page))
        total = max(found.total, len(lines))
        if prefers_html(request.headers.get("accept", "")):
            return shown(request, "menu.html", where=where, needs=needs, total=total)
        return open_answer(request, menu_record(where, needs, total, evidence))

    return router


def menu_of(
    where: Where, lines: Sequence[MenuLine], numbers: Mapping[str, int], page: int = 1
) -> Iterator[NeedOfMenu]:
    """In the order of the vocabulary, so that the menus of all areas are alike; needs that nobody meets are left out."""
    known = vocabulary.needs()
    for code in known:
        under = [line for line in lines if code in line.needs]
        if under:
            number = max(len(under), numbers.get(code, 0))
            yield NeedOfMenu(code, under, Asked(near=where.code, need=(code,)).to(), number)
    other = [line for line in lines if not any(code in known for code in line.needs)]
    if other:
        yield NeedOfMenu(OTHER, other, f"{MENU_PAGE}/{where.code}", len(other), page)


def menu_record(
    where: Where, needs: Sequence[NeedOfMenu], total: int, evidence: Mapping[UUID, Evidence]
) -> JsonObject:
    return {
        "area": {"code": where.code, "name": where.name},
        "total": total,
        "needs": [
            {
                "code": need.code,
                "label": str(need.label()),
                "services": [_record(line, evidence.get(line.id)) for line in need.lines],
            }
            for need in needs
        ],
    }


def _record(line: MenuLine, evidence: Evidence | None) -> JsonObject:
    record: JsonObject = {"id": str(line.id), "name": line.name, "organisation": line.organisation}
    told: JsonObject = {"evidence": evidence_record(evidence)} if evidence else {}
    return record | told | ({"closed_for_now": True} if line.closed_for_now else {})


def evidence_record(evidence: Evidence) -> JsonObject:
    """What has too few people in it is left out."""
    change = None if evidence.mean_change is None else str(evidence.mean_change)
    return without_empty(
        {
            "as_of": evidence.as_of.isoformat() if evidence.as_of else None,
            "placed": evidence.placed,
            "helped": evidence.helped,
            "answered": evidence.answered,
            "mean_change": change,
            "felt": evidence.felt,
        }
    )
