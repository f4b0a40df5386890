"""Where people may come from, as it is given in a form: boroughs, wards, a circle around a postcode that is not kept."""

from dataclasses import replace

import pytest

from services.directory.domain.catchment import Catchment, Circle, HomeArea, Outline
from services.directory.domain.service import Service
from services.directory.entrypoints.entries.entry_draft import Draft
from services.directory.entrypoints.entries.entry_fields import Typed
from services.directory.storage.own_fields import overlaid
from services.directory.storage.stored_documents import service_document
from tests.unit.directory.entries.test_entry_forms import (
    HACKNEY,
    ISLINGTON,
    OTHER_WARD,
    POINT,
    SECTIONS,
    SERVICE,
    WORDS,
    typed,
)

BROWNSWOOD, CAZENOVE = "E05009367", "E05009368"
OUTLINE = Outline(((((-0.1, 51.5), (0.0, 51.5), (0.0, 51.6), (-0.1, 51.5)),),), "By the canal")


def of(catchment: Catchment, **more: object) -> Service:
    return replace(SERVICE, catchment=catchment, home_area=None, **more)  # type: ignore[arg-type]


def after(draft: Draft, service: Service = SERVICE) -> Service:
    assert draft.wrong == {}
    return overlaid(service_document(service), draft.said)


def test_wards_are_ticked_in_the_place_of_their_borough() -> None:
    service = of(Catchment(areas=(HACKNEY,)))
    draft = typed("area", service, areas=[], ward_boroughs=[HACKNEY], wards=[CAZENOVE, "E05000001"])
    changed = after(draft, service)
    assert changed.catchment == Catchment(wards=(CAZENOVE,))
    assert (changed.area, changed.catchment.is_read_by_routing) == (HACKNEY, False)
    [told] = [
        WORDS.value_words(each.field, each.after) for each in draft.changes if each.field == "catchment"
    ]
    assert told == ["Cazenove"]


def test_wards_that_were_not_shown_stay() -> None:
    service = of(Catchment(wards=(BROWNSWOOD, OTHER_WARD)))
    kept = after(typed("area", service, wards=[], everywhere=["yes"]), service)
    assert kept.catchment.wards == (BROWNSWOOD, OTHER_WARD)
    gone = after(typed("area", service, wards=[], ward_boroughs=[HACKNEY]), service)
    assert gone.catchment.wards == (OTHER_WARD,)


def test_wards_of_a_borough_are_shown_where_some_are_ticked_or_it_was_chosen() -> None:
    field = SECTIONS["area"].fields[0]
    answers = {"wards": [BROWNSWOOD], "ward_borough": [ISLINGTON]}
    assert [each.code for each in field.shown_wards(answers)] == [HACKNEY, ISLINGTON]  # type: ignore[attr-defined]
    assert SECTIONS["area"].asks_for_more(Typed(answers))
    assert not SECTIONS["area"].asks_for_more(Typed(answers | {"ward_boroughs": [ISLINGTON]}))
    assert not SECTIONS["area"].asks_for_more(Typed({"ward_borough": [""]}))


def test_a_circle_keeps_about_where_a_postcode_is_and_not_the_postcode() -> None:
    draft = typed("area", circle_miles=["1.5"], circle_postcode=["E8 1AA"])
    circle = after(draft).catchment.circle
    assert circle == Circle(round(POINT[0], 3), round(POINT[1], 3), 2414, "Dalston, Hackney")
    assert "E8" not in str(draft.said)
    assert Catchment(circle=circle).holds(HomeArea(point=(51.51, -0.1)))
    told = WORDS.value_words("catchment", draft.said["catchment"])
    assert told[-1] == "Within 1.5 miles: Dalston, Hackney"


def test_a_circle_stays_is_taken_away_or_replaced_and_what_is_drawn_stays() -> None:
    circle = Circle(51.5123456, -0.0654321, 1609, "Somebody's own words")
    service = of(Catchment(areas=(HACKNEY,), circle=circle, outline=OUTLINE))
    assert typed("area", service).changes == ()
    assert after(typed("area", service, circle_remove=["yes"]), service).catchment == Catchment(
        areas=(HACKNEY,), outline=OUTLINE
    )
    other = after(typed("area", service, circle_miles=["2"], circle_postcode=["E8 1AA"]), service).catchment
    assert (other.circle and other.circle.metres, other.outline) == (3219, OUTLINE)
    assert after(typed("area", service, areas=[]), service).catchment.outline == OUTLINE


def test_nothing_is_drawn_around_a_hidden_place() -> None:
    hidden = of(Catchment(areas=(HACKNEY,)), sensitive=True, places=())
    draft = typed("area", hidden, circle_miles=["1"], circle_postcode=["E8 1AA"])
    assert (draft.changes, draft.wrong) == ((), {})


@pytest.mark.parametrize(
    ("given", "told_at"),
    [
        ({"areas": []}, "areas"),
        ({"areas": [], "wards": ["E05000001"], "ward_boroughs": [HACKNEY]}, "areas"),
        ({"circle_miles": ["far"], "circle_postcode": ["E8 1AA"]}, "circle_miles"),
        ({"circle_miles": ["1e1"], "circle_postcode": ["E8 1AA"]}, "circle_miles"),
        ({"circle_miles": ["0"], "circle_postcode": ["E8 1AA"]}, "circle_miles"),
        ({"circle_miles": ["51"], "circle_postcode": ["E8 1AA"]}, "circle_miles"),
        ({"circle_postcode": ["E8 1AA"]}, "circle_miles"),
        ({"circle_miles": ["1"], "circle_postcode": ["ZZ1 1ZZ"]}, "circle_postcode"),
        ({"circle_miles": ["1"]}, "circle_postcode"),
    ],
)
def test_what_is_given_wrongly_is_told_at_its_field(given: dict[str, list[str]], told_at: str) -> None:
    assert list(typed("area", of(Catchment(areas=(HACKNEY,))), **given).wrong) == [told_at]
