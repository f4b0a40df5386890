"""What search takes from a service, and what it leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Place
from services.directory.search.entry import SearchEntry, hours_of, minutes
from services.directory.search.ranking_policy import POLICY
from tests.support.generated_menu import NOW, generated_menu

[MADE] = generated_menu(1, seed=9)


def test_a_word_weighs_as_much_as_the_weightiest_field_it_stands_in() -> None:
    service = replace(MADE.service, name="Marmalade", description="Marmalade and toast at Acme")
    organisation = replace(MADE.organisation, name="Acme toast")

    words = SearchEntry.of(service, organisation, NOW).words

    assert words["marmalade"] == POLICY.for_a_word_of_the_name
    assert words["toast"] == words["acme"] == POLICY.for_a_word_of_the_organisation


def test_a_place_gives_words_and_a_point_and_a_sensitive_service_has_neither() -> None:
    place = Place(UUID(int=1), UUID(int=2), "physical", "Marmalade House", latitude=51.5, longitude=-0.1)
    shown, hidden = replace(MADE.service, places=(place,)), replace(MADE.service, sensitive=True, places=())

    known, unknown = (SearchEntry.of(each, MADE.organisation, NOW) for each in (shown, hidden))

    assert known.points == ((51.5, -0.1),)
    assert "marmalade" in known.words
    assert unknown.points == ()
    assert "marmalade" not in unknown.words


def test_languages_of_workers_count_and_regions_do_not_part_a_language() -> None:
    suits = replace(MADE.service.suitability, languages=("en", "pt-BR"), worker_languages=("so",))

    entry = SearchEntry.of(replace(MADE.service, suitability=suits), MADE.organisation, NOW)

    assert entry.codes["languages"] == {"en", "pt", "so"}


def test_hours_leave_out_exceptions_and_begin_with_what_is_open_since_yesterday() -> None:
    night = Opening(UUID(int=1), "WEEKLY", days=("SU", "TU"), opens_at=time(22), closes_at=time(2))
    closed_on_tuesday = replace(night, not_on=(date(2026, 11, 24),))

    found = hours_of(replace(MADE.service, opening=(closed_on_tuesday,)), NOW)

    sundays = [
        (datetime(2026, 11, day, 22, tzinfo=UTC), datetime(2026, 11, day + 1, 2, tzinfo=UTC))
        for day in (22, 29)
    ]
    assert found == tuple((minutes(start), minutes(end)) for start, end in sundays)


def test_no_contact_is_a_word_of_search() -> None:
    organisation = Organisation(
        id=MADE.organisation.id, name="Acme", description="Secret", referrals_email="inbox@marmalade.example"
    )
    service = replace(MADE.service, email="hello@marmalade.example")

    assert "marmalade" not in SearchEntry.of(service, organisation, NOW).words
