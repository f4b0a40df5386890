"""Who a person is lies under a key of their own, in no place in the open."""

import base64
from datetime import date
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from services.referral.entrypoints.people_keys import look_after_keys
from services.referral.storage.people import PersonDetails, PersonVault, SafeContact, find_person
from shared.postgres.pool import transaction
from shared.security.sealing import CannotOpen, key_ring_of
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE
from tests.support.service_apps import KEY_ENCRYPTION_KEYS

PERSON = PersonDetails(
    "Canarygiven", "Canaryfamily", date(1951, 4, 23), "so", "9434765919", "canary@example.org", "020 7946 0123",
    "female", SafeContact(("phone",), "Canarynote"),
)  # fmt: skip
IN_THE_OPEN = """
INSERT INTO people (person_id, area, given_name, family_name, date_of_birth, email, language)
VALUES ($1, $2, 'Canarygiven', 'Canaryfamily', '1951-04-23', 'canary@example.org', 'en')
"""


async def found(
    world: ReferralWorld, person_id: UUID, vault: PersonVault | None = None
) -> PersonDetails | None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        return await find_person(connection, vault or PersonVault(world.vault.ring), person_id)


@pytest.mark.asvs("V14.2.4")
async def test_a_person_is_found_as_they_were_said_and_the_row_says_nothing(world: ReferralWorld) -> None:
    person_id = (await world.refer(person=PERSON)).legs[0].person_id

    assert await found(world, person_id) == PERSON
    row = await world.pool.fetchrow("SELECT * FROM people")
    assert row is not None
    stored = repr(dict(row))
    for value in ("canary", "1951", "9434765919", "7946"):
        assert value not in stored.lower()


async def test_without_the_key_nobody_is_found_and_with_anothers_nothing_opens(world: ReferralWorld) -> None:
    one = (await world.refer(person=PERSON)).legs[0].person_id
    other = (await world.refer(person=PERSON)).legs[0].person_id

    await world.pool.execute("UPDATE people SET sealed = (SELECT sealed FROM people WHERE person_id = $2) "
                             "WHERE person_id = $1", one, other)  # fmt: skip
    await world.pool.execute("DELETE FROM person_keys WHERE person_id = $1", other)

    assert await found(world, other) is None
    with pytest.raises(CannotOpen):
        await found(world, one)


async def test_rows_of_the_time_before_are_sealed_and_lose_what_stood_in_the_open(
    world: ReferralWorld,
) -> None:
    person_id = uuid4()
    await world.pool.execute(IN_THE_OPEN, person_id, AREA)

    await look_after_keys(world.pool, world.vault)

    row = await world.pool.fetchrow("SELECT * FROM people")
    assert row is not None
    assert "anary" not in repr(dict(row))
    person = await found(world, person_id)
    assert person is not None
    assert (person.given_name, person.date_of_birth, person.email) == (
        "Canarygiven", date(1951, 4, 23), "canary@example.org",
    )  # fmt: skip


async def test_keys_move_to_a_new_key_of_the_settings_and_the_old_one_is_needed_no_more(
    world: ReferralWorld,
) -> None:
    person_id = (await world.refer(person=PERSON)).legs[0].person_id
    new = {"new": SecretStr(base64.b64encode(b"n" * 32).decode())}

    await look_after_keys(world.pool, PersonVault(key_ring_of(new | KEY_ENCRYPTION_KEYS)))

    assert await found(world, person_id, PersonVault(key_ring_of(new))) == PERSON
    with pytest.raises(CannotOpen):
        await found(world, person_id)
