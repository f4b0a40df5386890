"""Organisations' own words: they win over the feed, can be taken back, and nobody writes over what they have not seen."""

import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.directory.domain.errors import (
    CannotBeUndone,
    EntryDoesNotFit,
    RevisionNotFound,
    ServiceChangedMeanwhile,
    ServiceNotFound,
)
from services.directory.domain.revision import ChangedBy, Revision, can_be_undone
from services.directory.storage.entry_rows import Entry, find_entry
from services.directory.storage.revision_rows import revisions_of
from services.directory.use_cases.change_services import ServiceChange
from services.directory.use_cases.edit_entry import Editing, confirm_entry, edit_entry, take_source_word
from services.directory.use_cases.undo_edit import undo_edit
from shared.postgres.pool import Connection, Pool, transaction
from tests.component.directory.test_one_write_path import bring, change
from tests.unit.directory.records import SERVICE_ID, a_record

Act = Callable[[Connection], Awaitable[None]]
TODAY = date(2026, 11, 22)
MEMBER = ChangedBy("member", UUID(int=5))


async def entry(pool: Pool) -> Entry:
    async with transaction(pool) as connection:
        return await find_entry(connection, SERVICE_ID)


async def revisions(pool: Pool) -> list[Revision]:
    async with transaction(pool) as connection:
        return await revisions_of(connection, SERVICE_ID)


async def editing(pool: Pool, by: ChangedBy = MEMBER) -> Editing:
    return Editing(SERVICE_ID, (await entry(pool)).version, by, TODAY)


async def edit(pool: Pool, **said: object) -> None:
    wanted = await editing(pool)
    async with transaction(pool) as connection:
        await edit_entry(connection, wanted, said)


async def undo(pool: Pool, revision: Revision) -> None:
    wanted = await editing(pool)
    async with transaction(pool) as connection:
        await undo_edit(connection, wanted, revision.id)


async def published(pool: Pool) -> list[int]:
    rows = await pool.fetch(
        "SELECT payload FROM outbox_events WHERE topic = 'directory.services.v1' ORDER BY seq"
    )
    return [json.loads(row["payload"])["version"] for row in rows]


async def test_an_edit_is_told_remembered_and_counts_as_a_look(pool: Pool) -> None:
    await bring(pool, a_record(name="Canal walk"))
    await edit(pool, name="Canal stroll", **{"suitability.minimum_age": 50})

    found = await entry(pool)
    assert (found.service.name, found.version, found.kept.confirmed_on) == ("Canal stroll", 2, TODAY)
    [revision] = await revisions(pool)
    assert (revision.version, revision.by) == (2, MEMBER)
    assert {(each.field, each.before, each.after) for each in revision.changes} == {
        ("name", "Canal walk", "Canal stroll"),
        ("suitability.minimum_age", 18, 50),
    }
    assert await published(pool) == [1, 2]


async def test_a_feed_is_remembered_and_its_first_word_is_no_change(pool: Pool) -> None:
    await bring(pool, a_record())
    assert await revisions(pool) == []
    await bring(pool, a_record(fees="Two pounds"))
    await bring(pool, a_record(fees="Two pounds"))
    [revision] = await revisions(pool)
    assert (revision.by.kind, [each.field for each in revision.changes]) == ("feed", ["fees"])
    assert not can_be_undone(revision, [revision])


async def test_what_was_taken_back_is_the_feeds_newest_word_again(pool: Pool) -> None:
    await bring(pool, a_record(name="Canal walk"))
    await edit(pool, name="Canal stroll")
    await bring(pool, a_record(name="Canal run"))
    assert (await entry(pool)).service.name == "Canal stroll"

    [edited] = await revisions(pool)
    await undo(pool, edited)
    found = await entry(pool)
    assert (found.service.name, found.own_fields) == ("Canal run", {})
    with pytest.raises(CannotBeUndone):
        await undo(pool, edited)
    assert [each.by.undoes for each in await revisions(pool)] == [None, edited.id]


async def test_a_later_change_stands_in_the_way(pool: Pool) -> None:
    await bring(pool, a_record())
    await edit(pool, name="One", fees="One pound")
    await edit(pool, name="Two")
    first, second = await revisions(pool)
    with pytest.raises(CannotBeUndone) as refused:
        await undo(pool, first)
    assert refused.value.fields == {"name"}
    await undo(pool, second)
    await undo(pool, first)
    assert (await entry(pool)).own_fields == {}


async def test_whoever_saw_an_older_state_changes_nothing(pool: Pool) -> None:
    await bring(pool, a_record())
    seen = await editing(pool)
    await edit(pool, name="First")
    [revision] = await revisions(pool)
    acts: list[Act] = [
        lambda connection: edit_entry(connection, seen, {"name": "Second"}),
        lambda connection: confirm_entry(connection, seen),
        lambda connection: take_source_word(connection, seen, "name"),
        lambda connection: undo_edit(connection, seen, revision.id),
    ]
    for act in acts:
        with pytest.raises(ServiceChangedMeanwhile):
            async with transaction(pool) as connection:
                await act(connection)
    assert (await entry(pool)).service.name == "First"
    assert len(await revisions(pool)) == 1


async def test_still_right_says_so_and_nothing_else(pool: Pool) -> None:
    await bring(pool, a_record(assured_date="2026-01-05"))
    wanted = await editing(pool)
    for _ in range(2):
        async with transaction(pool) as connection:
            await confirm_entry(connection, wanted)
    found = await entry(pool)
    assert (found.version, found.kept.confirmed_on) == (1, TODAY)
    [revision] = await revisions(pool)
    [said] = revision.changes
    assert (said.field, said.before, said.after) == ("confirmed_on", "2026-01-05", "2026-11-22")


async def test_what_makes_no_service_or_is_not_there_is_refused(pool: Pool) -> None:
    await bring(pool, a_record())
    with pytest.raises(EntryDoesNotFit):
        await edit(pool, status="sold")
    with pytest.raises(EntryDoesNotFit):
        await edit(pool, sensitive=False)
    wanted = await editing(pool)
    with pytest.raises(RevisionNotFound):
        async with transaction(pool) as connection:
            await undo_edit(connection, wanted, uuid4())
    with pytest.raises(ServiceNotFound):
        async with transaction(pool) as connection:
            await edit_entry(connection, replace(wanted, service_id=uuid4()), {"name": "No"})


async def test_an_entry_that_was_merged_away_is_edited_no_more(pool: Pool) -> None:
    await bring(pool, a_record())
    wanted = await editing(pool)
    await change(pool, ServiceChange(SERVICE_ID, listed=False))
    [revision] = await revisions(pool)
    assert [(each.field, each.after) for each in revision.changes] == [("listed", False)]
    assert revision.by.kind == "merge"
    with pytest.raises(ServiceNotFound):
        async with transaction(pool) as connection:
            await edit_entry(connection, wanted, {"name": "No"})


FIELDS: dict[str, list[str | None]] = {
    "name": ["One", "Two", "Three"],
    "fees": ["Free", "A pound", None],
    "url": ["https://a.example.org", None],
}


@pytest.mark.parametrize("seed", range(6))
async def test_in_any_order_the_own_word_wins_and_undo_restores_it(pool: Pool, seed: int) -> None:
    """Against a model of two dictionaries; the pure rules have a test of their own."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    fed: dict[str, Any] = {"name": "Fed", "fees": None, "url": None}
    own: dict[str, Any] = {}
    before: dict[UUID, dict[str, Any]] = {}
    await bring(pool, a_record(**{name: word for name, word in fed.items() if word}))
    for _ in range(25):
        field = chance.choice(sorted(FIELDS))
        word = chance.choice(FIELDS[field])
        known = await revisions(pool)
        match chance.choice(["edit", "feed", "take", "undo"]):
            case "edit":
                await edit(pool, **{field: word})
                after = own | {field: word}
            case "feed":
                fed |= {field: word}
                await bring(pool, a_record(**{name: word for name, word in fed.items() if word}))
                after = own
            case "take":
                wanted = await editing(pool)
                async with transaction(pool) as connection:
                    await take_source_word(connection, wanted, field)
                after = {name: value for name, value in own.items() if name != field}
            case _:
                after = dict(own)
                if possible := [each for each in known if can_be_undone(each, known)]:
                    chosen = chance.choice(possible)
                    await undo(pool, chosen)
                    for each in chosen.own_changes:
                        after.pop(each.field, None)
                        earlier = before[chosen.id]
                        after |= {each.field: earlier[each.field]} if each.field in earlier else {}
        before |= {each.id: own for each in (await revisions(pool))[len(known) :]}
        own = after
        found = await entry(pool)
        shown = {name: getattr(found.service, name) for name in FIELDS}
        assert (shown, dict(found.own_fields)) == (fed | own, own)
