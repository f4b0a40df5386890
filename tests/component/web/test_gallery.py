"""The gallery, rendered: every example in several languages."""

from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx
import pytest

from shared.service_defaults.http_app import create_tool_app
from shared.web.gallery import GALLERY, gallery_router
from shared.web.gallery_examples import EXAMPLES
from shared.web.page_settings import PageSettings
from tests.support.http_servers import client_of


class MarkupInAttributes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{name}={value}" for name, value in attrs if "<" in name + (value or "")]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = create_tool_app(title="gallery", routers=[gallery_router()], health_checks=[])
    app.state.page_settings = PageSettings(show_unchecked_translations=True, demo_mode=True)
    async with client_of(app) as client:
        yield client


@pytest.mark.parametrize("language", ["en", "ar", "pl"])
async def test_examples_have_one_heading_and_no_markup_in_an_attribute(
    client: httpx.AsyncClient, language: str
) -> None:
    for name in EXAMPLES:
        page = (await client.get(f"{GALLERY}/{name}", params={"lang": language})).text
        reader = MarkupInAttributes()
        reader.feed(page)
        assert reader.found == [], name
        assert page.count("<h1") + page.count('<h2 class="nhsuk-panel__heading') >= 1, name


async def test_what_is_not_in_the_gallery_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"{GALLERY}/nonsense")).status_code == 404
