"""Systems of organisations, and how each route is asked about what is theirs and what is not."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.access.caller import Caller, CallerKind
from shared.access.decide import Allowed, Facts, may
from shared.access.vocabulary import Thing, Verb
from shared.service_defaults.clock import utc_now
from shared.vocabulary.vocabulary import LONDON_AREA
from tests.component.access.every_service import AskedService
from tests.component.access.things_of_organisations import (
    AREAS,
    CAMDEN,
    NEWHAM,
    OF_OTHERS,
    OF_OURS,
    OURS,
    THEIRS,
    WORKS_IN,
    World,
)
from tests.component.referral.test_gp_door import gp_referral
from tests.support.sign_in import bearer

NOW = utc_now()


@dataclass(frozen=True)
class Subject:
    """A system of an organisation, bound to nothing else or to Newham as well."""

    scopes: frozenset[str]
    organisation: UUID
    areas: frozenset[str]

    @property
    def caller(self) -> Caller:
        return Caller(
            CallerKind.SYSTEM,
            member_id=UUID(int=99),
            scopes=self.scopes,
            areas=self.areas,
            organisation_id=self.organisation,
            version=1,
        )

    @property
    def headers(self) -> dict[str, str]:
        return bearer(self.caller, NOW)

    def may(self, verb: Verb, facts: Facts) -> bool:
        return isinstance(may(self.caller, verb, facts, NOW.date()), Allowed)


def subjects(scopes: frozenset[str]) -> list[Subject]:
    bound = product((OURS, THEIRS), (frozenset[str](), frozenset({NEWHAM})))
    return [Subject(scopes, organisation, areas) for organisation, areas in bound]


@dataclass
class Asked:
    """What came back: whether the system was given the thing, and whether it should be."""

    about: str
    given: bool
    should: bool
    status: int


Ask = Callable[[World, Subject], Awaitable[list[Asked]]]
ASKS: dict[str, Ask] = {}


def asks(route: str) -> Callable[[Ask], Ask]:
    def note(ask: Ask) -> Ask:
        ASKS[route] = ask
        return ask

    return note


@asks("POST /referral/api/referrals")
async def refer(world: World, subject: Subject) -> list[Asked]:
    found = []
    for area in AREAS:
        answer = await world.service.client.post(
            "/referral/api/referrals",
            json=gp_referral(area=area),
            headers=subject.headers | {"idempotency-key": uuid4().hex},
        )
        there = subject.areas or WORKS_IN[subject.organisation]
        own = frozenset({subject.organisation}) if area in there else frozenset[UUID]()
        should = subject.may(Verb.CREATE, Facts(Thing.REFERRAL, area=area, organisations=own))
        given = answer.status_code == 201
        if given:
            row = await world.service.pool.fetchrow(
                "SELECT area, referring_organisation_id AS by FROM referrals WHERE referral_id = $1",
                UUID(answer.json()["referral_id"]),
            )
            assert row is not None
            assert (row["area"], row["by"]) == (area, subject.organisation)
        found.append(Asked(f"somebody in {area}", given, should, answer.status_code))
    return found


@asks("GET /referral/api/referrals/{referral_id}")
async def read_referrals(world: World, subject: Subject) -> list[Asked]:
    found = []
    for (area, how, owner), referral_id in world.referrals.items():
        answer = await world.service.client.get(
            f"/referral/api/referrals/{referral_id}", headers=subject.headers
        )
        facts = Facts(Thing.REFERRAL, area=area, organisations=owned_by(owner))
        shown = str(referral_id) in answer.text and bool(answer.json().get("legs"))
        found.append(
            Asked(f"{how} {owner} in {area}", shown, subject.may(Verb.READ, facts), answer.status_code)
        )
    return found


@asks("POST /referral/api/referrals/{referral_id}/not-wanted")
async def say_not_wanted(world: World, subject: Subject) -> list[Asked]:
    service_id = uuid4()
    await world.service.pool.execute(
        "INSERT INTO copied_services (service_id, version) VALUES ($1, 1)", service_id
    )
    return await about_choices(
        world, subject, lambda case: ("POST", f"{case}/not-wanted", {"service_id": str(service_id)})
    )


@asks("GET /referral/api/referrals/{referral_id}/legs/{leg_id}/choice")
async def read_choice(world: World, subject: Subject) -> list[Asked]:
    return await about_choices(world, subject, lambda case: ("GET", f"{case}/legs/{case}/choice", None))


@asks("POST /referral/api/referrals/{referral_id}/legs/{leg_id}/choice")
async def choose(world: World, subject: Subject) -> list[Asked]:
    return await about_choices(world, subject, lambda case: ("POST", f"{case}/legs/{case}/choice", {}))


async def about_choices(
    world: World, subject: Subject, ask: Callable[[UUID], tuple[str, str, object]]
) -> list[Asked]:
    """Who gives a place does not choose for the person; who referred them may. What is not open to choose is 409."""
    found = []
    for (area, how, owner), referral_id in world.referrals.items():
        method, path, body = ask(referral_id)
        answer = await world.service.client.request(
            method, f"/referral/api/referrals/{path}", json=body, headers=subject.headers
        )
        facts = Facts(Thing.REFERRAL, area=area, organisations=owned_by(owner if how == "referred" else None))
        should, given = subject.may(Verb.CHANGE, facts), answer.status_code in {200, 409}
        found.append(Asked(f"{how} {owner} in {area}", given, should, answer.status_code))
    return found


def owned_by(owner: UUID | None) -> frozenset[UUID]:
    return frozenset() if owner is None else frozenset({owner})


async def about_pools(
    world: World, subject: Subject, ask: Callable[[UUID, UUID], Awaitable[httpx.Response]]
) -> list[Asked]:
    found = []
    for (area, owner), (pool_id, service_id) in world.pools.items():
        answer = await ask(pool_id, service_id)
        facts = Facts(Thing.SIGNAL, area=area, organisations=owned_by(owner))
        given = answer.is_success and bool(answer.json().get("pools", True))
        found.append(
            Asked(f"space of {owner} in {area}", given, subject.may(Verb.CHANGE, facts), answer.status_code)
        )
    return found


@asks("POST /capacity/api/pools/{pool_id}/signal")
async def say_space(world: World, subject: Subject) -> list[Asked]:
    async def say(pool_id: UUID, _: UUID) -> httpx.Response:
        before = await version(world.service, pool_id)
        said = {"status": "open", "free": 3, "version_seen": before, "tapped_at": NOW.isoformat()}
        answer = await world.service.client.post(
            f"/capacity/api/pools/{pool_id}/signal",
            json=said,
            headers=subject.headers | {"idempotency-key": uuid4().hex},
        )
        assert (await version(world.service, pool_id) > before) == answer.is_success
        return answer

    return await about_pools(world, subject, say)


async def about_lines(world: World, subject: Subject, path: str, **sent: Any) -> list[Asked]:
    """Of many at once each line is taken or refused by itself."""
    found = []
    for (area, owner), (pool_id, _) in world.pools.items():
        before = await version(world.service, pool_id)
        line = {name: made(pool_id) for name, made in sent.items()}
        answer = await world.service.client.post(
            path, headers=subject.headers | {"idempotency-key": uuid4().hex}, **line
        )
        facts = Facts(Thing.SIGNAL, area=area, organisations=owned_by(owner))
        said = answer.is_success and answer.json()["said"] == 1
        assert (await version(world.service, pool_id) > before) == said
        found.append(
            Asked(f"space of {owner} in {area}", said, subject.may(Verb.CHANGE, facts), answer.status_code)
        )
    return found


@asks("POST /capacity/api/signals")
async def say_many(world: World, subject: Subject) -> list[Asked]:
    def lines(pool_id: UUID) -> dict[str, Any]:
        return {"signals": [{"pool_id": str(pool_id), "status": "full"}]}

    return await about_lines(world, subject, "/capacity/api/signals", json=lines)


@asks("POST /capacity/api/signals.csv")
async def say_by_csv(world: World, subject: Subject) -> list[Asked]:
    return await about_lines(
        world,
        subject,
        "/capacity/api/signals.csv",
        content=lambda pool_id: f"pool_id,status\n{pool_id},full\n",
    )


async def version(service: AskedService, pool_id: UUID) -> int:
    return int(await service.pool.fetchval("SELECT version FROM pools WHERE pool_id = $1", pool_id))


@asks("GET /capacity/api/pools/{pool_id}")
async def read_pool(world: World, subject: Subject) -> list[Asked]:
    return await about_pools(
        world,
        subject,
        lambda pool, _: world.service.client.get(f"/capacity/api/pools/{pool}", headers=subject.headers),
    )


@asks("GET /capacity/api/pools/{pool_id}/signal")
async def read_space_then(world: World, subject: Subject) -> list[Asked]:
    # So that there is something to read of each.
    await world.service.pool.execute(
        "INSERT INTO signals (pool_id, version, status, source, confirmed_at, expires_at, recorded_at)"
        " SELECT pool_id, 0, 'open', 'api', $1, $1, '2026-01-01' FROM pools ON CONFLICT DO NOTHING",
        NOW,
    )
    when = {"as_of": NOW.isoformat()}
    return await about_pools(
        world,
        subject,
        lambda pool, _: world.service.client.get(
            f"/capacity/api/pools/{pool}/signal", params=when, headers=subject.headers
        ),
    )


@asks("GET /capacity/api/pools")
async def list_pools(world: World, subject: Subject) -> list[Asked]:
    return await about_pools(
        world,
        subject,
        lambda _, of: world.service.client.get(
            "/capacity/api/pools", params={"service_id": str(of)}, headers=subject.headers
        ),
    )


@asks("GET /outcomes/api/summary")
async def read_figures(world: World, subject: Subject) -> list[Asked]:
    return await about_figures(
        world, subject, "/outcomes/api/summary", lambda said: said.json()["all"]["referred"]
    )


@asks("GET /outcomes/summary")
async def read_figures_page(world: World, subject: Subject) -> list[Asked]:
    def referrals(page: httpx.Response) -> int:
        found = re.search(r'nhsuk-u-margin-bottom-1">(\w+)</p>', page.text)
        assert found is not None
        return int(found[1])

    return await about_figures(world, subject, "/outcomes/summary", referrals)


async def about_figures(
    world: World, subject: Subject, path: str, referred: Callable[[httpx.Response], int]
) -> list[Asked]:
    own = OF_OURS if subject.organisation == OURS else OF_OTHERS
    found = []
    for area in (NEWHAM, CAMDEN, None):
        answer = await world.service.client.get(
            path, params={"area": area} if area else {}, headers=subject.headers
        )
        facts = Facts(
            Thing.SUMMARY, area=area or LONDON_AREA, organisations=frozenset({subject.organisation})
        )
        if answer.is_success:
            assert referred(answer) == (own if area else own * len(AREAS)), (path, area, subject)
        found.append(
            Asked(f"figures of {area}", answer.is_success, subject.may(Verb.READ, facts), answer.status_code)
        )
    return found


@asks("GET /notify/api/messages")
async def count_messages(world: World, subject: Subject) -> list[Asked]:
    """No plumbing is an organisation's own."""
    answer = await world.service.client.get("/notify/api/messages", headers=subject.headers)
    return [Asked("counts of messages", answer.is_success, should=False, status=answer.status_code)]
