"""What a coordinator was told on the phone: found, written down once, with the role of whoever told it and no name."""

import re
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.access.roles import Role
from shared.events.capacity import SignalChangedV1
from tests.component.capacity.at_work import AREA, CapacityAtWork
from tests.support.sign_in import bearer, staff_caller


def staff(capacity: CapacityAtWork, role: Role = Role.COORDINATOR, area: str = AREA) -> dict[str, str]:
    return {
        **bearer(staff_caller(role, capacity.clock(), areas=(area,)), capacity.clock()),
        "accept": "text/html",
    }


async def tell(
    capacity: CapacityAtWork, pool_id: UUID, headers: dict[str, str] | None = None, /, **fields: str
) -> httpx.Response:
    by, path = headers or staff(capacity), f"/capacity/phoned/{pool_id}"
    page = await capacity.http.get(path, headers=by)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    return await capacity.http.post(path, data={"told_by": "manager", **hidden, **fields}, headers=by)


async def told(capacity: CapacityAtWork) -> list[dict[str, Any]]:
    return [each.model_dump(mode="json") for each in await capacity.said(SignalChangedV1)]


async def test_what_was_told_counts_and_says_that_it_was_phoned(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()

    answer = await tell(
        capacity, pool_id, tap="open", free="4", expected_wait_days="10", note="Ring in the mornings"
    )

    assert answer.status_code == 200, answer.text
    (said,) = await told(capacity)
    assert (said["status"], said["free"], said["expected_wait_days"]) == ("open", 4, 10)
    assert (said["source"], said["way"]) == ("link", "phoned")
    row = await capacity.pool.fetchrow(
        "SELECT note, told_by, said_by FROM signals WHERE pool_id = $1", pool_id
    )
    assert row is not None
    assert (row["note"], row["told_by"]) == ("Ring in the mornings", "manager")
    assert UUID(row["said_by"])
    page = await capacity.http.get(f"/capacity/phoned/{pool_id}", headers=staff(capacity))
    assert "Ring in the mornings" in page.text
    assert "Ring in the mornings" not in (await capacity.http.get(capacity.link(pool_id))).text


async def test_the_list_finds_a_service_by_its_name(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("limited", 2)
    await capacity.pool.execute("UPDATE pools SET service_name = 'Choir' WHERE pool_id = $1", pool_id)
    await capacity.a_pool()

    found = await capacity.http.get("/capacity/phoned?search=choir", headers=staff(capacity))

    assert f"/capacity/phoned/{pool_id}" in found.text
    assert "Art for all" not in found.text


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"tap": "full", "told_by": "Mrs Example"}, "Choose who told you"),
        ({"tap": "full", "told_by": ""}, "Choose who told you"),
        ({"tap": ""}, "Tap one of the buttons."),
        ({"tap": "open", "free": "some"}, "a number from 1 to 1000"),
        ({"tap": "full", "expected_wait_days": "soon"}, "Write the wait as a number of days"),
        ({"tap": "full", "note": "x" * 201}, "Write at most 200 characters"),
    ],
)
async def test_what_cannot_be_is_put_into_words_and_kept(
    capacity: CapacityAtWork, fields: dict[str, str], wrong: str
) -> None:
    pool_id = await capacity.a_pool()

    answer = await tell(capacity, pool_id, **fields)

    assert (answer.status_code, wrong in answer.text) == (422, True)
    assert await told(capacity) == []


async def test_the_groups_own_later_word_is_shown_and_stands(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("full")

    answer = await tell(capacity, pool_id, tap="no-limit", version_seen="0")

    assert answer.status_code == 409
    assert "Someone told us something since" in answer.text
    assert [each["status"] for each in await told(capacity)] == ["full"]


@pytest.mark.parametrize("what", ["another area", "nothing there", "withdrawn"])
async def test_what_is_out_of_reach_is_not_there(capacity: CapacityAtWork, what: str) -> None:
    pool_id, by = await capacity.a_pool(), staff(capacity)
    if what == "another area":
        by = staff(capacity, area="E09000025")
    elif what == "nothing there":
        pool_id = uuid4()
    else:
        await capacity.pool.execute("UPDATE pools SET withdrawn = true")

    for answer in (
        await capacity.http.get(f"/capacity/phoned/{pool_id}", headers=by),
        await tell(capacity, pool_id, by, tap="full", form_token=uuid4().hex),
    ):
        assert answer.status_code == 404
    assert str(pool_id) not in (await capacity.http.get("/capacity/phoned", headers=by)).text


async def test_who_has_no_such_role_may_not(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool()
    for role in (Role.LINK_WORKER, Role.COMMISSIONER):
        answer = await capacity.http.get(f"/capacity/phoned/{pool_id}", headers=staff(capacity, role))
        assert answer.status_code == 403
