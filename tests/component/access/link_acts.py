"""Every act that a signed link allows, and what a second try is told: the table that the tests of links go through."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from services.capacity.use_cases.follow_directory import follow_published
from services.directory.storage.digest_rows import add_digest
from services.directory.storage.member_rows import add_member
from services.outcomes.domain.follow_up import follow_up_id
from services.outcomes.settings import OutcomesSettings
from services.referral.settings import ReferralSettings
from services.referral.storage.routing_modes import keep_mode
from services.referral.use_cases.answer_offer import accept_offer, record_start
from services.referral.use_cases.ask_still_wanted import ask_still_wanted
from shared.events import referral
from shared.postgres.pool import transaction
from shared.postgres.reach import rounds_reach
from shared.security.signed_links import Purpose
from tests.component.access.every_service import AskedService
from tests.component.capacity.at_work import published
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import MovableClock, OutcomesWorld, form
from tests.component.referral.golden_messages import AREA, held, taken
from tests.component.referral.inviting import somebody_invited
from tests.component.referral.referral_world import ReferralWorld, StoppedClock
from tests.support.reaching import EVERYWHERE

GROUP = UUID(int=71)  # whose links they are, where an organisation holds them


@dataclass(frozen=True)
class Ready:
    """What a link is about, and the form by which its holder acts."""

    subject: UUID
    form: Mapping[str, str]


Prepare = Callable[[AskedService, StoppedClock], Awaitable[Ready]]


@dataclass(frozen=True)
class LinkAct:
    """One act behind a link: what it is answered with, and what a second try is, and as what that is counted."""

    name: str
    purpose: Purpose
    service: str
    prepare: Prepare
    done: int
    again: int
    counted: str | None
    under: str = ""

    @property
    def is_single(self) -> bool:
        return self.counted is not None


def world_of(service: AskedService, clock: StoppedClock) -> ReferralWorld:
    assert isinstance(service.settings, ReferralSettings)
    return ReferralWorld(service.settings, service.pool, clock, answer_time=timedelta(hours=72))


async def offered(service: AskedService, clock: StoppedClock) -> referral.PlaceRequestedV1:
    world = world_of(service, clock)
    await world.service(("open", 1), organisation_id=GROUP)
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


async def placed(
    service: AskedService, clock: StoppedClock, *, started: bool = False
) -> referral.PlaceRequestedV1:
    request = await offered(service, clock)
    world = world_of(service, clock)
    async with transaction(service.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, clock(), world.by)
    await world.hear_answers(taken(request))
    if started:
        async with transaction(service.pool, EVERYWHERE) as connection:
            await record_start(connection, request.leg_id, clock(), world.by)
    return request


async def to_accept(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await offered(service, clock)).request_id, {"answer": "accept"})


async def to_decline(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await offered(service, clock)).request_id, {"answer": "decline", "reason": "other"})


async def to_start(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await placed(service, clock)).request_id, {"step": "started"})


async def to_say_missed(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await placed(service, clock)).request_id, {"step": "missed"})


async def to_finish(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await placed(service, clock, started=True)).request_id, {"step": "finished"})


async def to_ask_who(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await placed(service, clock)).request_id, {"contact": "send"})


async def to_see_who(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await placed(service, clock)).request_id, {})


async def to_withdraw(service: AskedService, clock: StoppedClock) -> Ready:
    request = await offered(service, clock)
    return Ready(request.referral_id, {"leg_id": str(request.leg_id)})


async def to_say_not_wanted(service: AskedService, clock: StoppedClock) -> Ready:
    request = await offered(service, clock)
    service_id = await service.pool.fetchval("SELECT service_id FROM legs WHERE leg_id = $1", request.leg_id)
    return Ready(request.referral_id, {"service_id": str(service_id)})


async def to_choose(service: AskedService, clock: StoppedClock) -> Ready:
    world = world_of(service, clock)
    async with transaction(service.pool, EVERYWHERE) as connection:
        await keep_mode(connection, AREA, proposes=True, choose_hours=72)
    await world.service(("open", 1), organisation_id=GROUP)
    referred = await world.refer()
    service_id = await service.pool.fetchval("SELECT service_id FROM copied_services")
    said = {"leg_id": str(referred.legs[0].leg_id), "service_id": str(service_id)}
    return Ready(referred.referral_id, said)


async def to_say_still_wanted(service: AskedService, clock: StoppedClock) -> Ready:
    """They have waited for so long that they were asked."""
    world = world_of(service, clock)
    await world.service(("full", 0), organisation_id=GROUP)
    referred = await world.refer()
    clock.pass_time(timedelta(weeks=7))
    async with transaction(service.pool, rounds_reach("referral")) as connection:
        assert await ask_still_wanted(connection, clock(), world.by) == 1
    return Ready(referred.referral_id, {"leg_id": str(referred.legs[0].leg_id)})


async def to_do_meanwhile(service: AskedService, clock: StoppedClock) -> Ready:
    """They wait, and something else that they may like is open."""
    world, open_now = world_of(service, clock), str(uuid4())
    await world.service(("full", 0), organisation_id=GROUP)
    referred = await world.refer()
    await world.service(("open", 1), needs=["creative"], service_id=open_now, suits=[])
    return Ready(referred.referral_id, {"leg_id": str(referred.legs[0].leg_id), "service_id": open_now})


async def to_be_invited(service: AskedService, clock: StoppedClock) -> Ready:
    person, invitation = await somebody_invited(world_of(service, clock))
    return Ready(person.referral_id, {"invitation_id": str(invitation), "answer": "yes"})


async def to_say_whether_to_invite(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await offered(service, clock)).referral_id, {"may": "yes"})


async def to_erase(service: AskedService, clock: StoppedClock) -> Ready:
    return Ready((await offered(service, clock)).referral_id, {})


async def to_answer(service: AskedService, clock: StoppedClock) -> Ready:
    assert isinstance(service.settings, OutcomesSettings)
    world = OutcomesWorld(service.settings, service.pool, MovableClock(clock()))
    journey = Journey(now=clock())
    await world.hear(journey.received(), journey.offered(), journey.accepted())
    clock.now = world.clock.now = journey.now
    await world.tick()
    return Ready(follow_up_id(journey.leg_id, "before"), form("3343434"))


async def to_say_full(service: AskedService, clock: StoppedClock) -> Ready:
    pool_id = uuid4()
    async with transaction(service.pool, EVERYWHERE) as connection:
        await follow_published(connection, published(uuid4(), [pool_id]).data, clock())
    return Ready(pool_id, {"tap": "full", "version_seen": "0", "form_token": uuid4().hex})


async def to_stop_a_weekly_mail(service: AskedService, clock: StoppedClock) -> Ready:
    member_id, digest_id = uuid4(), uuid4()
    async with transaction(service.pool) as connection:
        await add_member(connection, member_id, "tests", member_id.hex, "Sam", "sam@staff.example.org")
        await add_digest(
            connection, digest_id, member_id, "E09000030", ("loneliness",), clock(), clock().date()
        )
    return Ready(digest_id, {})


USED = "link-used"
LINK_ACTS = (
    LinkAct("accept", Purpose.OFFER, "referral", to_accept, 303, 200, USED),
    LinkAct("decline", Purpose.OFFER, "referral", to_decline, 303, 200, USED),
    LinkAct("started", Purpose.PROGRESS, "referral", to_start, 303, 200, USED),
    LinkAct("missed", Purpose.PROGRESS, "referral", to_say_missed, 303, 200, USED),
    LinkAct("finished", Purpose.PROGRESS, "referral", to_finish, 303, 200, USED),
    # Each asking has another message sent to the known address; five a day, and then 429.
    LinkAct("ask-who", Purpose.PROGRESS, "referral", to_ask_who, 303, 303, None, "/contact"),
    LinkAct("see-who", Purpose.PERSON_CONTACT, "referral", to_see_who, 200, 410, USED),
    LinkAct("choose", Purpose.MY_REFERRAL, "referral", to_choose, 303, 303, USED, "/choose"),
    LinkAct("withdraw", Purpose.MY_REFERRAL, "referral", to_withdraw, 303, 303, USED, "/withdraw"),
    LinkAct(
        "not this one", Purpose.MY_REFERRAL, "referral", to_say_not_wanted, 303, 303, USED, "/not-wanted"
    ),
    LinkAct(
        "still wanted", Purpose.MY_REFERRAL, "referral", to_say_still_wanted, 303, 303, USED, "/still-wanted"
    ),
    LinkAct("meanwhile", Purpose.MY_REFERRAL, "referral", to_do_meanwhile, 303, 303, USED, "/meanwhile"),
    LinkAct("not for me", Purpose.MY_REFERRAL, "referral", to_do_meanwhile, 303, 303, USED, "/not-for-me"),
    LinkAct("come", Purpose.MY_REFERRAL, "referral", to_be_invited, 303, 303, USED, "/invitation"),
    LinkAct(
        "may invite", Purpose.MY_REFERRAL, "referral", to_say_whether_to_invite, 303, 303, USED, "/may-invite"
    ),
    # With the person all links about them are taken back.
    LinkAct("erase", Purpose.MY_REFERRAL, "referral", to_erase, 200, 404, "link-revoked", "/erase"),
    LinkAct("stop-links", Purpose.MY_REFERRAL, "referral", to_erase, 200, 404, "link-revoked", "/stop-links"),
    LinkAct("answer", Purpose.MEASURE, "outcomes", to_answer, 303, 303, USED),
    # A provider says how much space there is whenever that changes; a form sent twice counts once.
    # What is stopped stays so, and the page says it again.
    LinkAct("stop-weekly-mail", Purpose.DIGEST, "directory", to_stop_a_weekly_mail, 200, 200, None),
    LinkAct("say-full", Purpose.CAPACITY_SIGNAL, "capacity", to_say_full, 200, 200, None),
)
