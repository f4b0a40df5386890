"""A list to give away: chosen in a form that forgets nothing and keeps nothing."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.directory.domain.prescription import LINK_LIVES, MOST_SERVICES, Prescription
from services.directory.entrypoints.taking_away.prescription_form import Draft
from services.directory.published_events import prescription_given

GIVER = UUID(int=99)
GIVEN_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ids = st.integers(1, 15).map(lambda number: UUID(int=number))


def made(*services: UUID) -> Prescription:
    return Prescription(UUID(int=7), "E09000007", services, GIVER, "signposter", "print", GIVEN_AT)


def test_the_event_says_where_and_by_which_role_and_of_nobody() -> None:
    event = prescription_given(made(UUID(int=1), UUID(int=2)))

    assert event.model_dump(mode="json") == {
        "prescription_id": str(UUID(int=7)),
        "area": "E09000007",
        "role": "signposter",
        "how": "print",
        "service_ids": [str(UUID(int=1)), str(UUID(int=2))],
        "given_at": "2026-11-22T09:30:00Z",
    }
    assert str(GIVER) not in event.model_dump_json()


def test_a_list_has_some_services_each_once() -> None:
    for services in ((), (UUID(int=1), UUID(int=1)), tuple(UUID(int=each) for each in range(1, 12))):
        with pytest.raises(ValueError, match="list"):
            made(*services)

    assert made(UUID(int=1)).expires_at == GIVEN_AT + LINK_LIVES


@given(st.lists(st.tuples(st.sampled_from(["add", "remove"]), ids), max_size=40))
def test_whatever_is_pressed_a_draft_holds_each_service_once_and_never_too_many(
    pressed: list[tuple[str, UUID]],
) -> None:
    draft, expected = Draft(), list[UUID]()
    for act, service_id in pressed:
        draft = Draft(draft.chosen, go=f"{act}:{service_id}").after_the_button()
        if act == "remove":
            expected = [each for each in expected if each != service_id]
        elif service_id not in expected and len(expected) < MOST_SERVICES:
            expected.append(service_id)

        assert list(draft.chosen) == expected


@pytest.mark.parametrize("go", ["find", "", "add:", "add:nonsense", "steal:0", "give:print"])
def test_a_button_that_names_no_service_changes_nothing(go: str) -> None:
    draft = Draft((UUID(int=1),), go=go)

    assert draft.after_the_button() == draft
