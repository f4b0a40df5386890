"""The page kit."""

import re
from datetime import UTC, date, datetime

import pytest
from fastapi import Request

from shared.web.dates import as_date, as_date_and_time
from shared.web.pages import environment, render

REQUEST = Request({"type": "http", "headers": []})

EVERYTHING = """
{% extends "kith/layout.html" %}
{% from "kith/components.html" import confirmation, summary_list, table, status_tag, error_summary, submit, form_token_field %}
{% set title = "Everything" %}
{% block content %}
{{ confirmation("We have it", evil) }}
{{ summary_list([("Service", evil)]) }}
{{ table("By door", ["Door", "People"], [[evil, 4]], numeric=[1]) }}
{{ status_tag("Full", "red") }}
{{ error_summary("There is a problem", [{"field": "free_places", "message": evil}]) }}
<form method="post">{{ form_token_field(form_token()) }}{{ submit("Send") }}</form>
{{ moment | date_and_time }}
{% endblock %}
"""


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 1, 5, 9, 5, tzinfo=UTC), "Monday 5 January 2026 at 9:05am"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "Thursday 2 July 2026 at 12:30am"),
        (datetime(2026, 7, 1, 11, 0, tzinfo=UTC), "Wednesday 1 July 2026 at 12pm"),
    ],
)
def test_moments_are_told_in_london_time(moment: datetime, words: str) -> None:
    assert as_date_and_time(moment) == words


def test_day_of_a_moment_is_londons_and_a_date_is_itself() -> None:
    assert as_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "Thursday 2 July 2026"
    assert as_date(date(2026, 7, 1)) == "Wednesday 1 July 2026"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    tmp_path = tmp_path_factory.mktemp("templates")
    (tmp_path / "everything.html").write_text(EVERYTHING)
    response = render(
        REQUEST,
        "everything.html",
        templates=tmp_path,
        evil="<script>alert(1)</script>",
        moment=datetime(2026, 1, 5, 9, 5, tzinfo=UTC),
    )
    return bytes(response.body).decode()


@pytest.mark.asvs("V1.1.2", "V1.2.1")
def test_every_component_escapes_what_it_shows(page: str) -> None:
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_components_are_the_design_systems(page: str) -> None:
    for name in ("nhsuk-panel", "nhsuk-summary-list", "nhsuk-table", "nhsuk-tag--red", "nhsuk-error-summary"):
        assert name in page


@pytest.mark.asvs("V1.2.3")
def test_page_needs_nothing_inline_and_nothing_from_elsewhere(page: str) -> None:
    assert "style=" not in page
    assert not re.findall(r"<script(?![^>]* src=)|\son\w+=|javascript:", page)
    assert "//" not in page.replace("<!DOCTYPE html>", "")
    assert '<a class="nhsuk-skip-link"' in page
    assert '<html lang="en" dir="ltr">' in page


def test_form_is_safe_to_send_twice(page: str) -> None:
    assert '<input type="hidden" name="form_token" value="' in page


def test_environment_is_made_once() -> None:
    assert environment() is environment()
