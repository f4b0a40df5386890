"""The board names organisations and their networks as the directory tells them, and adds up what they have."""

from dataclasses import replace
from uuid import UUID, uuid4

from shared.access.roles import Role
from tests.component.capacity.at_work import CapacityAtWork, published
from tests.component.capacity.test_board import (
    BELOW,
    BOARD,
    OURS,
    in_area,
    of_organisations,
    row_of,
)


async def hears_of(
    capacity: CapacityAtWork, organisation: UUID, name: str | None, lead: tuple[UUID, str] | None = None
) -> UUID:
    pool_id = uuid4()
    event = published(uuid4(), [pool_id], organisation_id=organisation)
    lead_id, lead_name = lead or (None, None)
    named = {
        "organisation_name": name,
        "lead_organisation_id": lead_id,
        "lead_organisation_name": lead_name,
    }
    await capacity.hear([replace(event, data=event.data.model_copy(update=named))])
    return pool_id


async def test_a_lead_reads_its_network_by_name_with_sums(capacity: CapacityAtWork) -> None:
    lead = (OURS, "North network")
    for pool_id, free in (
        (await hears_of(capacity, OURS, "North network"), 2),
        (await hears_of(capacity, BELOW, "Walkers", lead), 3),
        (await hears_of(capacity, BELOW, "Walkers", lead), 4),
    ):
        await capacity.say(pool_id, "open", free)

    page = (await capacity.http.get(BOARD, headers=of_organisations(capacity, OURS, BELOW))).text

    assert row_of(page, "Walkers") == ["2", "2", "0", "0", "7", "0", "0"]
    assert row_of(page, "North network</bdi> and all below it") == ["3", "3", "0", "0", "9", "0", "0"]
    assert "All together</th>" not in page  # it would say the same once more


async def test_who_is_below_reads_their_own_name_and_no_sum_of_others(capacity: CapacityAtWork) -> None:
    await hears_of(capacity, BELOW, "Walkers", (OURS, "North network"))

    page = (await capacity.http.get(BOARD, headers=of_organisations(capacity, BELOW))).text

    assert "<bdi>Walkers</bdi>" in page
    assert "North network" not in page


async def test_others_in_an_area_are_named_but_not_by_a_sensitive_service(capacity: CapacityAtWork) -> None:
    await hears_of(capacity, OURS, "Walkers")
    await hears_of(capacity, BELOW, None)

    page = (await capacity.http.get(BOARD, headers=in_area(capacity, Role.COORDINATOR))).text

    rows = [row for row in page.split("<tr")[1:] if "Art for all" in row]
    assert sorted("Walkers" in row for row in rows) == [False, True]
