"""A feed is read record by record: a bad one stops nothing, a bad feed is refused with one line."""

import json

import pytest

from services.directory.domain.errors import FeedRefused
from services.directory.oruk.feed import Notice, parse_page, read_feed
from tests.unit.directory.records import ORGANISATION_ID, SERVICE_ID, a_record

OTHER_ID = "11111111-1111-4111-8111-222222222222"


def a_page(*records: object, **envelope: object) -> bytes:
    page = {
        "total_items": len(records),
        "total_pages": 1,
        "page_number": 1,
        "size": len(records),
        "first_page": True,
        "last_page": True,
        "empty": not records,
        "contents": list(records),
    }
    return json.dumps(page | envelope).encode()


def test_one_bad_record_costs_one_record() -> None:
    feed = read_feed([parse_page(a_page("nonsense", a_record(name=None), a_record()))])

    assert list(feed.services) == [SERVICE_ID]
    assert feed.refused == [
        Notice(1, None, "record", "not-an-object"),
        Notice(2, SERVICE_ID, "name", "missing"),
    ]


def test_a_service_named_twice_is_taken_once() -> None:
    feed = read_feed([parse_page(a_page(a_record(), a_record(name="Other")))])

    assert feed.services[SERVICE_ID].name == "Canal walk"
    assert feed.refused == [Notice(2, SERVICE_ID, "id", "repeated")]


def test_the_first_word_on_an_organisation_counts_and_a_different_one_is_reported() -> None:
    other = {"id": str(ORGANISATION_ID), "name": "Hijackers", "description": "Not walkers."}

    feed = read_feed([parse_page(a_page(a_record(), a_record(id=OTHER_ID, organization=other)))])

    assert feed.organisations[ORGANISATION_ID].name == "Walkers"
    assert [remark.rule for remark in feed.remarks] == ["differs-from-first-mention"]


def test_an_envelope_that_says_other_than_the_page_holds_is_reported_and_the_records_are_taken() -> None:
    feed = read_feed([parse_page(a_page(a_record(), total_items=5, size=5, empty=True))])

    assert len(feed.services) == 1
    assert feed.envelope_faults == [
        "page 1: size does not match what the page holds",
        "page 1: empty does not match what the page holds",
        "total_items does not match: 1 records came",
    ]


def test_a_right_envelope_has_no_faults() -> None:
    assert read_feed([parse_page(a_page(a_record()))]).envelope_faults == []


def test_one_record_by_itself_is_read() -> None:
    feed = read_feed([parse_page(json.dumps(a_record()).encode())])

    assert list(feed.services) == [SERVICE_ID]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "not JSON: line 1"),
        (b"", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"contents": [NaN]}', "NaN is not a number"),
        (b'{"contents": [-Infinity]}', "-Infinity is not a number"),
        (b'{"contents": [' + b"1" * 5_000 + b"]}", "a number that no feed needs"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"a":' * 200_000, "nested too deep"),
        (b"7", "a bare value"),
        (b'{"hello": 1}', "no contents"),
        (b'{"contents": {}}', "not a list"),
    ],
)
@pytest.mark.asvs("V5.2.2")
def test_what_is_no_feed_is_refused_with_one_line(body: bytes, reason: str) -> None:
    with pytest.raises(FeedRefused) as refusal:
        parse_page(body)

    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.asvs("V1.4.2")
def test_a_number_beyond_all_bounds_costs_one_record() -> None:
    body = a_page(a_record(minimum_age="AGE"), a_record(id=OTHER_ID)).replace(b'"AGE"', b"1e999999")

    feed = read_feed([parse_page(body)])

    assert len(feed.services) == 1
    assert [(notice.field, notice.rule) for notice in feed.refused] == [("minimum_age", "not-an-age")]


def test_an_organisation_that_is_only_named_is_the_one_told_of_before() -> None:
    thin = a_record(id=OTHER_ID, organization=None, organization_id=str(ORGANISATION_ID))
    unknown = a_record(id=str(SERVICE_ID), organization=None, organization_id=OTHER_ID)

    feed = read_feed([parse_page(a_page(a_record(), thin))])
    alone = read_feed([parse_page(a_page(unknown))])

    assert {service.organisation_id for service in feed.services.values()} == {ORGANISATION_ID}
    assert [(notice.field, notice.rule) for notice in alone.refused] == [("organization", "missing")]


@pytest.mark.asvs("V5.2.1")
@pytest.mark.parametrize("form", ["[{}]", '{{"contents": [{}]}}'])
def test_a_page_of_more_records_than_anybody_has_is_refused(form: str) -> None:
    with pytest.raises(FeedRefused, match="more than 200,000 records"):
        parse_page(form.format("1," * 200_000 + "1").encode())
