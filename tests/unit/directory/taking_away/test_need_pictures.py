"""Every need has a picture of its own, which says nothing to those who do not see it."""

import xml.etree.ElementTree as ET

from markupsafe import Markup

from services.directory.entrypoints.front_page import TEMPLATES
from shared.vocabulary import vocabulary
from shared.web.pages import environment


def picture_of(code: str) -> Markup:
    module = environment(TEMPLATES).get_template("need_pictures.html").module
    drawn: Markup = module.need_picture(code)  # type: ignore[attr-defined]
    return drawn


def test_every_need_has_a_picture_and_no_two_are_alike() -> None:
    pictures = {code: picture_of(code).strip() for code in vocabulary.needs()}

    assert all(pictures.values()), [code for code, drawn in pictures.items() if not drawn]
    assert len(set(pictures.values())) == len(pictures)


def test_pictures_are_whole_of_one_size_and_passed_over_by_screen_readers() -> None:
    for code in vocabulary.needs():
        drawn = ET.fromstring(picture_of(code))  # noqa: S314 - our own
        assert (drawn.get("viewBox"), drawn.get("aria-hidden"), drawn.get("focusable")) == (
            "0 0 48 48",
            "true",
            "false",
        )
        assert len(drawn) > 0
        assert {part.tag for part in drawn} <= {"path", "circle", "rect"}


def test_what_is_no_need_has_no_picture() -> None:
    assert not picture_of("other").strip()
