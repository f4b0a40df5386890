"""Codes in words, in the language of the page."""

import pytest

from services.referral.domain.leg import DECLINE_REASONS, LegState
from services.referral.entrypoints.plain_words import FOR_THE_PERSON, REASONS, facts_for_provider
from shared.web.phrases import plain, speaking
from tests.unit.referral.examples import wants


def facts(spoken: str, **changes: object) -> list[tuple[str, str]]:
    with speaking(spoken, show_unchecked=True):
        return [(plain(key), plain(value)) for key, value in facts_for_provider(wants(**changes))]


def test_every_state_and_every_reason_has_words() -> None:
    assert set(FOR_THE_PERSON) == set(LegState)
    assert set(REASONS) == DECLINE_REASONS


@pytest.mark.parametrize(
    ("age", "english", "polish"),
    [(17, "under 18", "poniżej 18"), (70, "60 to 74", "od 60 do 74"), (75, "75 or over", "75 lub więcej")],
)
def test_an_age_is_told_as_a_band_in_the_language_of_the_page(age: int, english: str, polish: str) -> None:
    assert ("Age", english) in facts("en", age=age)
    assert ("Wiek", polish) in facts("pl", age=age)


def test_words_are_made_when_they_are_shown_and_a_language_has_its_own_name() -> None:
    said = {"language": "so", "worker_sex": "female", "only_evenings_or_weekends": True}

    assert facts("en", **said)[3:] == [
        ("Language", "Somali"),
        ("Access", "No access needs were named"),
        ("Travel", "Can travel"),
        ("Asked for", "A woman to work with"),
        ("Times", "Evenings or weekends only"),
    ]
    assert ("اللغة", "Soomaali") in facts("ar", **said)
