"""A row that cannot be read is passed by, counted by area of the code, and named by its id in the log alone."""

from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from structlog.testing import capture_logs

from services.directory.metrics import register
from services.directory.use_cases.expand_services import _read
from services.directory.use_cases.find_duplicates import _traits


def counted(area: str) -> float:
    registry = CollectorRegistry()
    register(registry)
    return registry.get_sample_value("kith_directory_rows_not_read_total", {"area": area}) or 0.0


def test_it_is_counted_by_area_and_without_an_id() -> None:
    before = {area: counted(area) for area in ("duplicates", "rows-for-filters")}
    service_id = uuid4()

    with capture_logs() as logged:
        assert _read(service_id, "{}") is None
        assert _traits('{"id": "%s"}' % service_id, "{}") is None  # noqa: UP031 - braces of JSON

    assert [each["service_id"] for each in logged] == [str(service_id)] * 2
    assert {area: counted(area) - before[area] for area in before} == {"duplicates": 1, "rows-for-filters": 1}
    registry = CollectorRegistry()
    register(registry)
    assert str(service_id).encode() not in generate_latest(registry)


@pytest.mark.parametrize("document", ["", "[]", "{}", '{"id": 7}', '{"id": "Ann"}'])
def test_what_is_no_document_at_all_is_passed_by_too(document: str) -> None:
    assert _traits(document, "{}") is None
