"""The provider's board: whose pools it shows, one tap with the version that was seen, and news while it is open."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from shared.access.roles import Role
from shared.events.capacity import SignalChangedV1
from shared.postgres.pool import transaction
from shared.postgres.reach import Reach
from shared.security.reaches import every_borough
from shared.web.changes import CHANGED, MOST_OF_ONE
from tests.component.capacity.at_work import AREA, CapacityAtWork, asked, published
from tests.support.sign_in import bearer, staff_caller

BOARD, LIVE = "/capacity/board", "/capacity/board/live"
OURS, BELOW, OTHERS = uuid4(), uuid4(), uuid4()
ELSEWHERE = "E09000025"
ON_A_PAGE = {"accept": "text/html"}
LISTENING = {"accept": "text/event-stream"}


def of_organisations(
    capacity: CapacityAtWork, *organisations: UUID, member_id: UUID | None = None
) -> dict[str, str]:
    now = capacity.clock()
    caller = staff_caller(Role.PROVIDER_STAFF, now, organisations=organisations, member_id=member_id)
    return bearer(caller, now) | ON_A_PAGE


def in_area(capacity: CapacityAtWork, role: Role, area: str = AREA) -> dict[str, str]:
    now = capacity.clock()
    return bearer(staff_caller(role, now, areas=(area,)), now) | ON_A_PAGE


async def a_pool_of(capacity: CapacityAtWork, organisation: UUID) -> UUID:
    pool_id = uuid4()
    await capacity.hear([published(uuid4(), [pool_id], organisation_id=organisation)])
    return pool_id


def form(seen: int, tap: str, **more: str) -> dict[str, str]:
    return {"tap": tap, "version_seen": str(seen), "form_token": uuid4().hex, **more}


async def tap(
    capacity: CapacityAtWork, headers: Mapping[str, str], pool_id: UUID, sent: dict[str, str]
) -> httpx.Response:
    return await capacity.http.post(f"{BOARD}/pools/{pool_id}", headers=headers, data=sent)


def has_buttons(page: str, pool_id: UUID) -> bool:
    return f'action="{BOARD}/pools/{pool_id}"' in page


async def test_each_sees_and_says_what_their_roles_reach(capacity: CapacityAtWork) -> None:
    pools = {each: await a_pool_of(capacity, each) for each in (OURS, BELOW, OTHERS)}
    askers = {
        "ours": of_organisations(capacity, OURS),
        "the lead": of_organisations(capacity, OURS, BELOW),
        "the coordinator": in_area(capacity, Role.COORDINATOR),
        "a link worker": in_area(capacity, Role.LINK_WORKER),
        "of none": of_organisations(capacity, uuid4()),
        "elsewhere": in_area(capacity, Role.COORDINATOR, ELSEWHERE),
    }

    pages = {name: (await capacity.http.get(BOARD, headers=each)).text for name, each in askers.items()}
    buttons = {
        name: {who for who, pool in pools.items() if has_buttons(page, pool)} for name, page in pages.items()
    }
    assert buttons == {
        "ours": {OURS},
        "the lead": {OURS, BELOW},
        "the coordinator": set(),
        "a link worker": set(),
        "of none": set(),
        "elsewhere": set(),
    }
    seen = {name: page.count("Art for all") > 0 for name, page in pages.items()}
    assert seen == {
        "ours": True, "the lead": True, "the coordinator": True, "a link worker": True,
        "of none": False, "elsewhere": False,
    }  # fmt: skip
    assert "Nothing here can be full" in pages["of none"]
    # Whoever may say what they were told on the phone is led there.
    led = {name for name, page in pages.items() if f"/capacity/phoned/{pools[OURS]}" in page}
    assert led == {"the coordinator"}
    for role in (Role.AUDITOR, Role.COMMISSIONER, Role.VOLUNTEER, Role.REFERRER):
        assert (await capacity.http.get(BOARD, headers=in_area(capacity, role))).status_code == 403


async def test_a_lead_sees_the_sums_of_all_below(capacity: CapacityAtWork) -> None:
    for organisation, status, free in ((OURS, "open", 3), (BELOW, "open", 4), (BELOW, "full", 0)):
        pool_id = await a_pool_of(capacity, organisation)
        assert (await capacity.say(pool_id, status, free)).status_code == 200
        if free:
            await capacity.hear([asked(pool_id)])

    page = (await capacity.http.get(BOARD, headers=of_organisations(capacity, OURS, BELOW))).text

    assert row_of(page, "All together") == ["3", "2", "1", "0", "5", "2", "0"]


def row_of(page: str, head: str) -> list[str]:
    found = re.search(
        rf"<tr[^>]*>\s*<th[^>]*>(?:(?!</tr>).)*?{head}.*?</tr>", page.split("<tbody", 1)[1], re.DOTALL
    )
    assert found is not None
    cells = re.findall(r"<td[^>]*>(.*?)</td>", found.group(), re.DOTALL)
    return [re.sub(r"<span[^>]*>.*?</span>|<[^>]+>|\s", "", cell, flags=re.DOTALL) for cell in cells]


async def test_a_tap_is_the_providers_own_word_by_its_board(capacity: CapacityAtWork) -> None:
    ours, pool_id = of_organisations(capacity, OURS), await a_pool_of(capacity, OURS)

    answers = [
        await tap(capacity, ours, pool_id, form(0, "open", free="3")),
        await tap(capacity, ours, pool_id, form(1, "limited", free="2")),
        await tap(capacity, ours, pool_id, form(2, "paused")),
        await tap(capacity, ours, pool_id, form(3, "full")),
    ]

    assert [each.status_code for each in answers] == [200] * 4
    assert "Thank you. You have 3 places free" in answers[0].text
    said = [each for each in await capacity.said(SignalChangedV1) if isinstance(each, SignalChangedV1)]
    assert [each.status for each in said] == ["open", "limited", "paused", "full"]
    assert {each.way for each in said} == {"board"}
    page = (await capacity.http.get(BOARD, headers=ours)).text
    assert "Today, on this page" in page


async def test_what_somebody_said_since_is_shown_back(capacity: CapacityAtWork) -> None:
    ours, pool_id = of_organisations(capacity, OURS), await a_pool_of(capacity, OURS)
    assert (await capacity.say(pool_id, "open", 3)).status_code == 200

    late = await tap(capacity, ours, pool_id, form(0, "no-limit"))
    wrong = await tap(capacity, ours, pool_id, form(1, "open", free="lots"))
    full = await tap(capacity, ours, pool_id, form(0, "full"))

    assert late.status_code == 409
    assert "Someone else told us something since" in late.text
    assert "You have 3 places free" in late.text
    assert wrong.status_code == 422
    assert full.status_code == 200


async def test_a_word_about_others_changes_nothing(capacity: CapacityAtWork) -> None:
    pool_id = await a_pool_of(capacity, OTHERS)
    path = f"{BOARD}/pools/{pool_id}"

    for headers in (of_organisations(capacity, OURS), in_area(capacity, Role.COORDINATOR)):
        assert (await capacity.http.get(path, headers=headers)).status_code == 404
        assert (await tap(capacity, headers, pool_id, form(0, "full"))).status_code == 404
    assert (await capacity.http.get(path, headers=in_area(capacity, Role.LINK_WORKER))).status_code == 403

    # Without any filter of the application the database refuses as well.
    async with transaction(capacity.pool, Reach(every_borough().areas, frozenset({OURS}))) as connection:
        changed = await connection.execute("UPDATE pools SET note = 'ours' WHERE pool_id = $1", pool_id)
    assert changed == "UPDATE 0"
    assert await capacity.said(SignalChangedV1) == []


async def test_the_panel_alone_comes_for_a_page_that_is_open(capacity: CapacityAtWork) -> None:
    await a_pool_of(capacity, OURS)

    panel = await capacity.http.get(BOARD, headers=of_organisations(capacity, OURS) | {"hx-request": "true"})

    assert "<html" not in panel.text
    assert "Art for all" in panel.text
    assert panel.headers["vary"] == "hx-request, cookie"


@asynccontextmanager
async def listening(
    capacity: CapacityAtWork, headers: Mapping[str, str], seen: str = ""
) -> AsyncIterator[AsyncIterator[str]]:
    async with capacity.http.stream(
        "GET", LIVE, params={"seen": seen}, headers={**headers, **LISTENING}
    ) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield answer.aiter_lines()


async def next_event(lines: AsyncIterator[str]) -> dict[str, str]:
    """The next event by its fields; nothing where the stream ended."""
    found: dict[str, str] = {}
    async for line in lines:
        name, _, value = line.partition(": ")
        if not line and "data" in found:
            return found
        found[name] = value
    return {}


async def test_a_page_that_is_open_hears_of_each_change_of_its_own(capacity: CapacityAtWork) -> None:
    ours, pool_id = of_organisations(capacity, OURS), await a_pool_of(capacity, OURS)
    theirs = await a_pool_of(capacity, OTHERS)
    page = (await capacity.http.get(BOARD, headers=ours)).text
    found = re.search(r"live\?seen=([0-9a-f]{32})", page)
    assert found is not None

    async with listening(capacity, ours, found.group(1)) as lines, asyncio.timeout(10):
        await capacity.say(theirs, "open", 9)
        await capacity.say(pool_id, "open", 3)
        said = await next_event(lines)
        await capacity.hear([asked(pool_id)])
        held = await next_event(lines)

    assert (said["event"], said["data"]) == (CHANGED, "1")
    assert said["id"] not in {held["id"], found.group(1)}
    page = (await capacity.http.get(BOARD, headers=ours)).text
    assert held["id"] in page  # what was told is what stands: nothing of the others counted


async def test_a_stream_ends_when_whoever_listens_may_not_look_any_more(capacity: CapacityAtWork) -> None:
    member_id = uuid4()
    ours, pool_id = of_organisations(capacity, OURS, member_id=member_id), await a_pool_of(capacity, OURS)
    async with listening(capacity, ours) as lines, asyncio.timeout(10):
        assert (await next_event(lines))["event"] == CHANGED
        await capacity.pool.execute(
            "INSERT INTO copied_members (member_id, version, active) VALUES ($1, 1001, true)", member_id
        )
        await capacity.say(pool_id, "full")
        left = [line async for line in lines if line.startswith("data")]  # to the end, well before its time

    assert len(left) <= 1  # the look that was under way
    again = await capacity.http.get(LIVE, headers=ours | LISTENING)
    assert again.status_code == 401


async def test_one_person_holds_few_streams_and_gives_them_back(capacity: CapacityAtWork) -> None:
    ours = of_organisations(capacity, OURS)
    async with listening(capacity, ours) as one, listening(capacity, ours) as two:
        await next_event(one)
        await next_event(two)
        too_many = await capacity.http.get(LIVE, headers=ours | LISTENING)
        others = of_organisations(capacity, OTHERS, member_id=uuid4())
        async with listening(capacity, others) as three:
            assert (await next_event(three))["event"] == CHANGED

    assert MOST_OF_ONE == 2
    assert too_many.status_code == 503
    assert too_many.headers["retry-after"] == "15"


async def test_nobody_listens_without_signing_in(capacity: CapacityAtWork) -> None:
    assert (await capacity.http.get(LIVE, headers=LISTENING)).status_code == 401
    now = capacity.clock()
    stale = bearer(staff_caller(Role.PROVIDER_STAFF, now), now - timedelta(minutes=10))
    assert (await capacity.http.get(LIVE, headers=stale | LISTENING)).status_code == 401


@pytest.mark.parametrize("language", ["ar", "bn", "pl", "so"])
async def test_the_board_is_there_in_every_language(capacity: CapacityAtWork, language: str) -> None:
    await a_pool_of(capacity, OURS)

    page = await capacity.http.get(BOARD, params={"lang": language}, headers=of_organisations(capacity, OURS))

    assert page.headers["content-language"] == language
    assert "Your board" not in page.text
