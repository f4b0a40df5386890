"""Many statements at once, as JSON and as CSV: each line by itself, once, in a handful of round trips."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.events.capacity import SignalChangedV1
from tests.component.capacity.at_work import SYSTEM, CapacityAtWork

HOUR = timedelta(hours=1)


async def send(
    capacity: CapacityAtWork, lines: list[dict[str, Any]], key: str | None = None
) -> httpx.Response:
    return await capacity.http.post(
        "/capacity/api/signals",
        json={"signals": lines},
        headers={**SYSTEM, "idempotency-key": key or uuid4().hex},
    )


async def send_csv(capacity: CapacityAtWork, body: str | bytes, key: str | None = None) -> httpx.Response:
    return await capacity.http.post(
        "/capacity/api/signals.csv",
        content=body.encode() if isinstance(body, str) else body,
        headers={**SYSTEM, "idempotency-key": key or uuid4().hex, "content-type": "text/csv"},
    )


async def standing(capacity: CapacityAtWork, *pools: UUID) -> list[tuple[str, int | None]]:
    states = [(await capacity.get(f"/capacity/api/pools/{each}")).json() for each in pools]
    return [(each["status"], each["free"]) for each in states]


async def test_each_line_is_taken_or_refused_by_itself(capacity: CapacityAtWork) -> None:
    first, second, third = [await capacity.a_pool() for _ in range(3)]
    await capacity.say(third, "limited", 4)
    capacity.clock.forward(HOUR)
    before = (capacity.clock() - 2 * HOUR).isoformat()

    report = await send(
        capacity,
        [
            {"pool_id": str(first), "status": "open", "free": 3},
            {"pool_id": str(second), "status": "open", "places": 8, "expected_wait_days": 5},
            {"pool_id": str(third), "status": "open", "free": 9, "tapped_at": before},
            {"pool_id": str(first), "status": "full"},
            {"pool_id": str(uuid4()), "status": "full"},
            {"pool_id": str(second), "status": "perhaps", "free": -1},
            {"pool_id": "none", "status": "full"},
        ],
    )

    assert report.status_code == 200, report.text
    told = report.json()
    assert (told["said"], told["refused"]) == (2, 5)
    assert [(each["line"], each["outcome"], each["fields"]) for each in told["lines"]] == [
        (1, "said", []),
        (2, "said", []),
        (3, "someone-spoke-since", []),
        (4, "pool-named-twice", []),
        (5, "no-such-pool", []),
        (6, "not-readable", ["free", "status"]),
        (7, "not-readable", ["pool_id"]),
    ]
    assert await standing(capacity, first, second, third) == [("open", 3), ("open", 8), ("limited", 4)]


async def test_the_same_request_again_says_nothing_again(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    line = {"pool_id": str(pool_id), "status": "open", "free": 3}

    first, again = [await send(capacity, [line], key="the-same-key-both-times") for _ in range(2)]

    assert first.json() == again.json()
    assert len(await capacity.said(SignalChangedV1)) == 1


async def test_a_list_with_moments_that_is_sent_again_is_no_later_word(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    sheet = f"pool_id,status,free,tapped_at\n{pool_id},open,3,{capacity.clock().isoformat()}\n"
    assert (await send_csv(capacity, sheet)).json()["said"] == 1
    capacity.clock.forward(HOUR)
    await capacity.say(pool_id, "limited", 1, seen=1)

    again = (await send_csv(capacity, sheet)).json()

    assert (again["said"], again["lines"][0]["outcome"]) == (0, "someone-spoke-since")
    assert await standing(capacity, pool_id) == [("limited", 1)]


STATUSES = pytest.mark.parametrize(
    "said", [{"status": "full"}, {"status": "open", "free": 3}, {"status": "open", "places": 8}]
)


@STATUSES
@pytest.mark.parametrize("moment", ["none", "now", "in an hour"])
async def test_a_list_that_is_sent_again_undoes_no_later_word(
    capacity: CapacityAtWork, said: dict[str, Any], moment: str
) -> None:
    pool_id, other = await capacity.a_pool(), await capacity.a_pool()
    at = capacity.clock() + (HOUR if moment == "in an hour" else timedelta())
    line = said | ({} if moment == "none" else {"tapped_at": at.isoformat()})
    lines = [{"pool_id": str(each)} | line for each in (pool_id, other)]

    async def send_it() -> dict[str, Any]:
        by_way = await (send(capacity, lines) if moment != "none" else send_csv(capacity, as_csv(lines)))
        report: dict[str, Any] = by_way.json()
        return report

    assert (await send_it())["said"] == 2
    capacity.clock.forward(2 * HOUR)
    await tap_open(capacity, pool_id, 5)
    capacity.clock.forward(2 * HOUR)

    again = await send_it()

    told = {each["pool_id"]: (each["outcome"], each["version"]) for each in again["lines"]}
    if (said["status"], moment) == ("full", "none"):  # it may be of now: nobody is sent to a closed door
        assert told[str(pool_id)] == ("said", 3)
        assert await standing(capacity, pool_id) == [("full", 0)]
    else:
        assert told[str(pool_id)] == ("someone-spoke-since", 2)
        assert await standing(capacity, pool_id) == [("open", 5)]
    # Where nobody else spoke, it confirms what it said, unless it says itself that it is old.
    assert told[str(other)][0] == ("said" if moment != "now" else "someone-spoke-since")


async def test_a_row_that_says_nothing_of_its_time_makes_nobodys_full_into_space(
    capacity: CapacityAtWork,
) -> None:
    """Also where its sender has said something else since, and where it never spoke before."""
    pool_id = await capacity.a_pool()
    monday, tuesday = ({"status": "open", "free": 5}, {"status": "limited", "free": 2})
    for said in (monday, tuesday):
        assert (await send(capacity, [{"pool_id": str(pool_id)} | said])).json()["said"] == 1
    await tap(capacity, pool_id, "full")

    again = [(await send(capacity, [{"pool_id": str(pool_id)} | said])).json() for said in (monday, tuesday)]
    with_moment = {"tapped_at": (capacity.clock() + HOUR).isoformat()}
    later = (await send(capacity, [{"pool_id": str(pool_id)} | tuesday | with_moment])).json()

    assert [each["lines"][0]["outcome"] for each in again] == ["someone-spoke-since"] * 2
    assert (later["said"], await standing(capacity, pool_id)) == (1, [("limited", 2)])


async def test_a_row_is_taken_again_once_the_word_that_it_did_not_undo_counts_no_more(
    capacity: CapacityAtWork,
) -> None:
    pool_id = await capacity.a_pool()
    row = {"pool_id": str(pool_id), "status": "open", "free": 3}
    await send(capacity, [row])
    await tap_open(capacity, pool_id, 5)
    assert (await send(capacity, [row])).json()["said"] == 0

    capacity.clock.forward(timedelta(days=8))

    assert (await send(capacity, [row])).json()["said"] == 1


@pytest.mark.parametrize("behind", [timedelta(), timedelta(minutes=-1)])
async def test_full_counts_where_it_saw_the_last_word_or_is_of_its_moment(
    capacity: CapacityAtWork, behind: timedelta
) -> None:
    """Clocks without seconds, and those that are slow: whoever said full is given nobody."""
    pool_id = await capacity.a_pool()
    moment = capacity.clock().isoformat()
    await send(capacity, [{"pool_id": str(pool_id), "status": "open", "free": 3, "tapped_at": moment}])
    full = {
        "pool_id": str(pool_id),
        "status": "full",
        "tapped_at": (capacity.clock() + behind).isoformat(),
    } | ({"version_seen": 1} if behind else {})

    assert (await send(capacity, [full])).json()["said"] == 1
    assert await standing(capacity, pool_id) == [("full", 0)]


@STATUSES
async def test_a_row_made_of_an_older_version_undoes_no_later_word(
    capacity: CapacityAtWork, said: dict[str, Any]
) -> None:
    pool_id = await capacity.a_pool("limited", 1)
    capacity.clock.forward(HOUR)
    await tap_open(capacity, pool_id, 5)
    row = {"pool_id": str(pool_id), "version_seen": 1} | said

    old = (await send(capacity, [row])).json()
    later = (await send(capacity, [row | {"version_seen": 2}])).json()

    assert [each["lines"][0]["outcome"] for each in (old, later)] == ["someone-spoke-since", "said"]


async def test_another_word_in_a_list_counts_after_others_spoke(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    row = {"pool_id": str(pool_id)}
    assert (await send(capacity, [row | {"status": "open", "free": 3}])).json()["said"] == 1
    capacity.clock.forward(HOUR)
    await tap_open(capacity, pool_id, 5)
    capacity.clock.forward(HOUR)

    fewer = (await send(capacity, [row | {"status": "open", "free": 2}])).json()

    assert (fewer["said"], await standing(capacity, pool_id)) == (1, [("open", 2)])


async def tap_open(capacity: CapacityAtWork, pool_id: UUID, free: int) -> None:
    await tap(capacity, pool_id, "open", free=str(free))


async def tap(capacity: CapacityAtWork, pool_id: UUID, button: str, **numbers: str) -> None:
    """The provider's own word, by the link."""
    seen = (await capacity.get(f"/capacity/api/pools/{pool_id}")).json()["version"]
    form = {"tap": button, "version_seen": str(seen), "form_token": uuid4().hex} | numbers
    assert (await capacity.http.post(capacity.link(pool_id), data=form)).status_code == 200


def as_csv(lines: list[dict[str, Any]]) -> str:
    names = list(lines[0])
    return "\n".join(",".join(map(str, row)) for row in [names, *(each.values() for each in lines)]) + "\n"


async def test_csv_says_its_way_and_leaves_out_empty_cells(capacity: CapacityAtWork) -> None:
    first, second = await capacity.a_pool(), await capacity.a_pool()
    sheet = (
        "\ufeffpool_id, status,free,places,note\r\n"
        f'{first},open,,12,"Ring first, please"\r\n{second},full,,,\r\n'
    )

    report = (await send_csv(capacity, sheet)).json()

    assert report["said"] == 2, report
    assert await standing(capacity, first, second) == [("open", 12), ("full", 0)]
    ways = {
        (each.model_dump()["source"], each.model_dump()["way"])
        for each in await capacity.said(SignalChangedV1)
    }
    assert ways == {("api", "csv")}
    assert (
        await capacity.pool.fetchval("SELECT note FROM pools WHERE pool_id = $1", first)
        == "Ring first, please"
    )


@pytest.mark.parametrize("note", ["=HYPERLINK(1)", "+44", "-1", "@SUM(A1)"])
async def test_a_note_that_a_spreadsheet_would_run_is_not_taken(capacity: CapacityAtWork, note: str) -> None:
    pool_id = await capacity.a_pool()

    by_csv = (await send_csv(capacity, f"pool_id,status,note\n{pool_id},full,{note}\n")).json()
    by_json = (await send(capacity, [{"pool_id": str(pool_id), "status": "full", "note": note}])).json()

    for report in (by_csv, by_json):
        assert (report["said"], report["lines"][0]["fields"]) == (0, ["note"])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "pool_id,status\n",
        "pool_id\nx\n",
        "pool_id,status,colour\nx,full,red\n",
        "pool_id,status,status\nx,full,open\n",
        b"\xff\xfe",
        'pool_id,status\n"x,full\n',
    ],
)
async def test_what_is_no_list_is_refused_as_a_whole(capacity: CapacityAtWork, body: str | bytes) -> None:
    answer = await send_csv(capacity, body)

    assert (answer.status_code, answer.json()["title"]) == (422, "This is no list of signals")


async def test_a_row_with_too_many_cells_costs_itself_alone(capacity: CapacityAtWork) -> None:
    first, second = await capacity.a_pool(), await capacity.a_pool()

    report = (await send_csv(capacity, f"pool_id,status\n{first},full,x\n{second},full\n")).json()

    assert [each["outcome"] for each in report["lines"]] == ["not-readable", "said"]


async def test_five_hundred_lines_are_one_transaction(capacity: CapacityAtWork) -> None:
    rows = await capacity.pool.fetch(
        """INSERT INTO pools (pool_id, service_id, service_name, service_version, area)
           SELECT gen_random_uuid(), gen_random_uuid(), 'Art for all', 1, 'E09000009'
           FROM generate_series(1, 500) RETURNING pool_id"""
    )

    report = await send(
        capacity, [{"pool_id": str(row["pool_id"]), "status": "open", "free": 2} for row in rows]
    )

    assert report.json()["said"] == 500
    moments = await capacity.pool.fetchval("SELECT count(DISTINCT xmin::text) FROM signals")
    assert moments == 1
    assert (await send(capacity, [{"pool_id": str(uuid4()), "status": "full"}] * 501)).status_code == 422
