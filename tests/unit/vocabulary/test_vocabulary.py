"""The shared codes are complete, unique and usable as they are written down."""

import re

import pytest

from shared.vocabulary import vocabulary


def test_every_london_borough_is_listed_with_a_point_in_london() -> None:
    boroughs = vocabulary.boroughs()

    assert list(boroughs) == [f"E090000{number:02d}" for number in range(1, 34)]
    assert all(51.28 < borough.latitude < 51.70 for borough in boroughs.values())
    assert all(-0.52 < borough.longitude < 0.34 for borough in boroughs.values())
    assert {borough.icb_code for borough in boroughs.values()} == {"QMF", "QMJ", "QRV", "QWE", "QKK"}


def test_codes_are_lower_case_words_joined_by_hyphens() -> None:
    terms = [
        *vocabulary.needs(),
        *vocabulary.groups(),
        *vocabulary.access_terms(),
        *vocabulary.help_to_attend(),
        *vocabulary.barriers(),
        *vocabulary.delivery_modes(),
    ]

    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in terms)


def test_every_term_has_a_label_and_a_hint() -> None:
    for terms in (
        vocabulary.needs(),
        vocabulary.groups(),
        vocabulary.access_terms(),
        vocabulary.help_to_attend(),
        vocabulary.barriers(),
    ):
        assert all(term.label and term.hint for term in terms.values())


def test_arabic_is_written_from_right_to_left_and_somali_is_not() -> None:
    assert vocabulary.languages()["ar"].direction == "rtl"
    assert vocabulary.languages()["so"].direction == "ltr"


def test_vocabularies_cannot_be_changed_by_a_reader() -> None:
    with pytest.raises(TypeError):
        vocabulary.needs()["new"] = vocabulary.needs()["housing"]  # type: ignore[index]
