"""Words that tell of danger are heard however somebody in need writes them."""

import pytest

from services.directory.entrypoints.finding.found_view import tells_of_danger


@pytest.mark.parametrize(
    "typed",
    [
        "suicide",
        "Suicide?",
        "I want to die.",
        "self-harm",
        "self harming",
        "help, overdose!",
        "'suicidal'",
        "thinking of suicide\N{HORIZONTAL ELLIPSIS}",
        "dying/alone",
        "myślę o samobójstwie",
        "chcę umrzeć",
        "أفكر في الانتحار",
        "আমি মরতে চাই",
        "isdilid",
    ],
)
def test_danger_is_heard(typed: str) -> None:
    assert tells_of_danger(typed)


@pytest.mark.parametrize("typed", ["", "diet", "walking group", "pharmacy", "skill share", "dyeing wool"])
def test_other_words_are_no_danger(typed: str) -> None:
    assert not tells_of_danger(typed)
