"""Every page that could tell others at home that somebody looks for help has a quick way out."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = (
    "shared/web/templates/problem.html",  # what a person's link may end in
    "services/directory/entrypoints/templates/service.html",
    "services/directory/entrypoints/templates/services.html",
    "services/directory/entrypoints/templates/map.html",
    "services/directory/entrypoints/templates/menu.html",
    "services/directory/entrypoints/templates/menu_places.html",
    "services/directory/entrypoints/templates/whats_on.html",
    "services/directory/entrypoints/templates/paper.html",  # leaflets and lists
    "services/outcomes/entrypoints/templates/measure.html",
    "services/outcomes/entrypoints/templates/answered.html",
    "services/referral/entrypoints/templates/referral/mine.html",
    "services/referral/entrypoints/templates/referral/export.html",
    "services/referral/entrypoints/templates/referral/seen.html",
    "services/referral/entrypoints/templates/referral/erase.html",
    "services/referral/entrypoints/templates/referral/erased.html",
    "services/referral/entrypoints/templates/referral/self/question.html",
    "services/referral/entrypoints/templates/referral/self/done.html",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_could_give_somebody_away_can_be_left_quickly(page: str) -> None:
    assert "{% set exit_page = true %}" in (ROOT / page).read_text()
