"""A list that was given goes out by email and by text: the address is sealed, soon forgotten, and stands nowhere else."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx
import pytest

from services.directory.domain.list_sending import (
    ADDRESS_LIVES,
    MEMBER_COUNTED_OVER,
    MOST_MAILS_OF_A_LIST,
    MOST_MAILS_OF_A_MEMBER,
    MOST_MAILS_OF_AN_ADDRESS,
    is_address,
)
from services.directory.settings import DirectorySettings
from services.directory.use_cases.send_list import follow_settled_mail, forget_what_waited_too_long
from shared.events.envelope import new_event
from shared.events.notify import MailSettledV1
from shared.postgres.pool import Pool, transaction
from tests.component.directory.conftest import INTERNAL_KEY
from tests.component.directory.sign_in_world import MovableClock, SignInWorld
from tests.component.directory.test_taking_away import LIST, SUNDAY, chosen_list, form, said, take
from tests.support.sign_in import SIGN_IN_SETTINGS
from tests.unit.directory.taking_away.made import SERVICE

OURS = {"authorization": f"Bearer {INTERNAL_KEY}"}
ADDRESS = "ada.lovelace@example.org"


@pytest.fixture
async def world(settings: DirectorySettings, pool: Pool) -> SignInWorld:
    await take(pool, SERVICE)
    chosen = settings.model_copy(update=dict(SIGN_IN_SETTINGS))
    return await SignInWorld(chosen, pool, MovableClock(SUNDAY)).with_demo_people()


@pytest.fixture
async def browser(world: SignInWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.browser() as found:
        await world.sign_in(found, "sam")
        yield found


async def a_list(world: SignInWorld, browser: httpx.AsyncClient) -> str:
    page = await chosen_list(world, browser, SERVICE)
    answer = await browser.post(LIST, data=form(world, browser, page, go="give:print"))
    return answer.headers["location"]


async def send(
    world: SignInWorld, browser: httpx.AsyncClient, given: str, address: str = ADDRESS, **more: Any
) -> httpx.Response:
    sent = {**world.csrf(browser), "form_token": str(uuid4()), "email": address, "language": "en", **more}
    return await browser.post(given + "/email", data=sent)


async def asked(pool: Pool) -> list[dict[str, Any]]:
    rows = await pool.fetch(
        "SELECT payload FROM outbox_events WHERE topic = 'directory.list-emails.v1' ORDER BY seq"
    )
    return [json.loads(row["payload"]) for row in rows]


async def reader(browser: httpx.AsyncClient, email_id: str) -> httpx.Response:
    wanted = {"recipient": {"kind": "list-reader", "id": email_id}}
    return await browser.post("/internal/recipients", json=wanted, headers=OURS)


async def settle(pool: Pool, email_id: str, outcome: str, at: datetime = SUNDAY) -> None:
    settled = MailSettledV1.model_validate(
        {
            "message_id": uuid4(),
            "recipient_kind": "list-reader",
            "recipient_id": email_id,
            "template": "your-list",
            "outcome": outcome,
            "settled_at": at,
        }
    )
    async with transaction(pool) as connection:
        await follow_settled_mail(connection, new_event(settled, area=None))


async def everything_kept(pool: Pool) -> str:
    """All rows of all tables, as text; bytes as they are."""
    tables = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [await pool.fetch(f'SELECT * FROM "{each["tablename"]}"') for each in tables]
    return repr([[dict(row) for row in each] for each in rows])


async def test_a_mail_is_asked_for_by_ids_and_told_to_notify_with_the_link_and_no_service(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    given = await a_list(world, browser)
    answer = await send(world, browser, given)
    [event] = await asked(pool)
    told = (await reader(browser, event["email_id"])).json()
    link = re.search(r"http://localhost:8080(/directory/list/\S+)", told["text"])

    assert (answer.status_code, answer.headers["location"]) == (303, given)
    assert set(event) == {"email_id", "prescription_id"}
    assert told["address"] == ADDRESS
    assert told["subject"] == "A message for you"
    assert SERVICE.name not in told["text"]
    assert link
    assert (await browser.get(link[1])).status_code == 200
    assert [each["how"] for each in await said(pool)] == ["print", "email"]


async def test_the_address_is_nowhere_in_the_open(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, caplog: pytest.LogCaptureFixture
) -> None:
    given = await a_list(world, browser)
    await send(world, browser, given)
    page = await browser.get(given)

    kept = await everything_kept(pool)
    assert "lovelace" not in kept
    assert "prescription_ways" in kept or "'email'" in kept, "the rows are looked at"
    assert "lovelace" not in page.text
    assert "lovelace" not in caplog.text
    assert await pool.fetchval("SELECT count(*) FROM list_emails WHERE sealed IS NOT NULL") == 1


@pytest.mark.parametrize(
    ("outcome", "told"), [("sent", "One email has gone"), ("failed", "could not be sent")]
)
async def test_once_the_mail_is_settled_the_address_is_gone(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, outcome: str, told: str
) -> None:
    given = await a_list(world, browser)
    await send(world, browser, given)
    [event] = await asked(pool)
    waiting = await browser.get(given)
    await settle(pool, event["email_id"], outcome)

    assert "on its way" in waiting.text
    assert told in (await browser.get(given)).text
    assert (await reader(browser, event["email_id"])).status_code == 404
    left = await pool.fetchrow("SELECT kid, wrapped_key, sealed FROM list_emails")
    assert left is not None
    assert set(left.values()) == {None}


async def test_after_a_day_the_address_is_told_to_nobody_and_gone(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await send(world, browser, await a_list(world, browser))
    [event] = await asked(pool)
    world.clock.move(ADDRESS_LIVES - timedelta(seconds=1))
    last = await reader(browser, event["email_id"])
    world.clock.move(timedelta(seconds=1))
    late = await reader(browser, event["email_id"])
    async with transaction(pool) as connection:
        await forget_what_waited_too_long(connection, world.clock())

    assert (last.status_code, late.status_code) == (200, 404)
    assert await pool.fetchval("SELECT count(*) FROM list_emails WHERE sealed IS NOT NULL") == 0
    assert await pool.fetchval("SELECT ended FROM list_emails") == "too-late"
    assert timedelta(hours=24) > ADDRESS_LIVES


async def test_the_same_form_twice_is_one_mail_even_after_it_has_gone(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    given, token = await a_list(world, browser), str(uuid4())
    await send(world, browser, given, form_token=token)
    [event] = await asked(pool)
    await settle(pool, event["email_id"], "sent")
    await send(world, browser, given, form_token=token)

    assert len(await asked(pool)) == 1
    assert await pool.fetchval("SELECT count(*) FROM list_emails WHERE sealed IS NOT NULL") == 0


async def test_a_second_mail_of_a_list_is_sent_and_not_counted_as_another_list(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    given = await a_list(world, browser)
    for address in (ADDRESS, "bo@example.org"):
        await send(world, browser, given, address)

    assert len(await asked(pool)) == 2
    assert [each["how"] for each in await said(pool)] == ["print", "email"]


async def test_a_list_and_a_member_send_only_so_many_mails(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    given = await a_list(world, browser)
    answers = [await send(world, browser, given) for _ in range(MOST_MAILS_OF_A_LIST + 1)]
    one_more = await a_list(world, browser)
    await pool.execute(
        "INSERT INTO list_emails (id, prescription_id, language, asked_at, ended, ended_at) "
        "SELECT gen_random_uuid(), $1, 'en', $2, 'sent', $2 FROM generate_series(1, $3::int)",
        UUID(given.rpartition("/")[2]),
        SUNDAY,
        MOST_MAILS_OF_A_MEMBER,
    )
    too_many_today = await send(world, browser, one_more)
    world.clock.move(timedelta(hours=24))
    await world.sign_in(browser, "sam")
    tomorrow = await send(world, browser, one_more)

    assert [each.status_code for each in answers] == [303] * MOST_MAILS_OF_A_LIST + [429]
    assert "as many emails as we send" in answers[-1].text
    assert too_many_today.status_code == 429
    assert tomorrow.status_code == 303


async def test_one_inbox_is_sent_only_so_many_by_all_together_and_its_mark_is_gone_after_a_day(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    async with world.browser() as other:
        await world.sign_in(other, "nadia")
        lists = [await a_list(world, browser), await a_list(world, other)]
        first = [await send(world, browser, lists[0]) for _ in range(MOST_MAILS_OF_AN_ADDRESS - 1)]
        last = await send(world, other, lists[1], "Ada.Lovelace+lists@example.org")
        refused = await send(world, other, lists[1])
        to_another = await send(world, other, lists[1], "grace@example.org")
    marked = await pool.fetchval("SELECT count(*) FROM list_emails WHERE address_mark IS NOT NULL")
    async with transaction(pool) as connection:
        await forget_what_waited_too_long(connection, SUNDAY + MEMBER_COUNTED_OVER)

    assert [each.status_code for each in (*first, last)] == [303] * MOST_MAILS_OF_AN_ADDRESS
    assert refused.status_code == 429
    assert to_another.status_code == 303
    assert marked == MOST_MAILS_OF_AN_ADDRESS + 1
    assert await pool.fetchval("SELECT count(*) FROM list_emails WHERE address_mark IS NOT NULL") == 0


@pytest.mark.parametrize(
    "typed", ["", "ada", "ada@", "ada@example", "a b@example.org", "a@b.c\r\nBcc: x@y.z"]
)
async def test_what_is_no_address_is_asked_for_again(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool, typed: str
) -> None:
    answer = await send(world, browser, await a_list(world, browser), typed)

    assert answer.status_code == 422
    assert "Write an email address" in answer.text
    assert await asked(pool) == []


def test_what_is_an_address() -> None:
    assert is_address("ada+lists@mail.example.co.uk")
    assert not is_address("a@" + "b" * 250 + ".org")


async def test_the_mail_speaks_the_language_of_the_list_and_its_link_as_well(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    given = await a_list(world, browser)
    await send(world, browser, given, language="pl")
    await send(world, browser, given, language="xx")
    polish, unknown = [(await reader(browser, each["email_id"])).json() for each in await asked(pool)]

    assert polish["language"] == "pl"
    assert polish["subject"] != "A message for you"
    assert "?lang=pl" in polish["text"]
    assert (unknown["language"], unknown["subject"]) == ("en", "A message for you")


async def test_only_whoever_gave_the_list_sends_it(world: SignInWorld, browser: httpx.AsyncClient) -> None:
    given = await a_list(world, browser)
    async with world.browser() as other:
        await world.sign_in(other, "priya")
        answers = [
            await send(world, other, given),
            await other.post(given + "/text", data=world.csrf(other)),
            await other.get(given + "/text"),
        ]

    assert [each.status_code for each in answers] == [404, 404, 404]


async def test_a_text_opens_the_phones_own_messages_and_is_counted_once(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    given = await a_list(world, browser)
    for _ in range(2):
        pressed = await browser.post(given + "/text", data={**world.csrf(browser), "text_language": "en"})
    page = await browser.get(pressed.headers["location"])
    sms = re.search(r'href="sms:\?&amp;body=([^"]+)"', page.text)

    assert pressed.status_code == 303
    assert sms
    words = unquote(sms[1])
    assert re.fullmatch(
        r"Here is the list that you asked for: http://localhost:8080/directory/list/\S+", words
    )
    assert (await browser.get(words.rpartition("8080")[2])).status_code == 200
    assert [each["how"] for each in await said(pool)] == ["print", "text"]


async def test_without_keys_no_mail_is_offered_and_none_is_sent(world: SignInWorld) -> None:
    async with world.browser(key_encryption_keys={}) as found:
        await world.sign_in(found, "sam")
        given = await a_list(world, found)

        assert "Their email address" not in (await found.get(given)).text
        assert (await send(world, found, given)).status_code in {404, 405}


async def test_the_row_of_a_mail_goes_with_its_list(
    world: SignInWorld, browser: httpx.AsyncClient, pool: Pool
) -> None:
    await send(world, browser, await a_list(world, browser))
    await pool.execute("DELETE FROM prescriptions WHERE given_at < $1", datetime(2030, 1, 1, tzinfo=UTC))

    assert await pool.fetchval("SELECT count(*) FROM list_emails") == 0
