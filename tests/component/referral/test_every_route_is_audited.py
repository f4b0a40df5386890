"""Nobody adds a route that touches a person's record without a record of who did: each is driven, and rows counted."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.referral.settings import ReferralSettings
from services.referral.storage.referrals import ReferrerDetails
from services.referral.storage.routing_modes import keep_mode
from services.referral.use_cases.ask_still_wanted import ask_still_wanted
from services.referral.use_cases.escalate import escalate_what_is_overdue
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from shared.security.declared_access import access_by_route
from shared.security.signed_links import PATHS, Purpose, mint
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.inviting import all_full, event, somebody_invited, waits
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import REFERRALS, gp_referral, key
from tests.component.referral.test_person_pages import FORM
from tests.support.built_services import routers_of
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller
from tests.support.unaudited_routes import without_a_record

# What the access table itself holds to figures over many people.
FIGURES = frozenset({"GET /referral/turned-away", "GET /referral/turned-away.csv"})
INTERNAL = {"authorization": "Bearer internal-key-for-tests"}


@dataclass
class Visitor:
    """Somebody who calls each route as it is meant to be called."""

    client: httpx.AsyncClient
    world: ReferralWorld
    settings: ReferralSettings

    async def offered(self, **changes: Any) -> referral.PlaceRequestedV1:
        await self.world.service(("open", 1))
        await self.world.refer(**changes)
        request = await self.world.last(referral.PlaceRequestedV1)
        await self.world.hear_answers(held(request))
        return request

    async def placed(self, **changes: Any) -> referral.PlaceRequestedV1:
        request = await self.offered(**changes)
        await self.client.post(self.link(Purpose.OFFER, request.request_id), data={"answer": "accept"})
        await self.world.hear_answers(taken(request))
        return request

    def link(self, purpose: Purpose, subject: UUID) -> str:
        until = self.world.clock() + timedelta(days=1)
        return PATHS[purpose].format(token=mint(self.settings.link_signing_key, purpose, subject, until))

    async def choosing(self) -> tuple[UUID, UUID, UUID]:
        """A referral whose person chooses, with its leg and the one service that there is."""
        async with transaction(self.world.pool, EVERYWHERE) as connection:
            await keep_mode(connection, AREA, proposes=True, choose_hours=72)
        await self.world.service(("open", 1))
        referred = await self.world.refer()
        service_id = await self.world.pool.fetchval("SELECT service_id FROM copied_services")
        return referred.referral_id, referred.legs[0].leg_id, service_id

    async def mine(self) -> str:
        return self.link(Purpose.MY_REFERRAL, (await self.world.refer()).referral_id)

    def referrer(self, practice: UUID) -> dict[str, str]:
        now = self.world.clock()
        return bearer(staff_caller(Role.REFERRER, now, organisations=(practice,)), now)

    def coordinator(self) -> dict[str, str]:
        now = self.world.clock()
        return bearer(staff_caller(Role.COORDINATOR, now, areas=(AREA,)), now)

    async def escalated(self) -> UUID:
        """Somebody who referred themselves in vain: the escalation that a coordinator sees."""
        await self.world.refer("housing", door="self")
        async with transaction(self.world.pool, rounds_reach("referral")) as connection:
            await escalate_what_is_overdue(connection, self.world.clock())
        found: UUID = await self.world.pool.fetchval("SELECT escalation_id FROM escalations")
        return found

    def auditor(self) -> dict[str, str]:
        now = self.world.clock()
        return bearer(staff_caller(Role.AUDITOR, now, areas=(AREA,)), now) | {"accept": "text/html"}


Drive = Callable[[Visitor], Awaitable[Callable[[], Awaitable[httpx.Response]]]]
DRIVES: dict[str, Drive] = {}


def drives(route: str) -> Callable[[Drive], Drive]:
    def note(drive: Drive) -> Drive:
        DRIVES[route] = drive
        return drive

    return note


@drives("POST /referral/api/referrals")
async def refer(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    return lambda: visitor.client.post(REFERRALS, json=gp_referral(), headers=key())


@drives("GET /referral/api/referrals/{referral_id}")
async def read(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    referred = await visitor.world.refer()
    return lambda: visitor.client.get(f"{REFERRALS}/{referred.referral_id}")


@drives("GET /referral/needs-a-person")
async def look_who_needs_a_person(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.escalated()
    return lambda: visitor.client.get("/referral/needs-a-person", headers=visitor.coordinator())


@drives("POST /referral/needs-a-person")
async def see_to_somebody(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    form = {"case": str(await visitor.escalated()), "reason": "asked-others", "days": "3"}
    headers = visitor.coordinator()
    return lambda: visitor.client.post("/referral/needs-a-person", data=form, headers=headers)


@drives("GET /referral/to-choose")
async def look_who_chooses(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.choosing()
    return lambda: visitor.client.get("/referral/to-choose", headers=visitor.coordinator())


@drives("GET /referral/to-choose/{leg_id}")
async def look_at_the_three(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    _, leg_id, _ = await visitor.choosing()
    return lambda: visitor.client.get(f"/referral/to-choose/{leg_id}", headers=visitor.coordinator())


@drives("POST /referral/to-choose/{leg_id}")
async def choose_with_them(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    _, leg_id, service_id = await visitor.choosing()
    form, headers = {"act": "ask", "service_id": str(service_id)}, visitor.coordinator()
    return lambda: visitor.client.post(f"/referral/to-choose/{leg_id}", data=form, headers=headers)


@drives("GET /referral/referred-again")
async def look_who_was_referred_again(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.world.service(("full", 0))
    for _ in range(2):
        await visitor.world.refer()
    return lambda: visitor.client.get("/referral/referred-again", headers=visitor.coordinator())


@drives("POST /referral/how-we-ask")
async def say_how_groups_are_asked(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    form, headers = {"area": AREA, "mode": "propose", "hours": "24"}, visitor.coordinator()
    return lambda: visitor.client.post("/referral/how-we-ask", data=form, headers=headers)


@drives("POST /referral/api/demo/offers/{request_id}/lapse-now")
async def lapse(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    request = await visitor.offered()
    return lambda: visitor.client.post(f"/referral/api/demo/offers/{request.request_id}/lapse-now")


@drives("POST /referral/self")
async def refer_oneself(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    return lambda: visitor.client.post("/referral/self", data=FORM)


@drives("GET /referral/mine/{token}")
async def look_at_mine(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.get(mine)


@drives("POST /referral/mine/{token}/withdraw")
async def withdraw(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.world.service(("full", 0))
    referred = await visitor.world.refer()
    mine, leg = visitor.link(Purpose.MY_REFERRAL, referred.referral_id), referred.legs[0]
    return lambda: visitor.client.post(f"{mine}/withdraw", data={"leg_id": str(leg.leg_id)})


@drives("POST /referral/mine/{token}/not-wanted")
async def say_not_wanted(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    request = await visitor.offered()
    mine, leg = (
        visitor.link(Purpose.MY_REFERRAL, request.referral_id),
        await visitor.world.leg(request.leg_id),
    )
    assert leg.placement is not None
    said = {"service_id": str(leg.placement.service_id)}
    return lambda: visitor.client.post(f"{mine}/not-wanted", data=said)


@drives("POST /referral/api/referrals/{referral_id}/not-wanted")
async def say_not_wanted_for_them(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    request = await visitor.offered()
    leg = await visitor.world.leg(request.leg_id)
    assert leg.placement is not None
    said = {"service_id": str(leg.placement.service_id)}
    return lambda: visitor.client.post(f"{REFERRALS}/{request.referral_id}/not-wanted", json=said)


@drives("POST /referral/mine/{token}/choose")
async def choose(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    referral_id, leg_id, service_id = await visitor.choosing()
    said = {"leg_id": str(leg_id), "service_id": str(service_id)}
    mine = visitor.link(Purpose.MY_REFERRAL, referral_id)
    return lambda: visitor.client.post(f"{mine}/choose", data=said)


@drives("GET /referral/api/referrals/{referral_id}/legs/{leg_id}/choice")
async def read_choice(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    referral_id, leg_id, _ = await visitor.choosing()
    return lambda: visitor.client.get(f"{REFERRALS}/{referral_id}/legs/{leg_id}/choice")


@drives("POST /referral/api/referrals/{referral_id}/legs/{leg_id}/choice")
async def choose_for_them(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    referral_id, leg_id, service_id = await visitor.choosing()
    path, said = f"{REFERRALS}/{referral_id}/legs/{leg_id}/choice", {"service_id": str(service_id)}
    return lambda: visitor.client.post(path, json=said)


@drives("POST /referral/mine/{token}/still-wanted")
async def say_still_wanted(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    return await while_waiting(visitor, "still-wanted", timedelta(weeks=7))  # so long that they are asked


@drives("POST /referral/mine/{token}/meanwhile")
async def ask_meanwhile(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    return await while_waiting(visitor, "meanwhile")


@drives("POST /referral/mine/{token}/not-for-me")
async def say_not_for_me(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    return await while_waiting(visitor, "not-for-me")


async def while_waiting(
    visitor: Visitor, act: str, passed: timedelta = timedelta(0)
) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.world.service(("full", 0))
    referred = await visitor.world.refer()
    visitor.world.clock.pass_time(passed)
    async with transaction(visitor.world.pool, rounds_reach("referral")) as connection:
        await ask_still_wanted(connection, visitor.world.clock(), visitor.world.by)
    mine, leg = visitor.link(Purpose.MY_REFERRAL, referred.referral_id), referred.legs[0]
    singing = "0197c0de-0000-7000-8000-000000000777"
    await visitor.world.service(("open", 1), needs=["creative"], service_id=singing, suits=[])
    form = {"leg_id": str(leg.leg_id), "service_id": singing}
    return lambda: visitor.client.post(f"{mine}/{act}", data=form)


@drives("POST /referral/mine/{token}/invitation")
async def answer_invitation(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    person, invitation = await somebody_invited(visitor.world)
    mine, said = (
        visitor.link(Purpose.MY_REFERRAL, person.referral_id),
        {"invitation_id": str(invitation), "answer": "yes"},
    )
    return lambda: visitor.client.post(f"{mine}/invitation", data=said)


@drives("POST /referral/mine/{token}/may-invite")
async def say_whether_to_invite(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.post(f"{mine}/may-invite", data={"may": "yes"})


@drives("POST /referral/invitations")
async def invite_people(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await all_full(visitor.world)
    await waits(visitor.world)
    chosen = {"area": AREA, "need": "mental-wellbeing", "event": str(await event(visitor.world))}
    headers = visitor.coordinator()
    return lambda: visitor.client.post("/referral/invitations", data=chosen, headers=headers)


@drives("GET /referral/mine/{token}/seen")
async def look_who_has_seen(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.get(f"{mine}/seen")


@drives("GET /referral/mine/{token}/export")
async def look_at_what_is_held(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.get(f"{mine}/export")


@drives("GET /referral/mine/{token}/export.json")
async def take_along_what_is_held(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.get(f"{mine}/export.json")


@drives("GET /referral/mine/{token}/erase")
async def read_about_erasure(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.get(f"{mine}/erase")


@drives("POST /referral/mine/{token}/erase")
async def be_erased(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.post(f"{mine}/erase")


@drives("POST /referral/mine/{token}/stop-links")
async def stop_links(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    mine = await visitor.mine()
    return lambda: visitor.client.post(f"{mine}/stop-links")


@drives("POST /referral/progress/{token}/contact")
async def ask_who_it_is(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    progress = visitor.link(Purpose.PROGRESS, (await visitor.placed()).request_id)
    return lambda: visitor.client.post(f"{progress}/contact")


@drives("GET /referral/contact/{token}")
async def open_contact(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    contact = visitor.link(Purpose.PERSON_CONTACT, (await visitor.placed()).request_id)
    return lambda: visitor.client.get(contact)


@drives("POST /referral/contact/{token}")
async def see_contact(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    contact = visitor.link(Purpose.PERSON_CONTACT, (await visitor.placed()).request_id)
    return lambda: visitor.client.post(contact)


@drives("GET /referral/offer/{token}")
async def look_at_offer(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    offer = visitor.link(Purpose.OFFER, (await visitor.offered()).request_id)
    return lambda: visitor.client.get(offer)


@drives("POST /referral/offer/{token}")
async def answer_offer(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    offer = visitor.link(Purpose.OFFER, (await visitor.offered()).request_id)
    return lambda: visitor.client.post(offer, data={"answer": "decline", "reason": "other"})


@drives("GET /referral/progress/{token}")
async def look_at_progress(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    progress = visitor.link(Purpose.PROGRESS, (await visitor.placed()).request_id)
    return lambda: visitor.client.get(progress)


@drives("POST /referral/progress/{token}")
async def tell_progress(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    progress = visitor.link(Purpose.PROGRESS, (await visitor.placed()).request_id)
    return lambda: visitor.client.post(progress, data={"step": "started"})


@drives("GET /referral/referred/without-help")
async def look_who_has_no_help(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    practice = uuid4()
    await visitor.world.refer("housing", referring_organisation_id=practice)
    path, headers = "/referral/referred/without-help", visitor.referrer(practice)
    return lambda: visitor.client.get(path, headers=headers)


@drives("GET /referral/referred/placed")
async def look_who_got_a_place(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    practice = uuid4()
    request = await visitor.placed(referring_organisation_id=practice)
    assert request
    return lambda: visitor.client.get("/referral/referred/placed", headers=visitor.referrer(practice))


@drives("GET /referral/board")
async def look_at_the_board(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    request = await visitor.offered()
    ours = await visitor.world.pool.fetchval(
        "SELECT organisation_id FROM legs WHERE leg_id = $1", request.leg_id
    )
    now = visitor.world.clock()
    headers = bearer(staff_caller(Role.PROVIDER_STAFF, now, organisations=(ours,)), now)
    return lambda: visitor.client.get("/referral/board", headers=headers)


@drives("POST /internal/recipients")
async def resolve(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    surgery = ReferrerDetails("F84001", "The Surgery", "surgery@example.nhs.uk")
    person = (await visitor.world.refer(referrer=surgery)).legs[0].person_id
    asked = {"recipient": {"kind": "person", "id": str(person)}, "area": AREA}
    return lambda: visitor.client.post("/internal/recipients", json=asked, headers=INTERNAL)


@drives("GET /referral/audit")
async def audit(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.world.refer()
    return lambda: visitor.client.get("/referral/audit", headers=visitor.auditor())


@drives("POST /referral/audit")
async def search_audit(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    await visitor.world.refer()
    reference = await visitor.world.pool.fetchval("SELECT reference FROM referrals")
    return lambda: visitor.client.post(
        "/referral/audit", data={"person": reference}, headers=visitor.auditor()
    )


async def test_every_route_is_driven_here_or_shows_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    routes = access_by_route(routers_of("referral", monkeypatch)).keys()

    assert routes - without_a_record("referral") - FIGURES == DRIVES.keys()


@pytest.mark.parametrize("route", DRIVES)
async def test_a_route_that_touches_a_record_leaves_a_record(
    route: str, client: httpx.AsyncClient, world: ReferralWorld, settings: ReferralSettings
) -> None:
    world.clock.now = utc_now()  # tokens and audit records are of today
    call = await DRIVES[route](Visitor(client, world, settings))
    before = await world.pool.fetchval("SELECT count(*) FROM audit_records")

    answer = await call()

    assert answer.status_code < 400, answer.text
    assert await world.pool.fetchval("SELECT count(*) FROM audit_records") > before
