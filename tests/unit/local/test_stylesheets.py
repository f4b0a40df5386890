"""No page fetches anything from a third party."""

from __future__ import annotations

import pytest

from deploy.local.stylesheets import (
    local_images,
    without_pictures,
    without_source_map,
    without_third_parties,
)


def test_remote_fonts_are_taken_out_and_local_ones_stay() -> None:
    css = (
        "@font-face{font-family:A;src:url(https://fonts.example/a.woff2) format('woff2')}"
        "@font-face{font-family:B;src:url(/assets/b.woff2)}p{color:red}"
    )

    assert without_third_parties(css) == "@font-face{font-family:B;src:url(/assets/b.woff2)}p{color:red}"


@pytest.mark.parametrize(
    "css",
    [
        "p{background:url(https://images.example/a.png)}",
        "p{background:url( '//images.example/a.png' )}",
        "@import 'http://styles.example/a.css';",
        "p{background:URL(HTTP://images.example/a.png)}",
    ],
)
def test_anything_else_that_is_remote_is_an_error(css: str) -> None:
    with pytest.raises(ValueError, match="still fetches"):
        without_third_parties(css)


def test_source_maps_are_taken_out() -> None:
    assert without_source_map("a{}/*# sourceMappingURL=a.css.map */") == "a{}"
    assert without_source_map("f()\n//# sourceMappingURL=a.js.map") == "f()\n"


def test_namespaces_of_inline_pictures_are_not_addresses() -> None:
    css = """p{background:url("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E")}"""

    assert without_third_parties(css) == css


def test_only_images_that_the_styles_show_are_copied() -> None:
    css = "a{background:url(/assets/images/tick.svg)}b{background:url('/assets/images/tick.svg')}"

    assert local_images(css) == ["tick.svg"]


def test_pictures_of_a_package_that_no_page_shows_are_not_asked_for() -> None:
    css = 'a{background-image: url(images/layers.png)}b{background:url("images/marker.png")}'

    assert without_pictures(css) == "a{background-image: none}b{background:none}"
