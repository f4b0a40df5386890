"""A worker's caseload is a pool like any other: about sixty people, told worker by worker, and over it nobody comes."""

import html
import re
from uuid import UUID, uuid4

from shared.access.roles import Role
from shared.events.capacity import PlaceHeldV1, PlaceRefusedV1
from shared.events.envelope import new_event
from shared.events.referral import PlaceConfirmedV1
from tests.component.capacity.at_work import AREA, CapacityAtWork, asked, published, word
from tests.component.capacity.test_board import BOARD, in_area, of_organisations

TEAM = uuid4()


async def a_worker(capacity: CapacityAtWork, name: str) -> UUID:
    pool_id = uuid4()
    said = published(uuid4(), [pool_id], organisation_id=TEAM).data
    [pool] = said.pools
    worker = {
        "name": name,
        "needs": ("link-worker",),
        "pools": (pool.model_copy(update={"kind": "caseload"}),),
    }
    await capacity.hear([new_event(said.model_copy(update=worker), area=AREA)])
    return pool_id


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_each_workers_people_stand_on_the_board(capacity: CapacityAtWork) -> None:
    asha, ben = await a_worker(capacity, "Asha Example"), await a_worker(capacity, "Ben Example")
    assert (await capacity.say(asha, "open", places=60)).json()["in_all"] == 60
    assert (await capacity.say(ben, "open", places=2)).json()["in_all"] == 2
    first, *others = [asked(each) for each in (asha, asha, ben)]
    await capacity.hear([first, *others])
    await capacity.hear([word(PlaceConfirmedV1, first)])

    ours = words_of((await capacity.http.get(BOARD, headers=of_organisations(capacity, TEAM))).text)
    area = words_of((await capacity.http.get(BOARD, headers=in_area(capacity, Role.COORDINATOR))).text)

    assert ours.count("One worker's people") == 2
    for name, free, offered in (("Asha Example", "58", "1"), ("Ben Example", "1", "1")):
        own = ours[ours.index(f"{name} Has places") :]
        assert f"Free places {free} People offered a place, waiting for an answer {offered}" in own
        assert name in area
    assert "Free places 58 Have a place 1 " in area[area.index("Asha Example") :]


async def test_over_the_limit_a_worker_is_given_nobody(capacity: CapacityAtWork) -> None:
    worker = await a_worker(capacity, "Asha Example")
    await capacity.say(worker, "open", places=60)

    await capacity.hear([asked(worker) for _ in range(61)])

    assert len(await capacity.said(PlaceHeldV1)) == 60
    assert [each.model_dump()["reason"] for each in await capacity.said(PlaceRefusedV1)] == ["no-free-place"]


async def test_a_worker_who_said_nothing_yet_is_shown_sixty_to_begin_with(capacity: CapacityAtWork) -> None:
    worker = await a_worker(capacity, "Asha Example")

    page = (await capacity.http.get(capacity.link(worker))).text

    assert 'value="60"' in page
