"""After sign-in people come back to a page of ours and to nothing else."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.back_path import safe_back, sign_in_address


@pytest.mark.parametrize(
    "path", ["/", "/referral/board?area=E09000025&page=2", "/directory/members/1#top", "/directory/sign-out"]
)
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert safe_back(path) == path


@pytest.mark.parametrize(
    "asked",
    [
        None,
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/a\nlocation: https://evil.example",
        "javascript:alert(1)",
        "referral",
        "/" + "a" * 2000,
        "/directory/sign-in?back=/x",
    ],
)
def test_anything_else_leads_to_the_first_page(asked: str | None) -> None:
    assert safe_back(asked) == "/"


@given(st.text())
@pytest.mark.asvs("V3.7.2")
def test_no_text_at_all_leads_off_our_origin(asked: str) -> None:
    found = urlsplit(safe_back(asked))

    assert (found.scheme, found.netloc) == ("", "")
    assert found.path.startswith("/")
    assert sign_in_address(asked).startswith("/directory/sign-in?back=%2F")
