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
from shared.access.roles import Role
from shared.events import referral
from shared.security.declared_access import access_by_route
from shared.security.signed_links import PATHS, Purpose, mint
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import REFERRALS, gp_referral, key
from tests.component.referral.test_person_pages import FORM
from tests.support.built_services import routers_of
from tests.support.sign_in import bearer, staff_caller
from tests.support.unaudited_routes import without_a_record

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

    async def mine(self) -> str:
        return self.link(Purpose.MY_REFERRAL, (await self.world.refer()).referral_id)

    def referrer(self, practice: UUID) -> dict[str, str]:
        now = self.world.clock()
        return bearer(staff_caller(Role.REFERRER, now, organisations=(practice,)), now)

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
    progress = visitor.link(Purpose.PROGRESS, (await visitor.placed()).leg_id)
    return lambda: visitor.client.post(f"{progress}/contact")


@drives("GET /referral/contact/{token}")
async def open_contact(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    contact = visitor.link(Purpose.PERSON_CONTACT, (await visitor.placed()).leg_id)
    return lambda: visitor.client.get(contact)


@drives("POST /referral/contact/{token}")
async def see_contact(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    contact = visitor.link(Purpose.PERSON_CONTACT, (await visitor.placed()).leg_id)
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
    progress = visitor.link(Purpose.PROGRESS, (await visitor.placed()).leg_id)
    return lambda: visitor.client.get(progress)


@drives("POST /referral/progress/{token}")
async def tell_progress(visitor: Visitor) -> Callable[[], Awaitable[httpx.Response]]:
    progress = visitor.link(Purpose.PROGRESS, (await visitor.placed()).leg_id)
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

    assert routes - without_a_record("referral") == DRIVES.keys()


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
