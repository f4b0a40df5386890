"""The generated matrix: every route of every service, every role, own and other area, by the access table."""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from services.directory.domain.membership import Membership
from services.directory.feeds.source import FeedSource
from services.directory.oruk.read_service import read_service_record
from services.directory.storage.member_rows import add_member, give
from services.directory.use_cases.import_services import ImportServices, SourceRef, import_services
from services.directory.use_cases.keep_sources import add_source
from services.outcomes.entrypoints.summary_access import SummaryAccess
from shared.access.caller import Caller, CallerKind
from shared.access.decide import Allowed, Facts, may, may_somewhere
from shared.access.roles import HELD_IN, STAFF_ROLES, HeldIn, Role
from shared.access.vocabulary import Thing
from shared.postgres.pool import transaction
from shared.security.api_callers import RequireScope
from shared.security.declared_access import DeclaresAccess, Public
from shared.security.recipients import RequireInternalKey
from shared.security.signed_links import Purpose, SignedLink, mint
from shared.security.staff import SignedIn, StaffMay
from shared.service_defaults.clock import utc_now
from tests.component.access.every_service import SETTINGS_CLASSES, AskedService, Route, asked_service
from tests.component.access.menu_cases import is_about_the_menu, menu_case
from tests.component.access.things_of_organisations import CASE as A_CASE
from tests.component.directory.sign_in_world import runs_a_service
from tests.conftest import CreateDatabase
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller
from tests.unit.directory.records import a_record

NEWHAM, CAMDEN, LONDON = "E09000025", "E09000007", "E12000007"
OUR_ORGANISATION, OTHER_ORGANISATION = UUID(int=81), UUID(int=82)
NOW = utc_now()
TODAY = NOW.date()
TURNED_AWAY = {401, 403}
LONGEST = 480  # seconds: over a thousand requests of one service, on a machine that does other things too


@pytest.fixture(params=sorted(SETTINGS_CLASSES))
async def service(request: pytest.FixtureRequest, database: CreateDatabase) -> AsyncIterator[AskedService]:
    made = await database(request.param)
    # The clock stands: tokens live five minutes, and it may be longer than that until this test has its turn.
    async with asked_service(request.param, made.dsn, clock=lambda: NOW) as found:
        yield found


def staff(role: Role) -> Caller:
    """Somebody with this role in Newham, or in our organisation."""
    in_area = (NEWHAM,) if HELD_IN[role] is HeldIn.AREA else ()
    in_organisation = (OUR_ORGANISATION,) if HELD_IN[role] is HeldIn.ORGANISATION else ()
    return staff_caller(role, NOW, areas=in_area, organisations=in_organisation)


def system(*scopes: str) -> Caller:
    return Caller(
        CallerKind.SYSTEM,
        member_id=UUID(int=99),
        scopes=frozenset(scopes),
        areas=frozenset({LONDON}),
        version=1,
    )


async def ask(
    service: AskedService, route: Route, headers: dict[str, str] | None = None, path: str | None = None
) -> httpx.Response:
    filled = path or re.sub(r"\{[^}]+\}", str(uuid4()), route.path)
    return await service.client.request(route.method, filled, headers=headers or {})


@pytest.mark.timeout(LONGEST)
@pytest.mark.asvs("V8.2.1", "V8.3.1", "V10.3.2")
async def test_every_route_lets_in_whom_it_declares_and_nobody_else(service: AskedService) -> None:
    asked = 0
    wrong = []
    for number, route in enumerate(service.routes):
        # Each route from an address of its own: how often one address may fail is tested elsewhere.
        address = {"x-forwarded-for": f"203.0.113.{number % 254 + 1}"}
        for name, headers, expected in requests_for(route):
            path = headers.pop("path", None)
            status = (await ask(service, route, headers | address, path)).status_code
            asked += 1
            if not expected(status) or status >= 500:
                wrong.append(f"{route} ({route.declared.access}) as {name}: {status}")

    assert wrong == []
    assert asked >= len(service.routes)


Expected = Callable[[int], bool]
Request = tuple[str, dict[str, str], Expected]
OPEN_BUT_LIMITED = {"public, limited by address", "client id and secret"}
KEY = SecretStr("signing-key-for-tests")


def requests_for(route: Route) -> list[Request]:
    """Who asks, with which headers, and what status may come back. An unknown declaration fails the matrix."""
    if route.declared.access in OPEN_BUT_LIMITED:
        return [("anybody", {}, lambda status: status in {200, 303, 307, 400, 422})]
    return WAYS_TO_ASK[type(route.declared)](route)


def public_requests(route: Route) -> list[Request]:
    return [("anybody", {}, let_in)]


def internal_requests(route: Route) -> list[Request]:
    return [*strangers(route), ("ours", {"authorization": "Bearer internal-key-for-tests"}, let_in)]


def signed_in_requests(route: Route) -> list[Request]:
    return [*strangers(route), *((str(role), bearer(staff(role), NOW), let_in) for role in STAFF_ROLES)]


def let_in(status: int) -> bool:
    return status not in TURNED_AWAY


def strangers(route: Route) -> list[Request]:
    """Nobody, and credentials that are good for something else."""
    expired = bearer(staff(Role.COORDINATOR), NOW - timedelta(minutes=10))
    unsigned = {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}
    tried = [("nobody", {}), ("an old token", expired), ("alg none", unsigned)]
    if not isinstance(route.declared, RequireScope | SummaryAccess):
        tried.append(("a system", bearer(system("operate", "summary:read"), NOW)))
    if isinstance(route.declared, RequireInternalKey):
        tried.append(("a coordinator", bearer(staff(Role.COORDINATOR), NOW)))
    return [(name, headers, lambda status: status == 401) for name, headers in tried]


def staff_requests(route: Route) -> list[Request]:
    declared = route.declared
    assert isinstance(declared, StaffMay)
    made = strangers(route)
    for role in STAFF_ROLES:
        could = may_somewhere(staff(role), declared.verb, declared.thing)
        made.append((str(role), bearer(staff(role), NOW), let_in if could else lambda status: status == 403))
    return made


def scope_requests(route: Route) -> list[Request]:
    scope = route.declared.access.rpartition(" ")[2]
    coordinator = ("a coordinator", bearer(staff(Role.COORDINATOR), NOW), lambda status: status == 401)
    without = ("a system without the scope", bearer(system("nothing:here"), NOW), lambda s: s == 403)
    return [*strangers(route), coordinator, without, ("a system", bearer(system(scope), NOW), let_in)]


def link_requests(route: Route) -> list[Request]:
    assert isinstance(route.declared, SignedLink)
    purpose = route.declared.purpose
    other = next(each for each in Purpose if each is not purpose)
    tomorrow, yesterday = NOW + timedelta(days=1), NOW - timedelta(days=1)
    tokens = {
        "a guess": ("guess", 404),
        "another purpose": (mint(KEY, other, uuid4(), tomorrow), 404),
        "another key": (mint(SecretStr("a key of somebody else"), purpose, uuid4(), tomorrow), 404),
        "an old link": (mint(KEY, purpose, uuid4(), yesterday), 410),
    }

    def only(wanted: int) -> Expected:
        return lambda status: status == wanted

    return [
        (name, {"path": re.sub(r"\{[^}]+\}", token, route.path)}, only(status))
        for name, (token, status) in tokens.items()
    ]


WAYS_TO_ASK: dict[type[DeclaresAccess], Callable[[Route], list[Request]]] = {
    Public: public_requests,
    StaffMay: staff_requests,
    SignedIn: signed_in_requests,
    RequireScope: scope_requests,
    SummaryAccess: scope_requests,
    RequireInternalKey: internal_requests,
    SignedLink: link_requests,
}


@dataclass(frozen=True)
class Case:
    """How a route is asked about a thing in an area, and what the table looks at then."""

    path: str
    facts: Facts
    form: dict[str, Any] | None = None
    json: dict[str, Any] | None = None
    files: dict[str, tuple[str, str]] | None = None


MEMBERS = "/directory/members"
FEEDS = "/directory/feeds"
GAPS = "/directory/gaps"
BOARD, PHONED = "/capacity/board", "/capacity/phoned"
INVITING = "/referral/invitations"
# Lists: what they show is held to the areas of whoever asks, by tests of their own.
NOT_ABOUT_ONE = {
    f"GET {MEMBERS}",
    f"POST {MEMBERS}",
    "GET /directory/organisations",
    "GET /directory/entries",
    "GET /directory/duplicates",
    "GET /directory/prescription",
    "POST /directory/prescription",
    "GET /directory/prescription/{prescription_id}",
    "POST /directory/prescription/{prescription_id}/email",
    "GET /directory/prescription/{prescription_id}/text",
    "POST /directory/prescription/{prescription_id}/text",
    "GET /directory/digests",
    "POST /directory/digests",
    "POST /directory/digests/{digest_id}/stop",
    f"GET {FEEDS}",
    f"GET {FEEDS}/sheet.csv",
    f"GET {FEEDS}/sheet.xlsx",
    f"GET {GAPS}/growth",
    "GET /referral/audit",
    "POST /referral/audit",
    "GET /referral/offers",
    "GET /referral/waiting",
    "GET /referral/to-choose",
    "GET /referral/how-we-ask",
    "GET /referral/turned-away",
    "GET /referral/turned-away.csv",
    "GET /referral/referred-again",
    "GET /referral/needs-a-person",
    "POST /referral/needs-a-person",
    "GET /referral/referred/without-help",
    "GET /referral/referred/placed",
    "GET /referral/board",
    "GET /referral/board/live",
    f"GET {PHONED}",
    f"GET {BOARD}",
    f"GET {BOARD}/live",
}


async def a_member(service: AskedService, area: str, role: Role = Role.LINK_WORKER) -> Membership:
    membership = Membership(uuid4(), uuid4(), role, area, None, NOW - timedelta(days=1), None)
    async with transaction(service.pool) as connection:
        await add_member(connection, membership.member_id, "test", uuid4().hex, "Somebody", None)
        await give(connection, membership, None)
    return membership


async def a_feed_case(service: AskedService, route: Route, area: str) -> Case:
    """A list of the area, with a run that waits for a person, and a service that another list brought."""
    source, run, other = uuid4(), uuid4(), uuid4()
    async with transaction(service.pool) as connection:
        for each, name in ((source, "Ours"), (other, "Others")):
            described = FeedSource(each, name, "simple-sheet", area=area)
            await add_source(connection, described, added_by=UUID(int=4242), now=NOW)
        await connection.execute(
            "INSERT INTO feed_runs (id, source_id, state, began_at, lease_until) VALUES ($1, $2, $3, $4, $4)",
            run,
            source,
            "held-for-a-person",
            NOW,
        )
        whose = {"id": str(uuid4()), "name": "Others", "description": "Somebody else's group."}
        read = read_service_record(a_record(id=str(uuid4()), organization=whose), routable=False)
        command = ImportServices([read.service], [read.organisation], SourceRef(other))
        await import_services(connection, command)
    path = route.path
    for name, value in (("source_id", source), ("run_id", run), ("service_id", read.service.id)):
        path = path.replace(f"{{{name}}}", str(value))
    form = {"active": "true", "name": "New", "kind": "simple-sheet", "area": area}
    files = {"file": ("sheet.csv", "Name,Organisation\n")} if path.endswith("/file") else None
    sent = form if route.method == "POST" else None
    return Case(path, Facts(Thing.FEED, area=area), form=sent, files=files)


async def a_directory_case(service: AskedService, route: Route, area: str) -> Case:
    if route.path == INVITING:
        return await an_inviting_case(service, route, area)
    if route.path.startswith((BOARD, PHONED)):
        return await a_board_case(service, route, area)
    if route.path.startswith(GAPS):
        return Case(f"{route.path}?area={area}", Facts(Thing.COVER, area=area))
    if route.path.startswith(FEEDS):
        return await a_feed_case(service, route, area)
    organisation = OUR_ORGANISATION if area == NEWHAM else OTHER_ORGANISATION
    path, facts, form = await menu_case(service.pool, route.path, area, organisation)
    return Case(path, facts, form=form if route.method == "POST" else None)


async def a_board_case(service: AskedService, route: Route, area: str) -> Case:
    """A pool of an area. On the board its own organisation says a word, and on the phone a coordinator of the area."""
    pool_id, owner = uuid4(), OUR_ORGANISATION if area == NEWHAM else OTHER_ORGANISATION
    async with transaction(service.pool) as connection:
        await connection.execute(
            "INSERT INTO pools (pool_id, service_id, service_name, service_version, area, organisation_id)"
            " VALUES ($1, $2, 'Walks', 1, $3, $4)",
            pool_id,
            uuid4(),
            area,
            owner,
        )
    form = {"tap": "full", "version_seen": "0", "form_token": uuid4().hex} if route.method == "POST" else None
    path = route.path.replace("{pool_id}", str(pool_id))
    if route.path.startswith(PHONED):
        return Case(
            path, Facts(Thing.SIGNAL, area=area), form=form | {"told_by": "manager"} if form else None
        )
    return Case(path, Facts(Thing.SIGNAL, organisations=frozenset({owner})), form=form)


async def a_choice_case(service: AskedService, route: Route, area: str) -> Case:
    """Somebody of an area who chooses, whom an organisation referred."""
    leg_id, referred_by = uuid4(), OUR_ORGANISATION if area == NEWHAM else OTHER_ORGANISATION
    async with transaction(service.pool, EVERYWHERE) as connection:
        await connection.execute(A_CASE, leg_id, area, referred_by, None)
        await connection.execute("UPDATE legs SET state = 'proposed' WHERE leg_id = $1", leg_id)
    form = {"act": "leave"} if route.method == "POST" else None
    facts = Facts(Thing.REFERRAL, area=area, organisations=frozenset({referred_by}))
    return Case(route.path.replace("{leg_id}", str(leg_id)), facts, form=form)


async def an_inviting_case(service: AskedService, route: Route, area: str) -> Case:
    """An event with places for people of everywhere, to which those of one area are to be invited."""
    pool_id, service_id = uuid4(), uuid4()
    async with transaction(service.pool) as connection:
        await connection.execute(
            "INSERT INTO copied_services (service_id, version, everywhere, organisation_id, needs, pool_ids)"
            " VALUES ($2, 1, true, $2, '{housing}', ARRAY[$1::uuid])",
            pool_id,
            service_id,
        )
        await connection.execute(
            "INSERT INTO event_pools (pool_id, service_id) VALUES ($1, $2)", pool_id, service_id
        )
        await connection.execute(
            "INSERT INTO copied_signals (pool_id, version, status, guess, guess_version)"
            " VALUES ($1, 1, 'open', 5, 1)",
            pool_id,
        )
    chosen = {"area": area, "need": "housing", "event": str(pool_id)}
    path = f"{route.path}?area={area}" if route.method == "GET" else route.path
    return Case(path, Facts(Thing.REFERRAL, area=area), form=chosen if route.method == "POST" else None)


async def case_for(service: AskedService, route: Route, area: str) -> Case:
    """A thing of the route's kind in that area. A new staff route is added here, or the matrix fails."""
    if route.path == "/referral/how-we-ask":
        form = {"area": area, "mode": "propose", "hours": "72"}
        return Case(route.path, Facts(Thing.WAITING_LIST, area=area), form=form)
    if route.path.startswith("/referral/to-choose/"):
        return await a_choice_case(service, route, area)
    if is_about_the_menu(route.path) or route.path.startswith((FEEDS, GAPS, BOARD, PHONED, INVITING)):
        return await a_directory_case(service, route, area)
    return await a_case_of_members(service, route, area)


async def a_case_of_members(service: AskedService, route: Route, area: str) -> Case:
    member = await a_member(service, area)
    path = route.path.replace("{member_id}", str(member.member_id)).replace("{membership_id}", str(member.id))
    facts = Facts(Thing.MEMBERSHIP, area=area, subject=member.member_id, role=member.role)
    match str(route).removeprefix(f"{route.method} {MEMBERS}"):
        case "/{member_id}" | "/{member_id}/roles/{membership_id}/end":
            return Case(path, facts)
        case "/{member_id}/sign-out" | "/{member_id}/shut-out":
            return Case(path, replace(facts, thing=Thing.SIGN_IN))
        case "/{member_id}/roles":
            return Case(path, facts, form={"role": "link-worker", "area": area})
    if route.path.startswith("/directory/organisations/"):
        organisation_id = uuid4()
        await runs_a_service(service.pool, organisation_id, area)
        filled = route.path.replace("{organisation_id}", str(organisation_id))
        of_theirs = Facts(Thing.LINKS, area=area, organisations=frozenset({organisation_id}))
        return Case(filled, of_theirs, form={"times_before": "0"})
    if "/organisations/{organisation_id}/parent" in route.path:
        organisation = path.replace("{organisation_id}", str(OTHER_ORGANISATION))
        declared = {"parent_id": str(OUR_ORGANISATION), "passes_down": ["provider-staff"]}
        json = declared if route.method == "PUT" else None
        return Case(organisation, Facts(Thing.ORGANISATION), json=json)
    pytest.fail(f"nobody has said what {route} is asked about")


@pytest.mark.timeout(LONGEST)
@pytest.mark.asvs("V8.2.2", "V8.3.1")
async def test_every_staff_route_decides_as_the_table_does_in_own_and_other_areas(
    service: AskedService,
) -> None:
    wrong = []
    if service.name == "directory":
        async with transaction(service.pool) as connection:
            await add_member(connection, UUID(int=4242), "test", "asking", "Whoever asks", None)
    for route in service.routes:
        if not isinstance(route.declared, StaffMay) or str(route) in NOT_ABOUT_ONE:
            continue
        for role in STAFF_ROLES:
            for area in (NEWHAM, CAMDEN):
                case = await case_for(service, route, area)
                decision = may(staff(role), route.declared.verb, case.facts, TODAY)
                answer = await service.client.request(
                    route.method,
                    case.path,
                    headers=bearer(staff(role), NOW),
                    data=case.form,
                    json=case.json,
                    files=case.files,
                )
                expected = {200, 204, 303} if isinstance(decision, Allowed) else {403, 404}
                if answer.status_code not in expected:
                    wrong.append(f"{route} as {role} about {area}: {answer.status_code}, {decision}")

    assert wrong == []


async def test_a_list_shows_no_more_than_the_table_reaches(database: CreateDatabase) -> None:
    made = await database("directory")
    async with asked_service("directory", made.dsn, clock=lambda: NOW) as service:
        ours, theirs = await a_member(service, NEWHAM), await a_member(service, CAMDEN)
        shown = {}
        for role in (Role.COORDINATOR, Role.AUDITOR, Role.OPERATOR):
            page = (await service.client.get(MEMBERS, headers=bearer(staff(role), NOW))).text
            shown[role] = [str(each.member_id) in page for each in (ours, theirs)]

    assert shown == {
        Role.COORDINATOR: [True, False],
        Role.AUDITOR: [True, False],
        Role.OPERATOR: [True, True],
    }
