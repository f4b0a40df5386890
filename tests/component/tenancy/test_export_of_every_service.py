"""What each service holds on a person is shown to them, column by column, or left out with the reason."""

import importlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.provision.databases import dsn_for
from shared.postgres.held_rows import HeldTable
from shared.security.held_data import HELD_PATH, HeldAnswer, HeldRequest
from tests.component.access.every_service import asked_service
from tests.component.tenancy.sample_rows import ALLOWED, COLUMNS, OF_TYPE
from tests.conftest import CreateDatabase
from tests.support.databases import TestDatabase
from tests.support.tables_not_shown import NOT_SHOWN_ANYWHERE, columns_by_table

AREA = "E09000009"
ASKED = ("capacity", "notify", "outcomes")
PERSON, REFERRAL, LEG, REQUEST = (UUID(int=number) for number in range(1, 5))
IDS = {
    "person_id": PERSON,
    "recipient_id": PERSON,
    "referral_id": REFERRAL,
    "leg_id": LEG,
    "request_id": REQUEST,
    "link_subject": REQUEST,
    "follow_up_id": UUID(int=5),
    "service_id": UUID(int=6),
    "pool_id": UUID(int=7),
}
# Rows that a name is told from, where an id stands for it.
NAMED: Mapping[str, tuple[str, str]] = {
    "capacity": ("pools", "service_name"),
    "notify": ("copied_services", "name"),
    "outcomes": ("copied_services", "name"),
}
NAME = "Art for all"
# What a CHECK allows, where a row is to have every column.
FULL: Mapping[tuple[str, str], object] = {
    ("place_holds", "state"): "held",
    ("messages", "state"): "sent",
    ("follow_ups", "settled_by"): "answered",
    ("answers", "answers"): [3, 3, 3, 3, 3, 3, 3],
}

LINKS = "people stop their links in referral, which shows it; here are those of groups, by id"
NOT_SHOWN: Mapping[str, Mapping[str, str]] = {
    "capacity": {
        "link_subjects": LINKS,
        "pools": "what can be full",
        "signals": "what providers said of their space",
        "ledger_history": "how many places there were, of nobody in particular",
        "pool_withdrawals": "when what can be full was withdrawn",
        "offer_outcomes": "what became of a group's offers, of nobody in particular",
        "set_aside_pools": "what a round could not handle, by what can be full",
        "followed_services": "services, by version",
        "erased_referrals": "there is a row only when nothing else is left",
    },
    "notify": {
        "link_subjects": LINKS,
        "copied_services": "services by name",
        "copied_pools": "what can be full",
        "erased_people": "there is a row only when nothing else is left",
        "erased_referrals": "there is a row only when nothing else is left",
        "owed_erasure_answers": "there is a row only when nothing else is left",
    },
    "outcomes": {
        "link_subjects": LINKS,
        "copied_services": "services by name",
        "erased_referrals": "there is a row only when nothing else is left",
        "said_evidence": "what services did for people, in figures about nobody in particular",
        "evidence_round": "how far those figures have been said",
    },
    "directory": {
        "organisations": "groups, as the open feed shows them",
        "services": "what groups do, as the open feed shows it",
        "members": "staff, not people who are helped",
        "memberships": "staff and their roles",
        "sessions": "sign-ins of staff",
        "ended_links": "when a group's links were taken back, and by whom of staff",
        "organisation_parents": "groups and the groups that they belong to",
        "service_openings": "when groups are open, for filters",
        "service_locations": "where groups meet, for filters",
        "service_terms": "what groups do, in terms, for filters",
        "taxonomy_terms": "terms of other people's lists",
        "service_revisions": "what became of entries, and which of staff did it",
        "assurance_reminders": "how often groups were asked whether an entry is right",
        "duplicate_pairs": "entries that may be of one service",
        "service_merges": "entries that are shown as one",
        "copied_signals": "what groups said of their space",
        "feed_sources": "lists of services that are read",
        "feed_runs": "when such a list was read",
        "feed_findings": "what was found in such a list",
        "feed_pages": "how a page of such a list is known to be as it was",
        "feed_records": "how an entry of such a list is known to be as it was",
        "prescriptions": "lists of services that name nobody",
        "link_subjects": LINKS,
        "copied_evidence": "what services did for people, in figures about nobody in particular",
        "referral_counts": "how many referrals there were in a borough and month, of nobody in particular",
        "clients": "systems that call",
        "client_secrets": "systems that call",
        "prescription_ways": "lists that nobody's name stands in, and how they went out",
        "list_emails": "an address until its mail has gone, a day at most, sealed; of whom, nobody can say",
        "digests": "what staff want to be told each week",
    },
}


def held_by(service: str) -> Mapping[str, HeldTable]:
    module = importlib.import_module(f"services.{service}.storage.held_rows")
    return {each.name: each for each in module.HELD}


@pytest.mark.parametrize("service", [*ASKED, "directory"])
async def test_every_column_of_every_table_is_shown_or_left_out_with_a_reason(
    service: str, database: CreateDatabase
) -> None:
    connection = await asyncpg.connect((await database(service)).owner_dsn)
    there = await columns_by_table(connection)
    await connection.close()
    held = held_by(service) if service in ASKED else {}

    assert there.keys() == held.keys() | NOT_SHOWN[service].keys() | (
        there.keys() & NOT_SHOWN_ANYWHERE.keys()
    )
    assert not held.keys() & {*NOT_SHOWN[service], *NOT_SHOWN_ANYWHERE}
    for name, table in held.items():
        assert not table.shown.keys() & table.left_out.keys(), name
        assert there[name] == {*table.shown, *table.left_out}, name


@pytest.mark.parametrize("service", ASKED)
async def test_what_stands_in_each_column_is_told(service: str, database: CreateDatabase) -> None:
    made = await database(service)
    rows = await full_rows(made, service)
    asked = HeldRequest(
        person_id=PERSON, area=AREA, referral_ids=(REFERRAL,), leg_ids=(LEG,), request_ids=(REQUEST,)
    )

    async with asked_service(service, made.dsn) as running:
        key = running.settings.internal_key.get_secret_value()
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        answer = await running.client.post(HELD_PATH, content=asked.model_dump_json(), headers=headers)
    records = [
        record for kind in HeldAnswer.model_validate_json(answer.content).held for record in kind.records
    ]

    assert len(records) == len(rows)
    for table in held_by(service).values():
        [found] = [each for each in records if each.keys() == set(table.shown.values())]
        for column, words in table.shown.items():
            meant = rows[table.name][column]
            if column in table.told_by:
                meant = "before" if column == "follow_up_id" else NAME
            assert found[words] == plain(meant), (table.name, column)


async def full_rows(made: TestDatabase, service: str) -> Mapping[str, Mapping[str, Any]]:
    """One row in each table, with a value in every column."""
    admin = await asyncpg.connect(dsn_for(made.admin_dsn, database=made.name))
    try:
        await admin.execute("SET session_replication_role = replica")  # a row without those that it refers to
        rows = {name: await add_full_row(admin, name) for name in held_by(service)}
        await add_full_row(admin, NAMED[service][0], **{NAMED[service][1]: NAME})
    finally:
        await admin.close()
    return rows


async def add_full_row(
    admin: "asyncpg.Connection[asyncpg.Record]", table: str, **changed: Any
) -> Mapping[str, Any]:
    columns = await admin.fetch(COLUMNS, table)
    wanted = [each for each in columns if not changed or each["needed"] or each["name"] in changed]
    values = {each["name"]: value_of(table, each["name"], each["type"]) for each in wanted} | changed
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await admin.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", *values.values())
    return values


def value_of(table: str, column: str, of_type: str) -> Any:
    if column in IDS:
        return IDS[column]
    if (table, column) in (allowed := {**ALLOWED, **FULL}):
        return allowed[table, column]
    if column == "area":
        return AREA
    if of_type == "text":
        return f"{column} of {table}"
    return OF_TYPE[of_type]() if of_type != "uuid" else uuid4()


def plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return str(value)
    return float(value) if isinstance(value, Decimal) else value
