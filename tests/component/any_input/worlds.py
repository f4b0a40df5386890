"""Each service with something in it, and for each of its operations a request that succeeds."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from services.directory.entrypoints.feeds.load_command import load
from services.directory.feeds.source import FeedSource
from services.directory.oruk import our_taxonomies as taxonomies
from services.directory.storage.member_rows import add_member
from services.directory.use_cases.keep_sources import add_source
from services.directory.use_cases.trust_clients import add
from services.outcomes.domain.follow_up import follow_up_id
from services.referral.storage.routing_modes import keep_mode
from shared.access.caller import Caller, CallerKind
from shared.access.roles import Role
from shared.events import referral
from shared.postgres.pool import transaction
from shared.security.signed_links import Purpose, link_url, mint
from tests.component.access.every_service import AskedService, asked_service
from tests.component.directory.test_load import feed_file
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import gp_referral
from tests.support.any_input import Good
from tests.support.reaching import EVERYWHERE
from tests.support.sign_in import bearer, staff_caller
from tests.unit.directory.records import ORGANISATION_ID, SERVICE_ID, a_record

CAMDEN, LONDON = "E09000007", "E12000007"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SCOPES = frozenset({"referrals:write", "referrals:read", "signals:write", "summary:read", "operate"})
LINK_ID = "77777777-7777-4777-8777-777777777777"  # of a_record's place
INTERNAL = {"authorization": "Bearer internal-key-for-tests"}


def system(area: str, *scopes: str) -> dict[str, str]:
    """The token of a system that is bound to an area."""
    caller = Caller(
        CallerKind.SYSTEM,
        member_id=UUID(int=99),
        scopes=frozenset(scopes) or SCOPES,
        areas=frozenset({area}),
        version=1,
    )
    return bearer(caller, NOW)


OPERATOR = bearer(staff_caller(Role.OPERATOR, NOW), NOW)
SOMEBODY_ELSE: tuple[dict[str, str], ...] = (
    {},
    {"authorization": "Bearer a guess"},
    system(CAMDEN),
    system(LONDON, "nothing:here"),
    bearer(staff_caller(Role.COORDINATOR, NOW, areas=(AREA,)), NOW),
    OPERATOR,
    system(LONDON),
)


@dataclass
class Clock:
    """Stands, except that everybody is referred a second after the one before."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, passed: timedelta) -> None:
        self.now += passed


@dataclass(frozen=True)
class World:
    """`subjects`: what a signed link of a purpose may be about. `known`: other ids of a path."""

    service: AskedService
    good: Mapping[str, Good]
    subjects: Mapping[Purpose, UUID] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)


def link(service: AskedService, purpose: Purpose, subject: UUID) -> str:
    """A token that the service takes."""
    return mint(service.settings.link_signing_key, purpose, subject, NOW + timedelta(days=1), AREA)


MakeWorld = Callable[..., AbstractAsyncContextManager[World]]


@asynccontextmanager
async def capacity(dsn: str, _: Path, **more: Any) -> AsyncIterator[World]:
    async with asked_service("capacity", dsn, lambda: NOW, **more) as service:
        pool_id, of_a_list, service_id = uuid4(), uuid4(), uuid4()
        await service.pool.execute(
            "INSERT INTO pools (pool_id, service_id, service_name, service_version, area)"
            " SELECT pool_id, $2, 'Walks', 1, $3 FROM unnest($1::uuid[]) AS made (pool_id)",
            [pool_id, of_a_list], service_id, AREA,
        )  # fmt: skip
        one = {"pool_id": str(pool_id)}
        said = {"status": "limited", "free": 3, "version_seen": 0, "tapped_at": NOW.isoformat()}
        yield World(
            service,
            {
                "POST /capacity/api/pools/{pool_id}/signal": Good(system(AREA), one, body=said),
                "GET /capacity/api/pools/{pool_id}/signal": Good(
                    system(LONDON), one, {"as_of": NOW.isoformat()}
                ),
                "POST /capacity/api/signals": Good(
                    system(AREA), body={"signals": [{"pool_id": str(of_a_list), "status": "full"}]}
                ),
                "POST /capacity/api/signals.csv": Good(
                    system(AREA), body=f"pool_id,status\n{of_a_list},full\n"
                ),
                "GET /capacity/api/pools/{pool_id}": Good(system(LONDON), one),
                "GET /capacity/api/pools": Good(system(AREA), query={"service_id": str(service_id)}),
            },
            {Purpose.CAPACITY_SIGNAL: pool_id},
        )


@asynccontextmanager
async def referrals(dsn: str, _: Path, **more: Any) -> AsyncIterator[World]:
    clock = Clock()
    settings: dict[str, Any] = {"demo_mode": True}
    async with asked_service("referral", dsn, clock, **settings, **more) as service:
        world = ReferralWorld(service.settings, service.pool, clock, answer_time=timedelta(hours=72))  # type: ignore[arg-type]
        await world.service(("open", 5))
        mine, chooses = await world.refer(), await _chooses(world)
        offered, placed = [await _offered(world) for _ in range(2)]
        offer = link_url("", Purpose.OFFER, link(service, Purpose.OFFER, placed.request_id))
        await service.client.post(offer, data={"answer": "accept"})
        await world.hear_answers(taken(placed))
        choice = "/referral/api/referrals/{referral_id}/legs/{leg_id}/choice"
        yield World(
            service,
            {
                "POST /referral/api/referrals": Good(system(AREA), body=gp_referral()),
                "GET /referral/api/referrals/{referral_id}": Good(
                    system(LONDON), {"referral_id": str(mine.referral_id)}
                ),
                "POST /referral/api/referrals/{referral_id}/not-wanted": Good(
                    system(AREA), {"referral_id": str(mine.referral_id)}, body={"service_id": str(uuid4())}
                ),
                f"GET {choice}": Good(system(AREA), chooses),
                f"POST {choice}": Good(system(AREA), chooses, body={}),
                "POST /referral/api/demo/offers/{request_id}/lapse-now": Good(
                    system(LONDON), {"request_id": str(offered.request_id)}
                ),
            },
            {
                Purpose.MY_REFERRAL: mine.referral_id,
                Purpose.OFFER: offered.request_id,
                Purpose.PROGRESS: placed.request_id,
                Purpose.PERSON_CONTACT: placed.request_id,
            },
        )


async def _chooses(world: ReferralWorld) -> dict[str, str]:
    """Somebody who may choose among services, by their ids."""
    await _set_mode(world, proposes=True)
    chooses = await world.refer()
    await _set_mode(world, proposes=False)
    return {"referral_id": str(chooses.referral_id), "leg_id": str(chooses.legs[0].leg_id)}


async def _set_mode(world: ReferralWorld, *, proposes: bool) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=proposes, choose_hours=72)


async def _offered(world: ReferralWorld) -> referral.PlaceRequestedV1:
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


@asynccontextmanager
async def outcomes(dsn: str, _: Path, **more: Any) -> AsyncIterator[World]:
    settings: dict[str, Any] = {"demo_mode": True}
    async with asked_service("outcomes", dsn, lambda: NOW, **settings, **more) as service:
        journey = Journey(area=AREA)
        world = OutcomesWorld(service.settings, service.pool)
        await world.hear(journey.received(), journey.offered(), journey.accepted(), journey.started())
        leg = {"leg_id": str(journey.leg_id)}
        yield World(
            service,
            {
                "GET /outcomes/api/summary": Good(
                    system(LONDON), query={"area": AREA, "from": "2026-11-01", "to": "2026-11-30"}
                ),
                "POST /outcomes/api/demo/legs/{leg_id}/follow-up-now": Good(system(LONDON), leg),
            },
            {Purpose.MEASURE: follow_up_id(journey.leg_id, "before")},
        )


@asynccontextmanager
async def notify(dsn: str, _: Path, **more: Any) -> AsyncIterator[World]:
    async with asked_service("notify", dsn, lambda: NOW, **more) as service:
        yield World(service, {"GET /notify/api/messages": Good(system(LONDON), query={})})


@asynccontextmanager
async def directory(dsn: str, folder: Path, **more: Any) -> AsyncIterator[World]:
    async with asked_service("directory", dsn, lambda: NOW, **more) as service:
        await load(feed_file(folder, a_record()), service.settings)
        async with transaction(service.pool) as connection:
            client = await add(
                connection, "A surgery's system", frozenset({"referrals:write"}), frozenset({AREA}), None
            )
            await add_member(connection, UUID(int=4242), "test", "asking", "Whoever asks", None)
        read_list = await a_list_that_was_read(service)
        token = {
            "grant_type": "client_credentials",
            "client_id": str(client.client_id),
            "client_secret": client.secret,
        }
        lead, below = str(uuid4()), {"organisation_id": str(ORGANISATION_ID)}
        parent = "/directory/api/organisations/{organisation_id}/parent"
        whom = {"recipient": {"kind": "organisation", "id": str(ORGANISATION_ID)}}
        yield World(
            service,
            {
                "GET /services/{service_id}": Good(path_parameters={"service_id": str(SERVICE_ID)}),
                "GET /fhir/HealthcareService/{service_id}": Good(
                    path_parameters={"service_id": str(SERVICE_ID)}
                ),
                "GET /service_at_locations/{link_id}": Good(path_parameters={"link_id": LINK_ID}),
                "POST /service_at_locations": Good(body={"search": "walk"}),
                "GET /directory/menu/{area}": Good(path_parameters={"area": AREA}),
                "GET /taxonomies/{taxonomy_id}": Good(
                    path_parameters={"taxonomy_id": str(taxonomies.taxonomy_id(taxonomies.NEEDS))}
                ),
                "GET /taxonomy_terms/{term_id}": Good(
                    path_parameters={"term_id": str(taxonomies.term_id(taxonomies.NEEDS, "loneliness"))}
                ),
                "GET /organizations/{organization_id}": Good(
                    path_parameters={"organization_id": str(ORGANISATION_ID)}
                ),
                "POST /internal/recipients": Good(INTERNAL, body=whom),
                "POST /directory/token": Good(body=token),
                f"PUT {parent}": Good(
                    OPERATOR, below, body={"parent_id": lead, "passes_down": ["provider-staff"]}
                ),
                f"DELETE {parent}": Good(OPERATOR, below),
            },
            known={
                "member_id": str(UUID(int=4242)),
                "membership_id": str(uuid4()),
                "service_id": str(SERVICE_ID),
                **read_list,
            },
        )


async def a_list_that_was_read(service: AskedService) -> dict[str, str]:
    """The ids of a list that the directory reads, and of its report."""
    source = FeedSource(uuid4(), "Walkers", "simple-sheet", area=AREA)
    async with transaction(service.pool) as connection:
        await add_source(connection, source, added_by=UUID(int=4242), now=NOW)
    run_id = await FeedRunner(service.pool, lambda: NOW, frozenset()).run_given(
        source, b"Name,Organisation\nNight walk,Us\n"
    )
    return {"source_id": str(source.id), "run_id": str(run_id)}


WORLDS: Mapping[str, MakeWorld] = {
    "capacity": capacity,
    "directory": directory,
    "notify": notify,
    "outcomes": outcomes,
    "referral": referrals,
}
