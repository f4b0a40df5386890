"""Every act behind a signed link: a GET changes nothing, a single act is done once, and what is no good tells nothing."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from shared.events.directory import OrganisationLinksEndedV1
from shared.events.outcomes import RecordAccessedV1
from shared.postgres.pool import Pool, transaction
from shared.security.revoked_links import revoke_link
from shared.security.signed_links import ORGANISATION_LINK_LIVES, PATHS, Purpose, SignedLink, mint, read_link
from shared.security.signed_links import Holder as LinkHolder
from shared.service_defaults.clock import utc_now
from tests.component.access.every_service import AskedService, asked_service, routes_of
from tests.component.access.link_acts import GROUP, LINK_ACTS, LinkAct, Ready
from tests.component.access.links_taken_back import ANOTHER_GROUP, TAKE_BACK, a_group_presses
from tests.component.referral.referral_world import StoppedClock
from tests.conftest import CreateDatabase
from tests.support.built_services import SERVICES, routers_of

KEY = SecretStr("signing-key-for-tests")
AS_BROWSER = {"accept": "text/html"}
# Who looked is recorded of a look as well; what it is about stays as it was.
TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'audit_%' ORDER BY 1
"""
CONTENT = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t WHERE {kept}"
KEPT = {"outbox_events": f"topic <> '{RecordAccessedV1.topic}'"}  # on its way to where looks are recorded
every_act = pytest.mark.parametrize("act", LINK_ACTS, ids=lambda act: act.name)


@dataclass
class Holder:
    """Somebody with a link to something that is there."""

    act: LinkAct
    service: AskedService
    clock: StoppedClock
    ready: Ready

    def token(self, purpose: Purpose | None = None, days: int = 1, sent_to: LinkHolder | None = None) -> str:
        until = self.clock() + timedelta(days=days)
        return mint(KEY, purpose or self.act.purpose, self.ready.subject, until, holder=sent_to)

    async def look(self, token: str, method: str = "GET") -> httpx.Response:
        path = PATHS[self.act.purpose].format(token=token)
        return await self.service.client.request(method, path, headers=AS_BROWSER)

    async def do(self, token: str) -> httpx.Response:
        path = PATHS[self.act.purpose].format(token=token) + self.act.under
        return await self.service.client.post(path, data=self.ready.form, headers=AS_BROWSER)

    async def counted(self, reason: str) -> int:
        metrics = (await self.service.client.get("/metrics")).text
        found = re.search(rf'kith_access_refused_total{{reason="{reason}"}} (\d+)', metrics)
        return int(found[1]) if found else 0

    async def everything(self) -> dict[str, str]:
        return await everything(self.service.pool)


async def everything(pool: Pool) -> dict[str, str]:
    """A fingerprint of each table."""
    tables = [row["tablename"] for row in await pool.fetch(TABLES)]
    return {
        table: await pool.fetchval(CONTENT.format(table=table, kept=KEPT.get(table, "true")))
        for table in tables
    }


@asynccontextmanager
async def holding(act: LinkAct, database: CreateDatabase) -> AsyncIterator[Holder]:
    clock = StoppedClock()
    clock.now = utc_now()
    async with asked_service(act.service, (await database(act.service)).dsn, clock=clock) as service:
        ready = await act.prepare(service, clock)
        clock.pass_time(timedelta(seconds=2))
        yield Holder(act, service, clock, ready)


@every_act
async def test_a_scanner_that_follows_the_link_changes_nothing_and_does_not_use_it_up(
    act: LinkAct, database: CreateDatabase
) -> None:
    async with holding(act, database) as holder:
        token = holder.token()
        before = await holder.everything()

        scans = [
            (await holder.look(token, method)).status_code for method in ("HEAD", "GET", "GET", "OPTIONS")
        ]
        after = await holder.everything()
        done = await holder.do(token)

    assert scans == [405, 200, 200, 405]
    assert after == before
    assert done.status_code == act.done, done.text


@every_act
async def test_an_act_is_done_and_a_second_try_changes_nothing_and_is_counted(
    act: LinkAct, database: CreateDatabase
) -> None:
    async with holding(act, database) as holder:
        token, before = holder.token(), await holder.everything()
        done = await holder.do(token)
        first = await holder.everything()
        again = await holder.do(token)
        second = await holder.everything()
        counted = await holder.counted(act.counted or "link-used")

    assert (done.status_code, again.status_code) == (act.done, act.again), again.text
    assert first != before
    assert counted == int(act.is_single)
    if act.name != "ask-who":
        assert second == first
    if act.is_single:
        assert "Amina" not in again.text


@every_act
async def test_a_link_that_is_no_good_tells_nothing_changes_nothing_and_is_counted(
    act: LinkAct, database: CreateDatabase
) -> None:
    async with holding(act, database) as holder:
        revoked = holder.token()
        link = read_link(KEY, act.purpose, revoked, holder.clock())
        async with transaction(holder.service.pool) as connection:
            await revoke_link(connection, link.id, link.expires_at)
        other = next(each for each in Purpose if each is not act.purpose)
        payload, _, signature = holder.token().rpartition(".")
        bad = {
            "guessed": "guess",
            "tampered": f"{payload}.{signature[::-1]}",
            "of-another-subject": f"{_payload_of_somebody_else(act.purpose)}.{signature}",
            "of-another-purpose": holder.token(other),
            "revoked": revoked,
        }
        expired = holder.token(days=-1)
        before = await holder.everything()

        pages = [
            (await ask(token), token)
            for token in (*bad.values(), expired)
            for ask in (holder.look, holder.do)
        ]
        after = await holder.everything()
        counts = [await holder.counted(f"link-{why}") for why in ("not-valid", "revoked", "expired")]

    *refused, old_look, old_act = pages
    assert after == before
    assert {page.status_code for page, _ in refused} == {404}
    assert {page.status_code for page, _ in (old_look, old_act)} == {410}
    assert len({without(token, act, page.text) for page, token in refused}) == 1
    assert counts == [8, 2, 2]


@every_act
async def test_all_links_of_a_holder_are_taken_back_and_tell_nothing_more(
    act: LinkAct, database: CreateDatabase
) -> None:
    async with holding(act, database) as holder:
        moment = utc_now().replace(microsecond=0) + timedelta(seconds=1)
        tokens = [holder.token(sent_to=LinkHolder(GROUP)), holder.token()]
        good = [(await holder.look(token)).status_code for token in tokens]
        await TAKE_BACK[act.purpose](holder.service, holder.clock, holder.ready.subject, moment)
        before = await holder.everything()

        pages = [(await ask(token), token) for token in tokens for ask in (holder.look, holder.do)]
        guess = await holder.look("guess")
        after = await holder.everything()
        counted = await holder.counted("link-revoked")

    assert good == [200, 200]
    assert {page.status_code for page, _ in pages} == {404}
    assert {without(token, act, page.text) for page, token in pages} == {without("guess", act, guess.text)}
    assert after == before
    assert counted == 4


@pytest.mark.parametrize(
    "act", [act for act in LINK_ACTS if act.purpose in ORGANISATION_LINK_LIVES], ids=lambda act: act.name
)
async def test_an_organisations_new_links_go_on(act: LinkAct, database: CreateDatabase) -> None:
    async with holding(act, database) as holder:
        moment = utc_now().replace(microsecond=0) + timedelta(seconds=30)
        await TAKE_BACK[act.purpose](holder.service, holder.clock, holder.ready.subject, moment)
        new = holder.token(sent_to=LinkHolder(GROUP, moment))

        looked, done = await holder.look(new), await holder.do(new)

    assert (looked.status_code, done.status_code) == (200, act.done)


@pytest.mark.parametrize(
    "act", [act for act in LINK_ACTS if act.purpose in ORGANISATION_LINK_LIVES], ids=lambda act: act.name
)
async def test_links_of_others_go_on_whether_or_not_they_say_whose_they_are(
    act: LinkAct, database: CreateDatabase
) -> None:
    async with holding(act, database) as holder:
        older, theirs = holder.token(), holder.token(sent_to=LinkHolder(GROUP))
        moment = utc_now() + timedelta(seconds=30)
        ended = OrganisationLinksEndedV1(organisation_id=ANOTHER_GROUP, links_valid_from=moment)
        await a_group_presses(holder.service, holder.clock, ended)

        looked = [(await holder.look(token)).status_code for token in (theirs, older)]
        done = await holder.do(older)

    assert looked == [200, 200]
    assert done.status_code == act.done


def test_every_purpose_and_every_act_behind_a_link_stands_in_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acting = {
        (route.path, route.declared.purpose)
        for service in SERVICES
        for route in routes_of(routers_of(service, monkeypatch))
        if isinstance(route.declared, SignedLink) and route.method not in {"GET", "HEAD"}
    }

    # Entries in tests of their own (test_entry_links), since their acts are as many as their fields.
    asked_elsewhere = {Purpose.ENTRY, Purpose.PRESCRIPTION}
    in_the_table = {each for each in acting if each[1] not in asked_elsewhere}

    assert {act.purpose for act in LINK_ACTS} == TAKE_BACK.keys() == set(Purpose) - asked_elsewhere
    assert in_the_table == {(PATHS[act.purpose] + act.under, act.purpose) for act in LINK_ACTS}
    assert Purpose.PRESCRIPTION not in {purpose for _, purpose in acting}, "it only shows"


def _payload_of_somebody_else(purpose: Purpose) -> str:
    return mint(KEY, purpose, uuid4(), utc_now() + timedelta(days=1)).rpartition(".")[0]


def without(token: str, act: LinkAct, page: str) -> str:
    """The page without the address that the browser knows anyway."""
    return page.replace(token, "").replace(act.under, "")
