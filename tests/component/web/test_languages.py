"""Which language a page is in, and what happens to words that nobody has checked."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request

from shared.web.languages import direction_of, language_choices, language_of, offered_languages
from shared.web.pages import render
from shared.web.phrases import in_english, phrase, plain, plural_phrase, speaking
from tests.component.web.asking import asking
from tests.support.service_apps import app_of

ALL = ("en", "ar", "bn", "pl", "so")
SNIPPET = (
    '{% extends "kith/layout.html" %}{% set title = _("Continue") %}'
    '{% block content %}<p title="{{ _("Never seen") | plain }}">{{ _("Never seen") }}</p>{% endblock %}'
)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    (tmp_path / "x.html").write_text(SNIPPET)
    return tmp_path


def page_of(request: Request, templates: Path, *, translated: bool = True) -> str:
    return bytes(render(request, "x.html", templates=templates, translated=translated).body).decode()


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("", {}, "en"),
        ("lang=so", {"cookie": "kith_language=pl", "accept_language": "ar"}, "so"),
        ("lang=xx", {"cookie": "kith_language=pl", "accept_language": "ar"}, "pl"),
        ("", {"accept_language": "fr, bn-BD;q=0.8, pl;q=0.9"}, "pl"),
        ("", {"accept_language": "pl;q=0, ar-EG"}, "ar"),
        ("", {"accept_language": ";;q=x,,"}, "en"),
    ],
)
def test_address_goes_before_the_cookie_and_that_before_the_browser(
    query: str, headers: dict[str, Any], language: str
) -> None:
    assert language_of(asking(query, **headers), ALL) == language


def test_switch_leads_to_the_same_place() -> None:
    choices = language_choices(asking("page=2&lang=pl&search=a%26b"), ALL, "pl")

    assert [each.href for each in choices if each.code == "so"] == [
        "/referral/self?page=2&search=a%26b&lang=so"
    ]
    assert [each.code for each in choices if each.chosen] == ["pl"]
    assert direction_of("ar") == "rtl"


def test_choice_is_kept_only_when_it_was_made(templates: Path) -> None:
    chosen = render(asking("lang=so"), "x.html", templates=templates, translated=True)
    by_browser = render(asking(accept_language="so"), "x.html", templates=templates, translated=True)

    assert chosen.headers["set-cookie"].startswith("kith_language=so; HttpOnly;")
    assert "set-cookie" not in by_browser.headers


def test_unchecked_words_are_marked_where_they_are_allowed(templates: Path) -> None:
    page = page_of(asking("lang=ar"), templates)

    assert '<html lang="ar" dir="rtl">' in page
    assert "nhsuk-rtl.min.css" in page
    assert "لم يُراجَع بعد" in page


def test_where_unchecked_words_are_not_allowed_the_page_is_english(templates: Path) -> None:
    page = page_of(asking("lang=ar", show_unchecked=False), templates)

    assert '<html lang="en" dir="ltr">' in page
    assert "kith-languages" not in page
    assert offered_languages(show_unchecked=False) == ("en",)


def test_string_without_a_translation_says_that_it_is_english(templates: Path) -> None:
    page = page_of(asking("lang=ar"), templates)

    assert '<p title="Never seen"><span lang="en" dir="ltr">Never seen</span></p>' in page


def test_page_that_is_not_translated_is_english_and_says_so_in_the_readers_language(templates: Path) -> None:
    page = page_of(asking("lang=pl"), templates, translated=False)

    assert '<html lang="en" dir="ltr">' in page
    assert 'lang="pl" dir="ltr">Ta strona jest na razie tylko po angielsku.' in page


def test_values_are_escaped_and_words_are_not() -> None:
    with speaking("pl", show_unchecked=True):
        assert phrase("Page %(number)s of %(all)s", number="<2>", all=7) == "Strona &lt;2&gt; z 7"
        assert plain(phrase("Never seen")) == "Never seen"
        assert str(plural_phrase("%(num)s door", "%(num)s doors", 3)) == "3 doors"


def test_what_stays_english_on_purpose_is_marked_on_other_pages_only() -> None:
    with speaking("pl", show_unchecked=True):
        assert in_english("a <b>").__html__() == '<span lang="en" dir="ltr">a &lt;b&gt;</span>'
    assert in_english("a <b>").__html__() == "a &lt;b&gt;"


@pytest.mark.asvs("V3.3.1", "V3.3.2", "V3.3.3")
async def test_choice_is_kept_for_https_alone_where_people_come_by_it() -> None:
    kept = {}
    for public_url in ("https://kith.example", "http://kith.example"):
        transport = httpx.ASGITransport(app_of(public_url=public_url, demo_mode=True))
        async with httpx.AsyncClient(transport=transport, base_url="http://example") as client:
            answer = await client.get("/nothing?lang=pl", headers={"accept": "text/html"})
            kept[public_url] = answer.headers["set-cookie"]
            again = await client.get(
                "/nothing",
                headers={"accept": "text/html", "cookie": answer.headers["set-cookie"].partition(";")[0]},
            )
            assert 'lang="pl"' in again.text

    assert kept["https://kith.example"].startswith("__Host-kith_language=pl;")
    assert "; Secure" in kept["https://kith.example"]
    assert kept["http://kith.example"].startswith("kith_language=pl;")
    assert all("SameSite=lax" in each and "Path=/" in each and "Domain" not in each for each in kept.values())
