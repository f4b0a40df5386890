"""The menus that tests and benches make up could come from a real feed."""

import json

from services.directory.oruk.feed import parse_page, read_feed
from services.directory.oruk.write_service import service_record
from tests.contract.directory.official_data import schema_errors
from tests.support.generated_menu import NOW, generated_menu

MADE = list(generated_menu(80, seed=4))


def test_made_up_services_are_valid() -> None:
    records = [service_record(made.service, made.organisation, NOW) for made in MADE]

    assert [error for record in records for error in schema_errors("service", record)] == []


def test_made_up_services_are_read_as_they_were_written() -> None:
    records = [service_record(made.service, made.organisation, NOW) for made in MADE]

    feed = read_feed([parse_page(json.dumps(records).encode())])

    assert feed.refused == []
    assert {remark.rule for remark in feed.remarks} == {"no-area-that-routing-can-read"}
    assert list(feed.services.values()) == [made.service for made in MADE]


def test_a_menu_of_a_seed_is_always_the_same() -> None:
    assert list(generated_menu(80, seed=4)) == MADE
    assert list(generated_menu(80, seed=5)) != MADE
